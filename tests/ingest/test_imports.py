"""Importing: what is new is created, what is the same is only seen, what changed is updated."""

from cmdb.ingest.reports import Counts
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.sources import RunState
from cmdb.store.port import Store
from tests.ingest.graphs import arrows, edges, item, names, plain
from tests.ingest.rows import CLOUD, RACKS, ci, edge, grouped, load, load_each

ESTATE = (
    ci("web", "Application", version="1"),
    ci("host-1", vendor="Ironclad", serial="S-1"),
    ci("host-2", vendor="Ironclad", serial="S-2"),
    edge("web", "RUNS_ON", "host-1", group="hosts"),
    edge("web", "RUNS_ON", "host-2", group="hosts", basis=Basis.OBSERVED, effect=Effect.SOFT),
)


def test_a_first_import_creates_everything_it_describes(any_store: Store) -> None:
    report = load(any_store, *ESTATE)
    assert report.state is RunState.SUCCEEDED
    assert report.counts == Counts(read=5, created=3, related=2)
    assert (report.base_seq, report.seq) == (0, 2)
    assert report.objects == {"Application": 1, "Host": 2}
    assert report.complete
    assert names(any_store) == ["host-1", "host-2", "web"]
    assert arrows(any_store) == ["web RUNS_ON host-1", "web RUNS_ON host-2"]
    soft = next(entry for entry in edges(any_store) if entry.effect)
    assert (soft.group, soft.effect, soft.basis) == ("hosts", Effect.SOFT, Basis.OBSERVED)


def test_the_same_import_again_changes_nothing_and_adds_no_commit(any_store: Store) -> None:
    load(any_store, *ESTATE)
    before, head = plain(any_store), any_store.head()
    report = load(any_store, *ESTATE)
    assert report.counts == Counts(read=5, unchanged=3, relationships_unchanged=2)
    assert report.counts.changes == 0
    assert (report.seq, any_store.head()) == (head, head)
    assert plain(any_store) == before


def test_what_was_only_seen_is_stamped_with_the_run_that_saw_it(any_store: Store) -> None:
    load(any_store, *ESTATE, edge("web", "RUNS_ON", "nowhere"))
    bindings = [(row.scope, row.key) for row in (*ESTATE, edge("web", "RUNS_ON", "nowhere"))]
    first = any_store.records(bindings)
    report = load(any_store, *ESTATE, edge("web", "RUNS_ON", "nowhere"))
    second = any_store.records(bindings)
    assert {record.seen_run for record in second.values()} == {report.run_id}
    assert all(second[key].seen_at > first[key].seen_at for key in second)
    assert len(second) == 6


def test_a_change_is_one_update_with_the_old_and_the_new_value(store: Store) -> None:
    load(store, *ESTATE)
    report = load(store, ci("host-1", vendor="Ironclad", serial="S-1", model="X"), *ESTATE[:1], *ESTATE[2:])
    assert report.counts == Counts(read=5, updated=1, unchanged=2, relationships_unchanged=2)
    (change,) = report.changes
    assert (change.action, change.subject, change.binding) == ("update", "Host:host-1", "racks/hall-1#host-1")
    assert change.fields == {"model": (None, "X")}
    assert item(store, "host-1").revision == 2


def test_a_value_that_its_only_source_no_longer_gives_goes(store: Store) -> None:
    load(store, ci("host-1", serial="S-1", model="X"))
    load(store, ci("host-1", serial="S-1"))
    assert dict(item(store, "host-1").attributes) == {"serial": "S-1"}
    load(store, ci("host-1", serial="S-1", model="Y"))
    load(store, ci("host-1", serial="S-1", model=None))
    assert dict(item(store, "host-1").attributes) == {"serial": "S-1"}


def test_a_row_that_says_the_same_in_other_words_changes_nothing(store: Store) -> None:
    load(store, ci("c", "Certificate", expires_at="2026-11-28T22:00:00Z"))
    report = load(store, ci("c", "Certificate", expires_at="2026-11-28T23:00:00+01:00"))
    assert report.counts.changes == 0


def test_name_class_and_groups_are_taken_over_and_changed(store: Store) -> None:
    load(store, grouped(ci("db", "Gadget"), replicas="2"))
    row = grouped(ci("db", "Widget", name="The database"), replicas=GroupSetting("50%", "100%"), feeds="1")
    (change,) = load(store, row).changes
    found = item(store, "The database")
    assert (found.cls, found.groups) == ("Widget", {"replicas": GroupSetting("50%", "100%"), "feeds": GroupSetting()})
    assert change.fields == {
        "name": ("db", "The database"),
        "class": ("Gadget", "Widget"),
        "group replicas": ("2", "50%, degraded below 100%"),
        "group feeds": (None, "1"),
    }
    load(store, ci("db", "Widget", name="The database"))
    assert item(store, "The database").groups == {}


def test_an_edge_that_is_said_differently_is_changed(store: Store) -> None:
    load(store, *ESTATE)
    report = load(store, *ESTATE[:3], edge("web", "RUNS_ON", "host-1"), ESTATE[4])
    assert report.counts == Counts(read=5, unchanged=3, related=1, relationships_unchanged=1)
    assert [entry.group for entry in edges(store) if entry.effect is None] == [None]


def test_attributes_of_edges_are_kept_in_canonical_form(store: Store) -> None:
    load(store, ci("a"), ci("b"), edge("a", "LINKED_TO", "b", attributes={"note": "x", "share": None}))
    assert [dict(entry.attributes) for entry in edges(store)] == [{"note": "x"}]


def test_items_of_all_inputs_come_before_relationships_of_any(store: Store) -> None:
    report = load_each(
        store,
        [edge("web", "RUNS_ON", "cloud/eu#vm"), ci("web", "Application")],
        [ci("vm", "VirtualMachine", scope=CLOUD)],
    )
    assert report.counts == Counts(read=3, created=2, related=1)
    assert arrows(store) == ["web RUNS_ON vm"]


def test_one_edge_that_two_sources_claim_stays_one_edge(store: Store) -> None:
    load(store, *ESTATE)
    claim = edge("racks/hall-1#web", "RUNS_ON", "racks/hall-1#host-1", scope=CLOUD, basis=Basis.INFERRED)
    report = load(store, claim)
    assert report.counts == Counts(read=1, relationships_unchanged=1)
    assert len(edges(store)) == 2
    (first, *_) = [entry for entry in edges(store) if entry.effect is None]
    assert [record.scope for record in store.records_of([first.key])[first.key]] == [CLOUD, RACKS]
    assert first.basis is Basis.DECLARED


def test_a_stronger_basis_of_another_source_is_taken_over(store: Store) -> None:
    load(store, ci("a"), ci("b"), edge("a", "LINKED_TO", "b", basis=Basis.INFERRED))
    load(store, edge("racks/hall-1#a", "LINKED_TO", "racks/hall-1#b", scope=CLOUD, basis=Basis.OBSERVED))
    assert [entry.basis for entry in edges(store)] == [Basis.OBSERVED]


def test_a_run_can_be_asked_for_with_its_state_and_counts(any_store: Store) -> None:
    report = load(any_store, *ESTATE)
    run = any_store.run(report.run_id)
    assert run is not None
    assert (run.state, run.actor, run.source) == (RunState.SUCCEEDED, "tester", "test")
    assert run.finished_at is not None
    assert {name: count for name, count in run.counts.items() if count} == {
        "read": 5,
        "created": 3,
        "related": 2,
        "changes": 5,
        "rows": 5,
    }
