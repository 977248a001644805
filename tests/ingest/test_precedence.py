"""Whose word counts first in imports, and what happens to a source that has not been heard for long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.planning import Planned
from cmdb.ingest.reports import Counts
from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.model.observations import CIRecord
from cmdb.model.references import ByName
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.ingest.graphs import edges, item, items
from tests.ingest.rows import CLOUD, RACKS, WATCH, ci, edge, load, plan
from tests.ingest.test_properties import unsettled
from tests.ingest.watched import CountingStore
from tests.store.places import open_sqlite

RULES = """
precedence:
  - {classes: [Computer], attributes: [model, name], sources: [watch, "cl*"], max_age_days: 90}
  - {classes: [Host], attributes: [operating_system], sources: [cloud]}
  - {relationships: [LINKED_TO], attributes: [note, group], sources: [watch]}
"""


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The gadgets with precedences."""
    path = tmp_path_factory.mktemp("catalogue") / "rules.yaml"
    path.write_text(f"catalogue: 1\n{RULES}", "utf-8")
    return load_catalogue(Path(__file__).parents[1] / "gadgets.yaml", path)


@pytest.fixture(params=("memory", "sqlite"))
def store(request: pytest.FixtureRequest, tmp_path: Path, ruled: Catalogue) -> Iterator[Store]:
    with MemoryStore(ruled) if request.param == "memory" else open_sqlite(tmp_path / "cmdb.sqlite", ruled) as opened:
        yield opened


def said(scope: Scope, model: str, **more: str) -> CIRecord:
    return ci("a", scope=scope, name=f"{scope.source} a", serial="S-1", model=model, **more)


def heard(store: Store, scope: Scope, days_ago: int) -> None:
    """Let a source have been heard last so many days ago."""
    store.see([(scope, "a")], "old run", datetime.now(UTC) - timedelta(days=days_ago))


def model(store: Store) -> JSONValue:
    """The model of the only host with a serial number."""
    (found,) = [entry for entry in items(store) if "serial" in entry.attributes]
    return found.attributes.get("model")


def test_a_value_comes_from_the_source_that_the_catalogue_puts_first(store: Store) -> None:
    load(store, said(RACKS, "R", operating_system="r.example", description="R"))
    load(store, said(CLOUD, "C", operating_system="c.example", description="C"))
    assert item(store, "cloud a").attributes == {
        "serial": "S-1",
        "model": "C",
        "operating_system": "c.example",
        "description": "C",
    }
    load(store, said(WATCH, "W", operating_system="w.example", description="W"))
    assert item(store, "watch a").attributes == {
        "serial": "S-1",
        "model": "W",
        "operating_system": "c.example",
        "description": "C",
    }
    assert unsettled(store) == Planned()


def test_people_stand_above_every_precedence(store: Store) -> None:
    load(store, said(RACKS, "R"), said(WATCH, "W"))
    Editor(store).update(ByName("Host", "watch a"), ItemPatch(attributes={"model": "hand"}), Request("anna"))
    load(store, said(WATCH, "W2"))
    assert model(store) == "hand"


def test_a_source_that_is_silent_for_too_long_yields_when_another_is_heard(store: Store) -> None:
    load(store, said(CLOUD, "C"), said(WATCH, "W"))
    heard(store, WATCH, 91)
    assert model(store) == "W"
    head = store.head()
    report = load(store, said(CLOUD, "C"))
    assert report.counts == Counts(read=1, unchanged=1, updated=1)
    assert report.changes[0].fields == {"model": ("W", "C"), "name": ("watch a", "cloud a")}
    assert (model(store), store.head()) == ("C", head + 1)
    assert unsettled(store) == Planned()
    again = load(store, said(CLOUD, "C"))
    assert (again.counts, store.head()) == (Counts(read=1, unchanged=1), head + 1)


def test_it_counts_first_again_as_soon_as_it_is_heard(store: Store) -> None:
    load(store, said(CLOUD, "C"), said(WATCH, "W"))
    heard(store, WATCH, 200)
    load(store, said(CLOUD, "C"))
    assert load(store, said(WATCH, "W")).counts == Counts(read=1, unchanged=1, updated=1)
    assert model(store) == "W"
    assert unsettled(store) == Planned()


