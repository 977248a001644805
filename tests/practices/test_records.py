"""Changes, incidents, problems and outages: registered with what they do, and asked for their impact."""

import pytest

from cmdb.errors import (
    BadInput,
    CMDBError,
    DuplicateIdentity,
    EndNotAllowed,
    IdempotencyMismatch,
    NotFound,
    Retired,
    UnknownClass,
    WrongType,
)
from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.model.references import ByName
from cmdb.model.values import JSONValue
from cmdb.practices.answers import Seed
from cmdb.practices.records import NewRecord
from cmdb.practices.services import Services, services
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, item, names
from tests.ingest.rows import ci, edge, load
from tests.practices.questions import seed, states

HOST, APP = ByName("Host", "host"), ByName("Application", "app")
WINDOW: dict[str, JSONValue] = {
    "window_start": "2026-11-28T22:00:00Z",
    "window_end": "2026-11-29T02:00:00+01:00",
}


@pytest.fixture
def opened(any_store: Store) -> Services:
    load(any_store, ci("host"), ci("app", "Application"), edge("app", "RUNS_ON", "host"), ci("gone"))
    Editor(any_store).update(ByName("Host", "gone"), ItemPatch(retired=True), Request("anna"))
    return services(any_store)


def asks(request_id: str = "request-1") -> Request:
    return Request("anna", "as told", request_id)


def change(*seeds: Seed, **attributes: JSONValue) -> NewRecord:
    return NewRecord("Change", "Replace it", {"code": "CHG-1", **attributes}, seeds)


def test_a_change_is_registered_with_what_it_does_and_asked_for_its_impact(opened: Services) -> None:
    made = opened.records.register(change(seed("Host:host degraded"), **WINDOW), asks())
    assert arrows(opened.store) == ["Replace it AFFECTS host", "app RUNS_ON host"]
    answer = opened.assessor.of_record(ByName("Change", "Replace it"))
    assert states(answer) == {"host": "degraded", "app": "degraded"}
    assert answer.subject == {
        "id": made.id,
        "class": "Change",
        "name": "Replace it",
        "window_start": "2026-11-28T22:00:00Z",
        "window_end": "2026-11-29T01:00:00Z",
    }


@pytest.mark.parametrize("cls", ["Incident", "Problem", "Outage"])
def test_other_records_have_an_impact_too(opened: Services, cls: str) -> None:
    times = {} if cls == "Problem" else {"started_at": "2026-11-28"}
    opened.records.register(NewRecord(cls, "It", times, [Seed(HOST)]), asks())
    answer = opened.assessor.of_record(ByName(cls, "It"), detail=1)
    assert (states(answer), answer.omitted) == ({"host": "down"}, 1)
    assert answer.subject is not None
    assert answer.subject.get("started_at") == times.get("started_at")


def test_records_are_linked_to_one_another_in_the_same_commit(opened: Services) -> None:
    head = opened.store.head()
    opened.records.register(NewRecord("Problem", "Weak", {"code": "P-1"}), asks("1"))
    incident = NewRecord("Incident", "Slow", {"code": "I-1"}, (), [("CAUSED_BY", ByName("Problem", "Weak"))])
    opened.records.register(incident, asks("2"))
    assert opened.store.head() == head + 2
    assert "Slow CAUSED_BY Weak" in arrows(opened.store)


REFUSED: dict[str, tuple[NewRecord, type[CMDBError]]] = {
    "a window that ends before it starts": (
        change(Seed(HOST), window_start="2026-11-29", window_end="2026-11-28"),
        BadInput,
    ),
    "a window without length": (change(Seed(HOST), window_start="2026-11-28", window_end="2026-11-28"), BadInput),
    "a window that ends before it starts in another offset": (
        change(Seed(HOST), window_start="2026-11-28T22:00:00Z", window_end="2026-11-28T22:30:00+01:00"),
        BadInput,
    ),
    "an outage that ends before it starts": (
        NewRecord("Outage", "Out", {"started_at": "2026-11-29", "ended_at": "2026-11-28"}),
        BadInput,
    ),
    "an instant without offset": (change(window_start="2026-11-28T22:00:00"), WrongType),
    "a window of no time at all": (change(window_start="soon", window_end=7), WrongType),
    "a retired CI": (change(Seed(ByName("Host", "gone"))), Retired),
    "an unknown CI": (change(Seed(ByName("Host", "ghost"))), NotFound),
    "a state that is none": (change(Seed(HOST, "broken")), WrongType),
    "a CI twice": (change(Seed(HOST), Seed(HOST, "degraded")), BadInput),
    "a thing that no change affects": (change(Seed(ByName("Change", "Old"))), EndNotAllowed),
    "an unknown class": (NewRecord("Wish", "x"), UnknownClass),
    "a code that another change has": (NewRecord("Change", "Other", {"code": "chg-0"}), DuplicateIdentity),
}


@pytest.mark.parametrize(("new", "kind"), REFUSED.values(), ids=REFUSED)
def test_a_record_is_refused_and_nothing_written_for(store: Store, new: NewRecord, kind: type[CMDBError]) -> None:
    load(store, ci("host"), ci("gone"), ci("Old", "Change", code="CHG-0"))
    Editor(store).update(ByName("Host", "gone"), ItemPatch(retired=True), Request("anna"))
    before = names(store), store.head()
    with pytest.raises(kind):
        services(store).records.register(new, asks())
    assert (names(store), store.head()) == before


def test_half_a_window_is_accepted(store: Store) -> None:
    services(store).records.register(change(window_end="2026-11-28"), asks())
    assert item(store, "Replace it").attributes["window_end"] == "2026-11-28"


def test_a_record_that_names_no_failing_ci_has_no_impact(store: Store) -> None:
    load(store, ci("host"))
    records = services(store).records
    records.register(change(), asks("1"))
    records.register(NewRecord("Change", "Look at it", {}, [Seed(HOST, "none")]), asks("2"))
    for name in ("Replace it", "Look at it"):
        with pytest.raises(BadInput, match="names no CI that fails"):
            services(store).assessor.of_record(ByName("Change", name))
    with pytest.raises(NotFound):
        services(store).assessor.of_record(ByName("Change", "No such"))


def test_what_a_record_does_not_touch_is_no_seed(opened: Services) -> None:
    opened.records.register(change(Seed(HOST, "none"), Seed(APP, "at_risk")), asks())
    question = opened.assessor.question_of(ByName("Change", "Replace it"))
    assert [row.state for row in question.seeds] == ["at_risk"]


def test_a_record_is_registered_once_a_request_also_when_its_ci_is_gone_since(store: Store) -> None:
    load(store, ci("host"))
    opened = services(store)
    first = opened.records.register(change(Seed(HOST)), asks())
    Editor(store).update(HOST, ItemPatch(retired=True), asks("2"))
    assert opened.records.register(change(Seed(HOST)), asks()).id == first.id
    with pytest.raises(IdempotencyMismatch):
        opened.records.register(change(Seed(HOST, "degraded")), asks())


def test_the_impact_of_a_record_is_that_of_then_when_asked_as_of(opened: Services) -> None:
    opened.records.register(change(Seed(HOST)), asks("1"))
    then = opened.store.head()
    opened.editor.unrelate("RUNS_ON", APP, HOST, asks("2"))
    assert states(opened.assessor.of_record(ByName("Change", "Replace it"))) == {"host": "down"}
    assert states(opened.assessor.of_record(ByName("Change", "Replace it"), then)) == {"host": "down", "app": "down"}
