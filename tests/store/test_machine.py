"""Random work on every store, compared step by step with a plain model."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cmdb.errors import CMDBError, IdempotencyMismatch
from cmdb.model.commits import ChangeSet
from cmdb.model.items import OPEN, Item, Lifecycle
from cmdb.model.queries import ItemQuery
from cmdb.model.text import matches, rank, search_text, words
from cmdb.store.points import Clock
from cmdb.store.port import Store
from tests.builders import Part, changes
from tests.store import sabotage
from tests.store.answers import opened, picture_of, place_of, plainly, satisfies, unequal, value_of
from tests.store.model import Model
from tests.store.places import MemoryPlace, Place
from tests.store.views import MANY, read, still_open
from tests.store.work import ORDERS, creates, distinct, filters, parts, puts, updates

QUIET = settings(stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck))
EXAMPLES = {"memory": 40, "sqlite": 20, "neo4j-5.26": 6, "neo4j-2026": 6}

QUESTIONS = ("look_at_the_past", "page", "difference", "history", "search", "source_records", "feed")
FEW = 6


class StoreMachine(RuleBasedStateMachine):
    """Does the same to a store and to the model."""

    fresh_place: Callable[[], Place]

    def __init__(self) -> None:
        super().__init__()
        self.store = type(self).fresh_place().open()
        self.model = Model()
        self.count = 0

    def teardown(self) -> None:
        self.store.close()

    @initialize(data=st.data())
    def start(self, data: st.DataObject) -> None:
        self.commit([data.draw(creates(id_)) for id_ in "abc"])

    @precondition(lambda self: len(self.model.now.items) < FEW)
    @rule(data=st.data())
    def create(self, data: st.DataObject) -> None:
        self.commit([data.draw(creates(f"n{self.count}"))])

    @rule(data=st.data())
    def patch(self, data: st.DataObject) -> None:
        self.commit([data.draw(updates(self.some_id(data)))])

    @rule(data=st.data(), size=st.integers(1, 3))
    def relate(self, data: st.DataObject, size: int) -> None:
        edges = [data.draw(puts(self.some_id(data), self.some_id(data))) for _ in range(size)]
        self.commit(distinct(edges))

    @rule(data=st.data(), size=st.integers(1, 4))
    def change(self, data: st.DataObject, size: int) -> None:
        self.commit(distinct(data.draw(parts(self.some_id(data), self.some_id(data))) for _ in range(size)))

    def some_id(self, data: st.DataObject) -> str:
        """Mostly one that there is."""
        return data.draw(st.sampled_from([*sorted(self.model.now.items), "x"]))

    def commit(self, some: list[Part]) -> None:
        self.count += 1
        request = changes(*some, request_id=f"request {self.count}")
        if self.model.depends_on_order(request):
            return
        refusals = self.model.refusals(request)
        if refusals:
            with pytest.raises(tuple(refusals)):
                self.store.commit(request)
            return
        commit = self.store.commit(request)
        numbers = self.model.apply(request)
        assert (commit.created, commit.updated, commit.related, commit.unrelated) == numbers
        assert commit.seq == len(self.model.pictures) - 1

    @rule(data=st.data())
    def repeat_a_request(self, data: st.DataObject) -> None:
        seq = data.draw(st.integers(0, len(self.model.done) - 1)) + 1 if self.model.done else 0
        if not seq:
            return
        request: ChangeSet = self.model.done[seq - 1]
        commit = self.store.commit(request)
        assert (commit.seq, commit.replayed) == (seq, True)
        with pytest.raises(IdempotencyMismatch):
            self.store.commit(replace(request, fingerprint="another"))

    @invariant()
    def the_live_graph_is_the_last_picture(self) -> None:
        graph = self.store.graph()
        assert graph.seq == self.store.head() == len(self.model.pictures) - 1
        assert picture_of(*read(graph)) == plainly(self.model.now)

    @rule(data=st.data(), question=st.sampled_from(QUESTIONS))
    def ask(self, data: st.DataObject, question: str) -> None:
        getattr(self, question)(data)

    def look_at_the_past(self, data: st.DataObject) -> None:
        seq = self.some_seq(data)
        picture = self.model.pictures[seq]
        graph = self.store.graph(at=seq)
        items, edges = read(graph)
        assert ([item.id for item in items], [edge.key for edge in edges]) == (
            sorted(picture.items),
            sorted(picture.edges),
        )
        assert picture_of(items, edges) == plainly(picture)
        some = sorted({*list(self.model.now.items)[::2], "x"})
        found = self.store.items(some, at=seq)
        assert still_open(found[id_] for id_ in sorted(found)) == [
            picture.items[id_] for id_ in some if id_ in picture.items
        ]
        touching = sorted(key for key, edge in picture.edges.items() if {edge.from_id, edge.to_id} & set(some))
        assert [edge.key for edge in self.store.relationships_of(some, at=seq)] == touching

    def page(self, data: st.DataObject) -> None:
        where, orders = data.draw(st.one_of(st.none(), filters())), data.draw(ORDERS)
        seq, retired, limit = self.some_seq(data), data.draw(st.booleans()), data.draw(st.integers(0, 4))
        items = self.model.pictures[seq].items.values()
        kept = [item for item in items if (retired or item.lifecycle is Lifecycle.LIVE) and satisfies(where, item)]
        kept.sort(key=lambda item: (*(place_of(item, order) for order in orders), item.id))
        start = data.draw(st.integers(0, len(kept)))
        after = (*(value_of(kept[start - 1], order) for order in orders), kept[start - 1].id) if start else None
        page = self.store.page(ItemQuery(None, where, orders, after, limit, retired), at=seq)
        assert still_open(page.items) == kept[start : start + limit]
        assert (page.has_more, page.total) == (start + limit < len(kept), len(kept))

    def difference(self, data: st.DataObject) -> None:
        start, end = sorted((self.some_seq(data), self.some_seq(data)))
        delta = self.store.difference(start, end)
        old, new = self.model.pictures[start], self.model.pictures[end]
        assert opened(delta.items) == unequal(old.items, new.items)
        assert opened(delta.relationships) == unequal(old.edges, new.edges)

    def history(self, data: st.DataObject) -> None:
        id_ = self.some_id(data)
        expected: list[Item] = []
        for picture in self.model.pictures:
            if id_ in picture.items and picture.items[id_] not in expected[-1:]:
                expected.append(picture.items[id_])
        ends = [*(version.from_seq for version in expected[1:]), OPEN]
        versions = list(self.store.history(id_))
        assert versions == [replace(version, to_seq=end) for version, end in zip(expected, ends, strict=False)]

    def search(self, data: st.DataObject) -> None:
        text, limit = data.draw(st.sampled_from(("web", "o", "db one", "tw", ""))), data.draw(st.integers(0, 5))
        query = words(text)
        live = [item for item in self.model.now.items.values() if query and item.lifecycle is Lifecycle.LIVE]
        hits = [item for item in live if matches(search_text(item.name, item.attributes.values()), query)]
        hits.sort(key=lambda item: (*rank(item.name, query), item.id))
        result = self.store.search(text, limit=limit)
        assert (list(result.items), result.total) == (hits[:limit], len(hits))

    def source_records(self, _data: st.DataObject) -> None:
        records = sorted(self.model.records.values(), key=lambda record: (record.scope, record.key))
        assert list(self.store.unresolved()) == [record for record in records if record.target is None]
        targets = {record.target for record in records if record.target is not None}
        found = self.store.records_of(targets)
        assert {target: list(some) for target, some in found.items()} == {
            target: [record for record in records if record.target == target] for target in targets
        }

    def feed(self, _data: st.DataObject) -> None:
        assert [commit.request_id for commit in self.store.commits(0, MANY)] == [
            request.request_id for request in self.model.done
        ]

    def some_seq(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.model.pictures) - 1))


def run(fresh_place: Callable[[], Place], chosen: settings) -> None:
    """Let the machine work at a fresh place for each example."""

    class Machine(StoreMachine):
        """At places of one kind."""

    Machine.fresh_place = staticmethod(fresh_place)
    run_state_machine_as_test(Machine, settings=chosen)


@pytest.mark.slow
def test_any_work_does_to_a_store_what_it_does_to_the_model(fresh_place: Callable[[], Place], kind: str) -> None:
    run(fresh_place, settings(QUIET, max_examples=EXAMPLES[kind]))


@pytest.mark.parametrize(
    "faulty",
    [sabotage.BlindToRevisions, sabotage.Forgetful, sabotage.Swallowing, sabotage.Overcrowded, sabotage.HalfWriting],
)
def test_a_faulty_store_is_found_out(faulty: Callable[[Clock], Store]) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception, CMDBError)):
        run(lambda: MemoryPlace(faulty), settings(QUIET, max_examples=200, phases=[Phase.generate], database=None))
