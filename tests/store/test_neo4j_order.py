"""Texts stand in the order of their code points, also where a server compares them by halves of surrogate pairs."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from cmdb.model.commits import CreateItem
from cmdb.model.queries import Comparison, Field, ItemQuery, Operator, Order, RelationshipQuery
from cmdb.store.port import Store
from tests.builders import gadgets, link, said, write
from tests.neo4j_server import LINES, Endpoint, wipe
from tests.store.places import open_neo4j

pytestmark = pytest.mark.neo4j

LETTERS = ("a", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff")
TEXTS = sorted(
    {*LETTERS, *("".join(pair) for pair in product(LETTERS, LETTERS)), "a\uffff\U00010000", "a\U00010000\uffff"}
)


@pytest.fixture(scope="module", params=LINES)
def store(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> Iterator[Store]:
    """One item, one edge and one dangling record for each text."""
    endpoint = neo4j_endpoint(str(request.param))
    with endpoint.driver() as driver:
        wipe(driver)
    with open_neo4j(endpoint, gadgets()) as opened:
        items = [CreateItem(text, "Gadget", "same", {"motto": text}, text) for text in reversed(TEXTS)]
        write(opened, *items, *(link(text, "a") for text in TEXTS), *(said(text, None) for text in TEXTS))
        yield opened


@pytest.mark.parametrize("field", [Field.ID, "motto"])
@pytest.mark.parametrize(
    ("operator", "compare"),
    [
        (Operator.GT, str.__gt__),
        (Operator.GTE, str.__ge__),
        (Operator.LT, str.__lt__),
        (Operator.LTE, str.__le__),
    ],
)
def test_comparisons_follow_code_points(
    store: Store, field: str, operator: Operator, compare: Callable[[str, str], bool]
) -> None:
    for value in TEXTS:
        where = Comparison(field, operator, value)
        found = store.page(ItemQuery(where=where, order=(), limit=len(TEXTS))).items
        assert [item.id for item in found] == [text for text in TEXTS if compare(text, value)]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("at", [None, 1])
def test_pages_follow_code_points(store: Store, descending: bool, at: int | None) -> None:  # noqa: FBT001
    seen: list[str] = []
    page = store.page(query := ItemQuery(order=(Order("motto", descending),), limit=5), at=at)
    seen += [item.id for item in page.items]
    while page.has_more:
        page = store.page(ItemQuery(order=query.order, limit=5, after=(seen[-1], seen[-1])), at=at)
        seen += [item.id for item in page.items]
    assert seen == sorted(TEXTS, reverse=descending)


def test_edges_and_records_follow_code_points(store: Store) -> None:
    keys = [f"LINKED_TO|{text}|a" for text in TEXTS]
    for at in (None, 1):
        for place, key in enumerate(sorted(keys)):
            rest = store.relationship_page(RelationshipQuery(after=key, limit=1), at=at)
            assert [edge.key for edge in rest.relationships] == sorted(keys)[place + 1 : place + 2]
    dangling = store.unresolved()
    assert [record.key for record in dangling] == TEXTS
    for place, record in enumerate(dangling):
        assert store.unresolved((record.scope, record.key), limit=1) == list(dangling[place + 1 : place + 2])
    assert [item.id for chunk in store.graph().items for item in chunk] == TEXTS