@pytest.mark.parametrize("days", [89, 90])
def test_it_does_not_yield_before(store: Store, days: int) -> None:
    load(store, said(CLOUD, "C"), said(WATCH, "W"))
    heard(store, WATCH, days)
    store.see([(CLOUD, "a")], "then", datetime.now(UTC) - timedelta(minutes=1))
    if days == 89:
        assert load(store, said(CLOUD, "C")).counts == Counts(read=1, unchanged=1)
    else:  # what counts is how much later the other one was heard
        heard(store, CLOUD, 30)
        assert load(store, ci("other")).counts == Counts(read=1, created=1)
    assert model(store) == "W"
    assert unsettled(store) == Planned()


def test_a_changed_row_makes_others_silent_as_an_unchanged_one_does(store: Store) -> None:
    load(store, said(CLOUD, "C"), said(WATCH, "W"))
    heard(store, WATCH, 91)
    assert load(store, said(CLOUD, "C2")).counts == Counts(read=1, updated=1)
    assert model(store) == "C2"
    assert unsettled(store) == Planned()


def test_a_source_that_is_alone_never_yields(store: Store) -> None:
    load(store, said(WATCH, "W"), ci("a", scope=CLOUD, name="x", serial="S-1", model=None))
    heard(store, WATCH, 1000)
    load(store, ci("a", scope=CLOUD, name="x", serial="S-1", model=None))
    assert model(store) == "W"


def test_when_all_were_silent_for_long_and_are_heard_again_nothing_changes(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [said(CLOUD, "C"), said(WATCH, "W"), said(RACKS, "R")]
    load(store, *rows)
    for scope in (CLOUD, WATCH, RACKS):
        heard(store, scope, 300)
    head = store.head()
    monkeypatch.setattr("cmdb.ingest.batches.ROWS", 1)
    assert load(store, *rows).counts == Counts(read=3, unchanged=3)
    assert (store.head(), model(store)) == (head, "W")
    for scope in (CLOUD, WATCH, RACKS):
        heard(store, scope, 300)
    assert load(store, said(CLOUD, "C"), said(WATCH, "W2"), said(RACKS, "R")).counts.updated == 1
    assert model(store) == "W2"
    assert unsettled(store) == Planned()


def test_a_plan_tells_that_a_source_will_yield(store: Store) -> None:
    load(store, said(CLOUD, "C"), said(WATCH, "W"))
    heard(store, WATCH, 91)
    head = store.head()
    planned = plan(store, said(CLOUD, "C"))
    assert (model(store), store.head()) == ("W", head)
    report = load(store, said(CLOUD, "C"))
    assert planned.changes == report.changes
    assert planned.counts == report.counts


@pytest.mark.parametrize("order", [(RACKS, CLOUD, WATCH), (WATCH, CLOUD, RACKS), (CLOUD, WATCH, RACKS)])
def test_the_order_in_which_sources_spoke_does_not_matter(store: Store, order: tuple[Scope, ...]) -> None:
    for scope in order:
        load(store, said(scope, scope.source, operating_system=f"{scope.source}.example"))
    assert item(store, "watch a").attributes == {"serial": "S-1", "model": "watch", "operating_system": "cloud.example"}


def test_relationships_follow_the_precedence_of_their_type(store: Store) -> None:
    load(store, ci("a"), ci("b"))
    for scope in (RACKS, CLOUD, WATCH):
        note: dict[str, JSONValue] = {"note": scope.source, "share": len(scope.source)}
        load(store, edge(*LINK, scope=scope, group=scope.source, attributes=note))
    (link,) = edges(store)
    assert (link.group, link.attributes) == ("watch", {"note": "watch", "share": 5})


LINK = ("racks/hall-1#a", "LINKED_TO", "racks/hall-1#b")


def test_only_classes_with_an_age_pay_for_it() -> None:
    store = CountingStore()
    load(store, said(CLOUD, "C"))
    store.reads.clear()
    load(store, said(CLOUD, "C"))
    assert dict(store.reads) == {"bonds": 1, "unresolved": 1}
