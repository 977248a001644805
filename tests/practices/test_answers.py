"""What an answer holds besides states: what is spared, rolled up, counted, cut, unknown, and when it held."""

from datetime import UTC, datetime, timedelta

import pytest

from cmdb.errors import AmbiguousName, BadInput, NotFound, Retired, SeqUnavailable
from cmdb.ingest.edits import Editor, ItemPatch, Request
from cmdb.ingest.references import find_one
from cmdb.model.items import Basis, Effect
from cmdb.model.observations import Observation
from cmdb.model.references import ByName, Reference
from cmdb.practices.answers import Called, SeedState
from cmdb.practices.dependencies import DependencyGraphs
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from tests.builders import gadgets
from tests.ingest.rows import CLOUD, ci, edge, grouped, load
from tests.practices.questions import ask, reason, states

ESTATE: tuple[Observation, ...] = (
    *(ci(f"n{n}", "DatabaseInstance") for n in (1, 2, 3)),
    grouped(ci("db", "DatabaseCluster", criticality="critical"), replicas="2"),
    ci("shop", "Application"),
    ci("conf", "ConfigMap"),
    ci("web", "Workload"),
    ci("Selling", "BusinessService", code="S-1", criticality="high"),
    ci("Hosting", "TechnicalService", code="S-2"),
    ci("Gold", "Offering", code="O-1"),
    ci("Ordering", "BusinessProcess"),
    ci("Northwind", "Customer", code="C-1"),
    ci("Southwind", "Customer", code="C-2"),
    ci("SLA", "Agreement", agreement_type="sla", code="A-1"),
    ci("Data team", "Team", code="T-1"),
    ci("Shop team", "Team", code="T-2"),
    ci("Idle team", "Team", code="T-3"),
    ci("Acme", "Supplier", code="P-1"),
    *(edge(f"n{n}", "PART_OF", "db") for n in (1, 2, 3)),
    edge("shop", "DEPENDS_ON", "db", basis=Basis.OBSERVED),
    edge("web", "USES_CONFIGURATION", "conf"),
    edge("Selling", "DEPENDS_ON", "shop", basis=Basis.INFERRED),
    edge("Gold", "OFFERING_OF", "Selling"),
    edge("Ordering", "DEPENDS_ON", "Selling"),
    edge("Northwind", "SUBSCRIBES_TO", "Gold"),
    edge("SLA", "COVERS", "Gold"),
    edge("SLA", "AGREED_WITH", "Acme"),
    edge("db", "OWNED_BY", "Data team"),
    edge("db", "SUPPORTED_BY", "Data team"),
    edge("n1", "SUPPORTED_BY", "Data team"),
    edge("shop", "OWNED_BY", "Shop team"),
    edge("conf", "OWNED_BY", "Idle team"),
    edge("db", "SUPPLIED_BY", "Acme"),
)
TWO_DOWN = ("DatabaseInstance:n1", "DatabaseInstance:n2")


def test_what_falls_is_rolled_up_to_services_offerings_customers_agreements_and_processes(any_store: Store) -> None:
    load(any_store, *ESTATE)
    answer = ask(any_store, *TWO_DOWN)
    rolled = (answer.services, answer.offerings, answer.customers, answer.agreements, answer.processes)
    assert [[(row.name, row.state) for row in rows] for rows in rolled] == [
        [("Selling", "down")],
        [("Gold", "down")],
        [("Northwind", "down")],
        [("SLA", "down")],
        [("Ordering", "down")],
    ]
    assert answer.services[0].criticality == "high"
    assert answer.services[0].reason == "DEPENDS_ON Application:shop, which is down"


