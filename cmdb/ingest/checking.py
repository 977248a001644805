"""Checking CI rows against the catalogue: each becomes a claim, or is refused alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cmdb.errors import BadInput, CMDBError, WrongType
from cmdb.identify import evidence
from cmdb.ingest.binding import Candidate
from cmdb.ingest.evidence import Description
from cmdb.ingest.planning import Context, Planned
from cmdb.model.catalogue import Catalogue, ClassSpec
from cmdb.model.observations import CIRecord
from cmdb.model.sources import MANUAL
from cmdb.model.values import JSONValue, digest, fault_of
from cmdb.reconcile import ItemClaim

KIND = "kind"
"""The attribute that keeps the word of the source, where the class of unknown things has it."""


def checked(records: Iterable[CIRecord], context: Context, planned: Planned) -> Iterator[Candidate]:
    """The rows that can be taken over; the others are refused in the plan.

    A row of a class that the catalogue does not have is of the catalogue's class for such things, if there is one: it
    keeps the word of its source, and what the class does not declare is kept beside the attributes.
    """
    for record in records:
        try:
            candidate = _candidate(record, context.catalogue)
        except CMDBError as error:
            planned.refuse(record, error)
            continue
        if candidate.claim.given_class is not None:
            planned.fallen.update([(record.cls, candidate.description.cls)])
        yield candidate


def _candidate(record: CIRecord, catalogue: Catalogue) -> Candidate:
    spec = catalogue.resolve(record.cls)
    if spec.abstract:
        catalogue.check_item(spec.name, {})
    said, unmapped = (
        (record.attributes, record.unmapped) if spec.name == record.cls else _parted(record, spec, catalogue)
    )
    _check_words(record, unmapped, [] if spec.name == record.cls else [("class", record.cls)])
    patch = catalogue.check_patch(spec.name, said)
    catalogue.check_groups(record.cls, record.groups)
    claim = ItemClaim(
        cls=spec.name,
        name=record.name,
        attributes={name: value for name, value in patch.items() if value is not None},
        groups=dict(record.groups),
        unmapped=dict(unmapped),
        given_class=None if spec.name == record.cls else record.cls,
    )
    told = Description(spec.name, evidence(spec, record.name, claim.attributes))
    return Candidate(record, claim, digest(claim.body()), told)


def _parted(
    record: CIRecord, spec: ClassSpec, catalogue: Catalogue
) -> tuple[Mapping[str, JSONValue], Mapping[str, JSONValue]]:
    """What the class of unknown things takes of a row, and what is only kept beside it."""
    taken: dict[str, JSONValue] = {}
    left: dict[str, JSONValue] = dict(record.unmapped)
    for name, value in record.attributes.items():
        if _fits(name, value, spec, catalogue):
            taken[name] = value
        else:
            left.setdefault(name, value)
    if KIND in spec.attributes:
        taken.setdefault(KIND, record.cls)
    return taken, left


def _fits(name: str, value: JSONValue, spec: ClassSpec, catalogue: Catalogue) -> bool:
    if name not in spec.attributes:
        return False
    try:
        catalogue.check_patch(spec.name, {name: value})
    except WrongType:
        return False
    return True


def _check_words(record: CIRecord, unmapped: Mapping[str, JSONValue], more: Sequence[tuple[str, str]]) -> None:
    """Refuse what no store could hold or nobody could name again."""
    if record.scope.source == MANUAL:
        msg = f"The source {MANUAL!r} is what people edit; nothing is imported under it."
        raise BadInput(msg, hint="Import under another source.")
    for what, text in (("name", record.name), ("key", record.key), *more):
        if not text.strip():
            raise BadInput(f"The {what} is empty.", hint="Give it one.")
        if (fault := fault_of(text)) is not None:
            raise BadInput(f"The {what} {fault}.", hint="Send plain text.")
    if (fault := fault_of(unmapped)) is not None:
        raise BadInput(f"What is kept beside the attributes {fault}.", hint="Send plain values.")
