"""Which of the forms a file has, whether its version is one that can be read, and what it holds."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from cmdb.model.observations import Problem, Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.fields import at, text
from importers.json_text import parse_json
from importers.terraform.plans import Plan, plan_of
from importers.terraform.resources import Reach, Resource
from importers.terraform.shown import resources_of_values
from importers.terraform.state import resources_of_old_state, resources_of_state
from importers.text_input import malformed, whole_text

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})(?:[-+][\w.+-]{1,64})?")
_FORMAT = re.compile(r"(?:0|1)\.\d{1,4}")
_LINEAGE = re.compile(r"\w[\w.-]{0,99}")
_FIRST_WITH_VERSION_4: Final = (0, 12)
_FIRST_WITH_ABSOLUTE: Final = (0, 13)
_STATE, _OLD_STATE = 4, 3
_PLAN_FIELDS: Final = ("resource_changes", "planned_values", "prior_state", "configuration", "output_changes")

_HINT_OLD: Final = (
    "Open it with a Terraform of at least 0.12 and write it again, or print it with terraform show -json."
)
_HINT_NEW: Final = "Print it with `terraform show -json`, in a format version of 0.x or 1.x."
_HINT_NONE: Final = "Give a terraform.tfstate, or what `terraform show -json` prints of a state or a plan."


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one file says: resources, what could not be read, the lineage if it names one, the plan if it is one."""

    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()
    lineage: str = ""
    plan: Plan | None = None


def snapshot_of(document: Document) -> Snapshot:
    """Read a state file, or the JSON of a state or plan.

    Raises:
        FileMalformed: it is not JSON, is none of these, or its version cannot be read; says which.
        FileMissing: it cannot be opened.
    """
    root = parse_json(whole_text(document), Where(document.name, 1))
    if not isinstance(root, Mapping):
        raise malformed("neither a Terraform state nor a plan.", Where(document.name), _HINT_NONE)
    if "format_version" in root:
        return _shown(root, document.name)
    if "version" in root and ("terraform_version" in root or "lineage" in root or "serial" in root):
        return _state(root, document.name)
    raise malformed("neither a Terraform state nor a plan.", Where(document.name), _HINT_NONE)


def _state(root: Mapping[str, JSONValue], file: str) -> Snapshot:
    version = at(root, "version")
    written_by = _terraform_version(root, file)
    if version == _OLD_STATE:
        return _snapshot(resources_of_old_state(root, file), lineage=_lineage(root, file))
    if version != _STATE or isinstance(version, bool):
        _refuse_version(file, version)
    if written_by is not None and written_by < _FIRST_WITH_VERSION_4:
        told = text(root, "terraform_version")
        msg = f"the state has version 4, which Terraform {told} could not write."
        raise malformed(msg, Where(file, pointer="terraform_version"), _HINT_OLD)
    return _snapshot(resources_of_state(root, file), lineage=_lineage(root, file))


def _refuse_version(file: str, version: JSONValue) -> NoReturn:
    old = isinstance(version, int) and version < _OLD_STATE
    msg = f"the state has the version {version!r:.40}; versions 3 and 4 can be read."
    raise malformed(msg, Where(file, pointer="version"), _HINT_OLD if old else _HINT_NEW)


def _shown(root: Mapping[str, JSONValue], file: str) -> Snapshot:
    if not _FORMAT.fullmatch(text(root, "format_version")):
        msg = f"the format version is {at(root, 'format_version')!r:.40}; 0.x and 1.x can be read."
        raise malformed(msg, Where(file, pointer="format_version"), _HINT_NEW)
    written_by = _terraform_version(root, file)
    reach = Reach.RELATIVE if written_by is not None and written_by < _FIRST_WITH_ABSOLUTE else Reach.ABSOLUTE
    if not any(field in root for field in _PLAN_FIELDS):
        return _snapshot(resources_of_values(at(root, "values"), Where(file, pointer="values"), reach))
    plan, problems = plan_of(root, file)
    place = Where(file, pointer="prior_state.values")
    found = _snapshot(resources_of_values(at(root, "prior_state", "values"), place, reach))
    return Snapshot(found.resources, (*problems, *found.problems), plan=plan)


def _snapshot(found: Iterable[Resource | Problem], lineage: str = "") -> Snapshot:
    held = list(found)
    resources = tuple(entry for entry in held if isinstance(entry, Resource))
    return Snapshot(resources, tuple(entry for entry in held if isinstance(entry, Problem)), lineage)


def _lineage(root: Mapping[str, JSONValue], file: str) -> str:
    lineage = at(root, "lineage")
    if lineage is None or lineage == "":
        return ""
    if not isinstance(lineage, str) or not _LINEAGE.fullmatch(lineage):
        raise malformed("the lineage is no identifier.", Where(file, pointer="lineage"), _HINT_NONE)
    return lineage


def _terraform_version(root: Mapping[str, JSONValue], file: str) -> tuple[int, int] | None:
    """Major and minor version of what wrote the file; ``None`` when it does not say."""
    told = at(root, "terraform_version")
    if told is None or told == "":
        return None
    match = _VERSION.fullmatch(told) if isinstance(told, str) else None
    if match is None:
        msg = f"{told!r:.40} is no version of Terraform."
        raise malformed(msg, Where(file, pointer="terraform_version"), "Write the state again with the version in use.")
    return int(match[1]), int(match[2])