def test_parties_are_called_once_with_their_roles_and_the_worst_state(any_store: Store) -> None:
    load(any_store, *ESTATE)
    answer = ask(any_store, *TWO_DOWN)
    assert [(row.name, row.state, row.roles, row.items) for row in answer.teams] == [
        ("Data team", "down", ("OWNED_BY", "SUPPORTED_BY"), 2),
        ("Shop team", "down", ("OWNED_BY",), 1),
    ]
    assert [(row.name, row.state, row.roles, row.items) for row in answer.suppliers] == [
        ("Acme", "down", ("AGREED_WITH", "SUPPLIED_BY"), 2)
    ]
    milder = ask(any_store, "DatabaseInstance:n1 degraded")
    assert [(row.name, row.state) for row in milder.teams] == [("Data team", "degraded")]
    assert isinstance(milder.teams[0], Called)


def test_raised_things_are_listed_worst_and_nearest_first_with_chain_and_basis(store: Store) -> None:
    load(store, *ESTATE)
    answer = ask(store, "DatabaseInstance:n1", "Application:shop degraded")
    assert [(row.name, row.state, row.distance) for row in answer.affected][:3] == [
        ("n1", "down", 0),
        ("shop", "degraded", 0),
        ("Selling", "degraded", 1),
    ]
    selling = next(row for row in ask(store, *TWO_DOWN).affected if row.name == "Selling")
    assert [(step.dependent, step.type, step.provider, step.basis) for step in selling.chain] == [
        ("DatabaseCluster:db", "PART_OF", "DatabaseInstance:n1", Basis.DECLARED),
        ("Application:shop", "DEPENDS_ON", "DatabaseCluster:db", Basis.OBSERVED),
        ("BusinessService:Selling", "DEPENDS_ON", "Application:shop", Basis.INFERRED),
    ]
    assert (selling.distance, selling.basis) == (3, Basis.INFERRED)
    assert answer.affected[0].basis is None


def test_a_seed_says_that_it_was_given(store: Store) -> None:
    load(store, *ESTATE)
    answer = ask(store, "DatabaseInstance:n1", "Application:shop degraded", "Application:shop at_risk")
    assert {(row.name, row.state) for row in answer.seeds} == {("n1", "down"), ("shop", "degraded")}
    assert all(isinstance(row, SeedState) for row in answer.seeds)
    assert reason(answer, "n1") == "given as down"
    assert reason(answer, "shop") == "given as degraded"


def test_what_falls_less_far_than_its_provider_is_spared_with_the_arithmetic(any_store: Store) -> None:
    load(any_store, *ESTATE)
    answer = ask(any_store, "DatabaseInstance:n1")
    (spared,) = answer.spared
    assert (spared.name, spared.state) == ("db", "at_risk")
    assert spared.reason == "replicas: 2 of 3 left, needs 2; DatabaseInstance:n1 down"
    groups = spared.proof["groups"]
    assert isinstance(groups, list)
    assert [(group["members"], group["needed"], group["up"], group["minUp"]) for group in groups] == [(3, 2, 2, "2")]
    (soft,) = ask(any_store, "ConfigMap:conf").spared
    assert soft.reason == "USES_CONFIGURATION ConfigMap:conf, which is down, a soft dependency"
    (held,) = ask(any_store, "ConfigMap:conf at_risk").spared
    assert (held.name, held.state) == ("web", "up")


def test_a_long_group_names_three_of_those_that_failed(store: Store) -> None:
    names = [f"n{n}" for n in range(1, 7)]
    load(
        store,
        grouped(ci("db", "DatabaseCluster"), replicas="1"),
        *(ci(name, "DatabaseInstance") for name in names),
        *(edge(name, "PART_OF", "db") for name in names),
    )
    answer = ask(store, *(f"DatabaseInstance:{name}" for name in names[:5]))
    listed = ", ".join(f"DatabaseInstance:n{n} down" for n in (1, 2, 3))
    assert reason(answer, "db") == f"replicas: 1 of 6 left, needs 1; {listed} and 2 more"


def test_everything_raised_is_counted_by_class_and_state(store: Store) -> None:
    load(store, *ESTATE)
    answer = ask(store, "DatabaseInstance:n1", "Application:shop degraded")
    assert answer.counts["DatabaseInstance"] == {"down": 1, "degraded": 0, "at_risk": 0}
    assert answer.counts["DatabaseCluster"] == {"down": 0, "degraded": 0, "at_risk": 1}
    assert sum(sum(row.values()) for row in answer.counts.values()) == len(answer.affected)
    assert list(answer.counts) == sorted(answer.counts)


