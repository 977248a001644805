"""New ids are what RFC 9562 says of version 7."""

import time
import uuid

from cmdb.model.ids import new_id
from cmdb.model.references import ById, parse_reference


def test_an_id_is_a_uuid_of_version_7_that_tells_when_it_was_made() -> None:
    before = time.time_ns() // 1_000_000
    read = uuid.UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert (read.version, read.variant) == (7, uuid.RFC_4122)
    assert before <= read.int >> 80 <= after


def test_ids_differ_and_later_ones_sort_behind() -> None:
    first = [new_id() for _ in range(10_000)]
    time.sleep(0.002)
    later = new_id()
    assert len(set(first)) == len(first)
    assert max(first) < later


def test_an_id_is_read_as_one() -> None:
    made = new_id()
    assert parse_reference(made) == ById(made)
