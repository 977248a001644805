"""One resource as a state holds it, whatever the format: the values without what is marked sensitive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.fields import at
from importers.terraform.addresses import Address, parse_address


class Reach(Enum):
    """How an address in a list of dependencies is read first; the other way is tried when nothing stands there."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    """From the module of the resource that depends."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of ``dependencies`` or ``depends_on``: its text and its field."""

    text: str
    field: str
    reach: Reach = Reach.ABSOLUTE


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: address, provider as its file spells it, values, dependencies, and the pointer to it.

    ``deposed`` is the mark of an old object that still waits to be destroyed; ``status`` is ``tainted`` or empty.
    ``secrets`` are the texts that were taken out: none of them may be kept from any other field either.
    """

    address: Address
    provider: str
    values: Mapping[str, JSONValue]
    dependencies: tuple[Dependency, ...]
    pointer: str
    deposed: str = ""
    status: str = ""
    secrets: frozenset[str] = frozenset()

    key: str = field(init=False)
    """The key in its scope: the absolute address, with the mark of a deposed object behind it."""

    def __post_init__(self) -> None:
        """Print the address once: everything refers to it."""
        deposed = f" (deposed {self.deposed})" if self.deposed else ""
        object.__setattr__(self, "key", f"{self.address}{deposed}")

    @property
    def type(self) -> str:
        """The type: ``aws_instance``."""
        return self.address.type

    def named(self, entry: Dependency) -> str:
        """The address that an entry of its dependencies names, as far as it can be told without the others."""
        address = parse_address(entry.text)
        if address is None:
            return entry.text
        return str(address.within(self.address.modules) if entry.reach is Reach.RELATIVE else address)


def no_list(body: JSONValue, field: str, where: Where) -> Iterator[Problem]:
    """The problem of a field that should be a list and is something else."""
    found = at(body, field)
    if found is not None and not isinstance(found, list):
        yield left_out(Where(where.file, pointer=f"{where.pointer}.{field}".lstrip(".")), f"{field} is no list.")


def left_out(where: Where, message: str) -> Problem:
    """The problem of a part that cannot be read: nobody can tell what stood there."""
    return Problem(Severity.INCOMPLETE, "RESOURCE_MALFORMED", f"{message} It was left out.", where)