def test_a_limit_cuts_what_is_shown_and_nothing_else(store: Store) -> None:
    load(store, *ESTATE)
    full, cut = ask(store, *TWO_DOWN, "ConfigMap:conf"), ask(store, *TWO_DOWN, "ConfigMap:conf", detail=1)
    assert cut.affected == full.affected[:1]
    assert cut.omitted == len(full.affected) - 1
    assert (full.omitted, full.spared_omitted) == (0, 0)
    assert len(cut.spared) == min(1, len(full.spared))
    assert cut.spared_omitted == len(full.spared) - len(cut.spared)
    assert (cut.counts, cut.services, cut.teams, cut.seeds) == (full.counts, full.services, full.teams, full.seeds)
    nothing = ask(store, *TWO_DOWN, detail=0)
    assert (nothing.affected, nothing.spared) == ((), ())
    with pytest.raises(BadInput):
        ask(store, *TWO_DOWN, detail=-1)


# --- what is refused

REFUSED: dict[str, tuple[tuple[str, ...], type[Exception]]] = {
    "nothing named": ((), BadInput),
    "nobody of that name": (("Host:ghost",), NotFound),
    "several of that name": (("Host:twin",), AmbiguousName),
    "a state that is none": (("Application:shop broken",), BadInput),
    "a failure that is none": (("Application:shop up",), BadInput),
}


@pytest.mark.parametrize(("seeds", "kind"), REFUSED.values(), ids=REFUSED)
def test_a_question_is_refused_with(store: Store, seeds: tuple[str, ...], kind: type[Exception]) -> None:
    load(store, *ESTATE, ci("x", name="twin"), ci("y", name="twin"))
    with pytest.raises(kind):
        ask(store, *seeds)


# --- as of when


def test_a_retired_ci_cannot_fail_but_could_before(any_store: Store) -> None:
    load(any_store, *ESTATE)
    before, at = any_store.head(), any_store.commits(0)[-1].at
    editor = Editor(any_store)
    editor.update(ByName("Application", "shop"), ItemPatch(retired=True), Request("anna"))
    load(any_store, ci("shop", "Application", version="2"))
    with pytest.raises(Retired) as refusal:
        ask(any_store, "Application:shop")
    assert refusal.value.hint == f"Ask as of a seq before {before + 1}."
    then = ask(any_store, "Application:shop", as_of=before)
    assert (then.seq, states(then)["Selling"]) == (before, "down")
    assert ask(any_store, "Application:shop", as_of=at).seq == before
    editor.update(ByName("Application", "shop"), ItemPatch(retired=False), Request("anna"))
    assert states(ask(any_store, "Application:shop"))["Selling"] == "down"
    with pytest.raises(Retired):
        ask(any_store, "Application:shop", as_of=before + 1)


def test_impact_as_of_uses_the_edges_groups_and_names_of_then(any_store: Store) -> None:
    load(any_store, *ESTATE)
    then = any_store.head()
    editor = Editor(any_store)
    editor.unrelate("DEPENDS_ON", ByName("Application", "shop"), ByName("DatabaseCluster", "db"), Request("anna"))
    load(any_store, ci("db", "DatabaseCluster", name="database"))
    now = ask(any_store, "DatabaseInstance:n1")
    assert states(now) == {"n1": "down", "database": "at_risk"}
    assert now.seq == any_store.head()
    past = ask(any_store, *TWO_DOWN, as_of=then)
    assert states(past)["shop"] == "down"
    assert ask(any_store, "DatabaseCluster:db", as_of=then).seeds[0].name == "db"
    assert (past.gaps.dangling, past.gaps.stale) == (None, None)
    with pytest.raises(NotFound):
        ask(any_store, "DatabaseCluster:db")
    with pytest.raises(NotFound):
        ask(any_store, "Application:shop", as_of=0)


