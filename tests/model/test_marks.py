"""A set of marks answers as a set does, in little memory."""

import sys
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from cmdb.model.marks import Marks

KEYS = st.one_of(st.text(max_size=3), st.integers(-(2**63), 2**63 - 1), st.tuples(st.text(max_size=2), st.booleans()))


@given(st.lists(KEYS), st.lists(KEYS))
def test_marks_answer_as_a_set_does(members: list[object], others: list[object]) -> None:
    marks, known = Marks(), set[object]()
    for member in members:
        assert marks.add(member) is (hash(member) not in {hash(other) for other in known})
        known.add(member)
    assert all(member in marks for member in members)
    assert [other in marks for other in others] == [hash(other) in set(map(hash, known)) for other in others]
    assert len(marks) == len(set(map(hash, known)))


def test_a_hash_of_nothing_is_a_mark_too() -> None:
    marks = Marks()
    assert 0 not in marks
    assert marks.add(0)
    assert 0 in marks


def test_marks_that_want_one_place_find_another() -> None:
    marks, crowd = Marks(), [place << 40 for place in range(1, 500)]
    assert all(marks.add(key) for key in crowd)
    assert all(key in marks for key in crowd)
    assert 500 << 40 not in marks


def test_many_marks_take_a_few_bytes_each() -> None:
    many = 100_000
    tracemalloc.start()
    marks = Marks()
    for key in range(many):
        marks.add(f"key {key}")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(marks) == many
    assert held < 24 * many + sys.getsizeof(marks) + 10_000
