"""Terraform states and plans as an importer."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import ClassVar, Final
from urllib.parse import quote

from cmdb.errors import InvalidReference
from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.terraform.changes import change_records, change_scope, code_of
from importers.terraform.documents import Snapshot, snapshot_of
from importers.terraform.edges import edges_of, groups_of
from importers.terraform.estate import Estate
from importers.terraform.kinds import GENERIC, NO_CLOUD, class_of
from importers.terraform.records import module_records, record_of
from importers.terraform.resources import Resource

PROVIDER: Final = "terraform"
DEFAULT_NAME: Final = "default"
"""Name of a state whose file names neither a lineage nor a folder, and workspace of all: no file says which."""

_CERTAIN, _LIKELY, _BY_NAME = 0.97, 0.9, 0.6
_SHOWN_WORDS: Final = (
    b'"planned_values"',
    b'"resource_changes"',
    b'"prior_state"',
    b'"provider_name"',
    b'"root_module"',
)


class TerraformImporter(Importer):
    """State files of version 4 and 3, and what ``terraform show -json`` prints of a state or a plan.

    ``ReadOptions.source`` names the state (``terraform/LINEAGE``), ``ReadOptions.boundary`` the workspace,
    ``ReadOptions.change`` the code of the change that a plan fills.  Held in memory as a whole.
    """

    name: ClassVar[str] = PROVIDER

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of the fields that only states and the printed JSON have."""
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
            return 0.0
        if b'"terraform_version"' in head:
            state = b'"version"' in head and (b'"lineage"' in head or b'"serial"' in head)
            return _CERTAIN if state or b'"format_version"' in head else _LIKELY
        if b'"format_version"' in head and any(word in head for word in _SHOWN_WORDS):
            return _LIKELY
        return _BY_NAME if filename.lower().endswith(".tfstate") else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The state's, and that of the change when it is a plan."""
        snapshot = snapshot_of(document)
        scope = _scope(snapshot, options, document.name)
        if snapshot.plan is None:
            return (scope,)
        return tuple(sorted({scope, change_scope(scope, code_of(snapshot.plan, options.change))}))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, the modules, the resources in the order of the file, relationships, and the change of a plan."""
        snapshot = snapshot_of(document)
        scope = _scope(snapshot, options, document.name)
        estate, twice = Estate.of(scope, document.name, snapshot.resources)
        yield from snapshot.problems
        yield from twice
        yield from _unnamed(snapshot, options, document.name)
        yield from _fallbacks(estate)
        edges = edges_of(estate)
        yield from module_records(estate)
        groups = groups_of(edges)
        for resource in estate.owned:
            yield record_of(estate, resource, groups.get(estate.reference(resource), {}))
        yield from edges
        if snapshot.plan is not None:
            code = code_of(snapshot.plan, options.change)
            yield from change_records(snapshot.plan, code, scope, document.name)


def _folder(file: str) -> str:
    """The folder in the name of a file: a state and its plan are printed side by side, two states in two projects."""
    name = PurePath(file).parent.name
    return quote(name, safe=" ") if name not in {"", ".", ".."} else DEFAULT_NAME


def _scope(snapshot: Snapshot, options: ReadOptions, file: str) -> Scope:
    source = options.source or f"{PROVIDER}/{snapshot.lineage or _folder(file)}"
    if not source.rpartition("/")[2]:
        raise InvalidReference(f"The source {source!r} names no state.", hint="Write terraform/LINEAGE.")
    return Scope(source, options.boundary or DEFAULT_NAME)


def _unnamed(snapshot: Snapshot, options: ReadOptions, file: str) -> Iterator[Problem]:
    """Words about options that the file would have needed, or has no use for."""
    if not snapshot.lineage and options.source is None:
        message = (
            f"The file does not say which state it is of; after its folder it counts as {PROVIDER}/{_folder(file)}. "
            f"Give --source {PROVIDER}/LINEAGE, so that two states are not taken for one, nor one for two."
        )
        yield Problem(Severity.WARNING, "SOURCE_NOT_NAMED", message, Where(file))
    if snapshot.plan is None and options.change is not None:
        message = "This is a state, which changes nothing. Print a plan with `terraform show -json` to fill a change."
        yield Problem(Severity.WARNING, "NO_PLAN", message, Where(file))


def _fallbacks(estate: Estate) -> Iterator[Problem]:
    """Once for each type: what has no class of its own, and what is only looked up."""
    yield from _once(
        "CLASS_FELL_BACK",
        "{type} has no class of its own and is kept as {cls}. There are {number}.",
        (resource for resource in estate.owned if class_of(resource.type) in {GENERIC, NO_CLOUD}),
        estate,
    )
    yield from _once(
        "LOOKUP_NOT_OWNED",
        "data {type} looks up what others own and is no CI here. There are {number}.",
        estate.lookups,
        estate,
    )


def _once(code: str, message: str, found: Iterable[Resource], estate: Estate) -> Iterator[Problem]:
    first: dict[str, Resource] = {}
    numbers: Counter[str] = Counter()
    for resource in found:
        first.setdefault(resource.type, resource)
        numbers[resource.type] += 1
    for type_, resource in first.items():
        told = message.format(type=type_, cls=class_of(type_), number=numbers[type_])
        yield Problem(Severity.INFO, code, told, estate.where(resource))