def test_a_point_that_is_none_is_refused(store: Store) -> None:
    load(store, *ESTATE)
    for seq in (-1, store.head() + 1):
        with pytest.raises(SeqUnavailable):
            ask(store, "Application:shop", as_of=seq)
    with pytest.raises(BadInput, match="offset"):
        ask(store, "Application:shop", as_of=datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused
    with pytest.raises(NotFound):
        ask(store, "Application:shop", as_of=datetime(1970, 1, 1, tzinfo=UTC))


# --- what is not known


def test_dangling_references_inside_the_radius_are_listed_and_no_others(store: Store) -> None:
    load(
        store,
        *ESTATE,
        edge("shop", "DEPENDS_ON", "Application:ghost"),
        edge("cloud/eu#late", "DEPENDS_ON", "shop"),
        edge("conf", "LINKED_TO", "Host:far"),
    )
    answer = ask(store, "Application:shop")
    assert answer.gaps.dangling == (
        "cloud/eu#late DEPENDS_ON Application:shop",
        "Application:shop DEPENDS_ON Application:ghost",
    )
    assert answer.complete


def test_a_dangling_reference_to_a_class_that_the_catalogue_lost_stops_no_answer() -> None:
    rows = (*ESTATE, edge("shop", "DEPENDS_ON", "Gadget:ghost"))
    with MemoryStore(gadgets()) as store:
        load(store, *rows)
        store.catalogue = type(store.catalogue)(
            {name: spec for name, spec in store.catalogue.classes.items() if name not in {"Gadget", "Widget"}},
            store.catalogue.relationship_types,
        )
        assert ask(store, "Application:shop").gaps.dangling == ()


def test_what_no_source_has_seen_for_thirty_days_is_counted_as_stale(store: Store) -> None:
    load(store, *ESTATE)
    assert ask(store, *TWO_DOWN).gaps.stale == 0
    shop = find_one(ByName("Application", "shop"), store, store.catalogue)
    bindings = [(record.scope, record.key) for record in store.records_of([shop.id])[shop.id]]
    store.see(bindings, "old", datetime.now(UTC) - timedelta(days=31))
    assert ask(store, *TWO_DOWN).gaps.stale == 1
    load(store, ci("shop", "Application"))
    assert ask(store, *TWO_DOWN).gaps.stale == 0


def test_what_rests_on_an_inferred_relationship_is_counted_as_unverified(store: Store) -> None:
    load(store, *ESTATE)
    beyond = {"Selling", "Gold", "Northwind", "SLA", "Ordering"}
    assert ask(store, "Application:shop").gaps.unverified == len(beyond)
    assert ask(store, "Application:shop").gaps.hidden == 0


def test_two_questions_at_once_share_one_graph_and_a_new_one_follows_a_commit(store: Store) -> None:
    load(store, *ESTATE)
    graphs = DependencyGraphs(store, keep=2)
    first = graphs.at()
    assert graphs.at() is first
    assert graphs.at(store.head()) is first
    load(store, ci("x"))
    second = graphs.at()
    assert (second.seq, second is first) == (store.head(), False)
    assert graphs.at(1).seq == 1
    assert graphs.at(first.seq) is not first


def test_an_edge_whose_type_the_catalogue_lost_carries_nothing() -> None:
    with MemoryStore(gadgets()) as store:
        load(store, ci("a", "Application"), ci("b", "Application"), edge("a", "LINKED_TO", "b", effect=Effect.HARD))
        store.catalogue = type(store.catalogue)(store.catalogue.classes, {})
        assert states(ask(store, "Application:b")) == {"b": "down"}


def test_references_of_any_kind_name_a_seed(store: Store) -> None:
    load(store, *ESTATE, ci("h", scope=CLOUD, serial="S-1"))
    wanted: list[Reference] = [ByName("CI", "h"), ByName("Computer", "h")]
    assert {find_one(ref, store, store.catalogue).name for ref in wanted} == {"h"}
    assert states(ask(store, "cloud/eu#h")) == {"h": "down"}
