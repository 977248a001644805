"""What holds when several sources speak does not depend on the order in which they spoke."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import permutations

from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.sources import MANUAL, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, digest
from cmdb.reconcile import ItemClaim, fold_edge, fold_item

CATALOGUE = load_catalogue()
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def record(source: str, body: dict[str, JSONValue], kind: RecordKind = RecordKind.ITEM) -> SourceRecord:
    return SourceRecord(Scope(source), "key", kind, "target", digest(body), body, "run", NOON)


def claim(source: str, cls: str = "Host", name: str = "a", *, retired: bool = False, **said: JSONValue) -> SourceRecord:
    groups = {"power": GroupSetting("2", "50%")} if source == "b" else {}
    return record(source, ItemClaim(cls, name, said, groups, {"raw": source}, retired).body())


def test_every_order_of_the_sources_gives_the_same_ci() -> None:
    records = [claim("c", serial="C", model="m"), claim("b", serial="B"), claim(MANUAL, name="by hand", vendor="v")]
    results = [fold_item(order, CATALOGUE) for order in permutations(records)]
    assert all(result == results[0] for result in results)
    assert results[0].name == "by hand"
    assert results[0].attributes == {"serial": "B", "model": "m", "vendor": "v"}
    assert results[0].groups == {"power": GroupSetting("2", "50%")}


def test_nothing_never_beats_a_value() -> None:
    body: dict[str, JSONValue] = {"class": "Host", "name": "a", "attributes": {"serial": None}, "groups": {"g": "odd"}}
    folded = fold_item([record("a", body), claim("b", serial="B")], CATALOGUE)
    assert folded.attributes == {"serial": "B"}
    assert folded.groups["g"] == GroupSetting()


def test_a_ci_that_a_person_retired_stays_retired_whatever_sources_see() -> None:
    assert fold_item([claim("b"), claim(MANUAL, retired=True)], CATALOGUE).lifecycle is Lifecycle.RETIRED


def test_a_claim_is_read_as_it_was_kept() -> None:
    kept = ItemClaim("Host", "a", {"serial": "S"}, {"g": GroupSetting("1")}, {"colour": "red"}, retired=True)
    assert ItemClaim.of(kept.body()) == kept


def test_an_edge_has_the_strongest_basis_and_the_first_settings() -> None:
    said: Sequence[dict[str, JSONValue]] = (
        {"basis": "inferred", "group": "g", "attributes": {"x": 1}},
        {"basis": "observed", "effect": "soft", "group": "h", "attributes": None},
    )
    edge = fold_edge([record(str(number), body, RecordKind.RELATIONSHIP) for number, body in enumerate(said)])
    assert (edge.basis, edge.group, edge.effect) == (Basis.OBSERVED, "g", Effect.SOFT)
    assert edge.attributes == {"x": 1}
