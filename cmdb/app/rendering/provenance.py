"""Who said what of a CI, and why it holds or not, as text and as plain JSON values."""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType

from cmdb.app.rendering.items import value_text
from cmdb.app.rendering.lines import columns, section
from cmdb.model.sources import MANUAL, Scope, SourceRecord
from cmdb.model.values import JSONValue, iso
from cmdb.reconcile import Aspect, ItemClaim, Provenance, Standing, Statement


def provenances_json(provenances: Iterable[Provenance]) -> list[dict[str, object]]:
    """Everything that is said, the value that holds first."""
    return [
        {
            "aspect": provenance.aspect,
            "name": provenance.name,
            "value": provenance.value,
            "statements": [_statement_json(statement) for statement in provenance.statements],
        }
        for provenance in provenances
    ]


def _statement_json(statement: Statement) -> dict[str, object]:
    return {
        "source": statement.binding,
        "value": statement.value,
        "seen_at": iso(statement.seen_at),
        "standing": statement.standing,
        "by": statement.by,
    }


def provenances_report(provenances: Iterable[Provenance], records: Sequence[SourceRecord]) -> Iterator[RenderableType]:
    """A table of who says what, and what could not be mapped."""
    yield from section("Who says what", columns(_rows(provenances)))
    yield from section("Kept beside, for the catalogue has no attribute for it", columns(_unmapped(records)))


def _rows(provenances: Iterable[Provenance]) -> Iterator[list[str]]:
    for provenance in provenances:
        name = f"group {provenance.name}" if provenance.aspect is Aspect.GROUP else provenance.name
        for number, statement in enumerate(provenance.statements):
            told = [value_text(statement.value), speaker(statement.binding), standing_text(statement)]
            yield ["" if number else name, *told]


def speaker(binding: str | None) -> str:
    """Who speaks, as people call it.

    >>> speaker("netbox/hq/default#17"), speaker("manual/default#88c5cf89-668b-4334-a510-2920dab6c955")
    ('netbox/hq/default#17', 'people')
    """
    return "people" if binding is None or binding.startswith(f"{Scope(MANUAL)}#") else binding


def standing_text(statement: Statement) -> str:
    """Why a value holds or does not, in words."""
    seen = iso(statement.seen_at)
    match statement.standing:
        case Standing.HOLDS:
            return f"holds, seen {seen}"
        case Standing.AGREES:
            return f"the same, seen {seen}"
        case Standing.OUTRANKED:
            return f"outranked by {speaker(statement.by)}, seen {seen}"
        case Standing.SILENT:
            return f"yields to {speaker(statement.by)}, silent since {seen}"
        case Standing.GONE:
            return f"its source sees it no more, last seen {seen}"
        case Standing.UNDECLARED:
            return f"the class has no such attribute, seen {seen}"


def _unmapped(records: Sequence[SourceRecord]) -> Iterator[list[str]]:
    for record in records:
        for name, value in sorted(_kept(record).items()):
            yield [record.binding, name, value_text(value)]


def _kept(record: SourceRecord) -> dict[str, JSONValue]:
    claim = ItemClaim.of(record.body)
    given = {"class": claim.given_class} if claim.given_class is not None else {}
    return {**claim.unmapped, **given}
