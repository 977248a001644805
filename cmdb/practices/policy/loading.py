"""Reading policy files: every fault with its file, line and path."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cmdb.errors import Fault, FileMissing, PolicyInvalid
from cmdb.model.placed_yaml import Loc, read_yaml
from cmdb.practices.policy.declarations import LIMIT, NONE, Policy

NO_POLICY: Final = Policy()
"""Nothing is limited."""


def default_policy() -> Policy:
    """The built-in policy: only what is really alarming."""
    return _parsed("default.yaml", files("cmdb.practices.policy").joinpath("default.yaml").read_bytes())


def load_policy(path: Path) -> Policy:
    """The policy of a file, laid over the built-in one.

    Raises:
        FileMissing: the file cannot be read.
        PolicyInvalid: with every fault of the file, each with its place.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FileMissing(f"The policy file {path} cannot be read: {error.strerror}.") from error
    return _parsed(str(path), content).over(default_policy())


def _parsed(name: str, content: bytes) -> Policy:
    found = read_yaml(name, content)
    if isinstance(found, Fault):
        raise PolicyInvalid([found])
    if not isinstance(found.data, dict) or "policy" not in found.data:
        raise PolicyInvalid([*found.repeated, Fault(found.place(()), "does not begin with policy: 1")])
    try:
        policy = Policy.model_validate(found.data)
    except ValidationError as error:
        told = {
            (found.place(_path(entry["loc"])), entry["msg"].removeprefix("Value error, ")) for entry in error.errors()
        }
        raise PolicyInvalid([*found.repeated, *(Fault(*fault) for fault in sorted(told))]) from error
    if found.repeated:
        raise PolicyInvalid(found.repeated)
    return policy


def _path(loc: Loc) -> Loc:
    """The place of a fault without the names that the validator gives to alternatives."""
    return tuple(part for part in loc if part not in {LIMIT, NONE})
