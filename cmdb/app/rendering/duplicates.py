"""Duplicate cases as text and as plain JSON values."""

from collections.abc import Iterator

from rich.console import RenderableType

from cmdb.app.rendering.items import item_json, value_text
from cmdb.app.rendering.lines import columns, line, number_of, section, title
from cmdb.ingest.cases import DECIDED_AT, DECIDED_BY, REASON, STATE, SURVIVOR
from cmdb.ingest.duplicates import Decision
from cmdb.model.items import Item, Lifecycle
from cmdb.model.values import JSONValue
from cmdb.practices.casebook import Casebook, Examination, Suspicion


def case_json(case: Item) -> dict[str, object]:
    """A case alone."""
    said = case.attributes
    return {
        "id": case.id,
        "name": case.name,
        "revision": case.revision,
        "state": state_of(case),
        "ground": said.get("description"),
        "decided_by": said.get(DECIDED_BY),
        "decided_at": said.get(DECIDED_AT),
        "reason": said.get(REASON),
        "survivor": said.get(SURVIVOR),
    }


def state_of(case: Item) -> JSONValue:
    """What was decided; ``withdrawn`` when there is nothing to decide any more."""
    return "withdrawn" if case.lifecycle is Lifecycle.RETIRED else case.attributes.get(STATE)


def suspicion_json(suspicion: Suspicion) -> dict[str, object]:
    """A case with the items in question."""
    return {**case_json(suspicion.case), "suspects": [item_json(item) for item in suspicion.suspects]}


def casebook_json(book: Casebook) -> dict[str, object]:
    """Cases, and how many there are."""
    return {"total": book.total, "cases": [suspicion_json(suspicion) for suspicion in book.cases]}


def casebook_report(book: Casebook) -> Iterator[RenderableType]:
    """Cases in text, one a line."""
    yield from columns(
        [
            suspicion.case.id,
            value_text(state_of(suspicion.case)),
            suspicion.case.name,
            value_text(suspicion.case.attributes.get("description", "")),
        ]
        for suspicion in book.cases
    )
    shown = f", {len(book.cases):,} shown" if book.total > len(book.cases) else ""
    yield line(f"{number_of(book.total, 'case')}{shown}")


def examination_json(examination: Examination) -> dict[str, object]:
    """A case with all that helps to decide it."""
    suspects = [
        {**item_json(item), "sources": [record.binding for record in records], "relationships": count}
        for item, records, count in zip(
            examination.suspicion.suspects, examination.records, examination.relationships, strict=True
        )
    ]
    fields = [
        {"field": likeness.field, "values": list(likeness.values), "same": likeness.is_same}
        for likeness in examination.likenesses
    ]
    return {**case_json(examination.suspicion.case), "suspects": suspects, "fields": fields}


def examination_report(examination: Examination) -> Iterator[RenderableType]:
    """A case in text: the two side by side."""
    case = examination.suspicion.case
    yield title(f"{case.name}, {value_text(state_of(case))}")
    facts = {name: value for name, value in case_json(case).items() if name not in {"name", "state"} and value}
    yield from columns([name.replace("_", " "), str(value)] for name, value in facts.items())
    suspects = examination.suspicion.suspects
    rows = [["", *(item.id for item in suspects)]]
    rows += [["=" if likeness.is_same else "", *_cells(likeness.values)] for likeness in examination.likenesses]
    rows += [["", *("; ".join(record.binding for record in records) for records in examination.records)]]
    rows += [["", *(number_of(count, "relationship") for count in examination.relationships)]]
    names = ["id", *(likeness.field for likeness in examination.likenesses), "said by", "has"]
    yield from section("Side by side", columns([name, *row] for name, row in zip(names, rows, strict=True)))


def _cells(values: tuple[JSONValue, ...]) -> list[str]:
    return ["" if value is None else value_text(value) for value in values]


def decision_json(decision: Decision) -> dict[str, object]:
    """What was decided, or would be, and what of the one went to the other."""
    return {
        "case": case_json(decision.case),
        "survivor": None if decision.survivor is None else item_json(decision.survivor),
        "other": None if decision.other is None else item_json(decision.other),
        "bindings": list(decision.bindings),
        "relationships": decision.relationships,
        "set_aside": list(decision.set_aside),
    }


def decision_report(decision: Decision, headline: str) -> Iterator[RenderableType]:
    """The same in text."""
    yield title(headline)
    facts = [["case", f"{decision.case.name} ({decision.case.id}), {value_text(state_of(decision.case))}"]]
    for name, item in (("survivor", decision.survivor), ("other", decision.other)):
        if item is not None:
            facts.append([name, f"{item.label} ({item.id}), {item.lifecycle}"])
    if decision.survivor is not None:
        facts.append(["moved", f"{', '.join(decision.bindings) or 'no binding'}; {_edges(decision)}"])
    yield from columns(facts)
    yield from section("Kept unresolved, for the survivor has another", columns([key] for key in decision.set_aside))


def _edges(decision: Decision) -> str:
    return number_of(decision.relationships, "relationship")
