"""A filter is only as deep as every store can evaluate."""

import pytest

from cmdb.errors import BadInput
from cmdb.model.queries import Comparison, Field, Filter, ItemQuery, Not, Operator
from cmdb.store.filters import MAX_DEPTH
from cmdb.store.port import Store


def nested(depth: int) -> Filter:
    """A filter of so many levels."""
    where: Filter = Comparison(Field.NAME, Operator.EQ, "a")
    for _ in range(depth - 1):
        where = Not(where)
    return where


def test_the_deepest_filter_is_answered_and_a_deeper_one_refused(store: Store) -> None:
    assert store.page(ItemQuery(where=nested(MAX_DEPTH))).total == 0
    with pytest.raises(BadInput, match="nested deeper than 20"):
        store.page(ItemQuery(where=nested(MAX_DEPTH + 1)))
