"""Connections, filters and orders."""

import pytest

from cmdb.model.values import JSONValue
from tests.api.client import Caller, at, pages, rows, texts

CIS = """
query Page($filter: ItemFilter, $orderBy: [ItemOrder!], $first: Int! = 3, $after: String, $asOf: AsOfInput) {
  cis(filter: $filter, orderBy: $orderBy, first: $first, after: $after, asOf: $asOf) {
    totalCount
    nodes { id class name }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
CREATE = 'mutation ($name: String!) { ciCreate(input: {class: "Host", name: $name}) { errors { __typename } } }'


def names(caller: Caller, **variables: JSONValue) -> list[str]:
    return texts(caller.ask(CIS, first=200, **variables), "cis", "nodes")


def test_pages_follow_each_other_without_gap_or_repetition(caller: Caller) -> None:
    found = [name for page in pages(caller, CIS, "cis") for name in texts(page, "nodes")]
    assert found == sorted(found)
    assert len(found) == len(set(found)) == at(caller.ask(CIS), "cis", "totalCount") == 10


def test_rows_that_come_while_pages_are_read_do_not_shift_them(caller: Caller) -> None:
    first = at(caller.ask(CIS), "cis")
    caller.ask(CREATE, name="aaa")
    second = at(caller.ask(CIS, after=str(at(first, "pageInfo", "endCursor"))), "cis")
    assert texts(first, "nodes") + texts(second, "nodes") == [
        "host-1", "host-2", "host-3", "orders-db", "orders-db-1", "orders-db-2",
    ]  # fmt: skip


def test_a_page_says_where_it_lies(light: Caller) -> None:
    page = at(light.ask(CIS, first=4), "cis")
    assert at(page, "pageInfo", "startCursor") == at(page, "edges", 0, "cursor")
    assert at(page, "pageInfo", "endCursor") == at(page, "edges", 3, "cursor")
    assert at(page, "pageInfo", "hasPreviousPage") is False
    assert at(page, "edges", 2, "node", "id") == at(page, "nodes", 2, "id")


def test_a_page_of_no_rows_only_counts(light: Caller) -> None:
    page = at(light.ask(CIS, first=0), "cis")
    assert (at(page, "totalCount"), at(page, "nodes"), at(page, "pageInfo", "endCursor")) == (10, [], None)


@pytest.mark.parametrize("first", [-1, 201])
def test_a_page_is_neither_negative_nor_huge(light: Caller, first: int) -> None:
    assert at(light.error(CIS, first=first), "extensions", "code") == "BAD_USER_INPUT"


OTHER_QUESTIONS: tuple[dict[str, JSONValue], ...] = (
    {"filter": {"name": {"startsWith": "host"}}},
    {"orderBy": [{"field": "NAME", "direction": "DESC"}]},
    {"asOf": {"seq": 2}},
)


@pytest.mark.parametrize("other", OTHER_QUESTIONS, ids=["filter", "order", "point in history"])
def test_a_cursor_of_another_question_is_refused(light: Caller, other: dict[str, JSONValue]) -> None:
    cursor = str(at(light.ask(CIS), "cis", "pageInfo", "endCursor"))
    assert at(light.error(CIS, after=cursor, **other), "extensions", "code") == "BAD_USER_INPUT"


@pytest.mark.parametrize("cursor", ["", "x", "é", "bnVsbA", "W10", "WyJhIl0"])
def test_what_is_no_cursor_is_refused(light: Caller, cursor: str) -> None:
    assert at(light.error(CIS, after=cursor), "extensions", "code") == "BAD_USER_INPUT"


FILTERS: tuple[tuple[JSONValue, list[str]], ...] = (
    ({"name": {"eq": "shop"}}, ["shop"]),
    ({"name": {"in": ["shop", "pdu-a", "nobody"]}}, ["pdu-a", "shop"]),
    ({"name": {"contains": "db-"}}, ["orders-db-1", "orders-db-2", "orders-db-3"]),
    ({"name": {"startsWith": "pdu"}}, ["pdu-a", "pdu-b"]),
    ({"name": {"gte": "pdu-b", "lte": "shop"}}, ["pdu-b", "shop"]),
    ({"class": {"eq": "DatabaseCluster"}}, ["orders-db"]),
    ({"class": {"in": ["PDU", "Application"]}}, ["pdu-a", "pdu-b", "shop"]),
    ({"class": {"isA": "Computer"}}, ["host-1", "host-2", "host-3"]),
    ({"attribute": {"name": "serial", "text": {"eq": "S-2"}}}, ["host-2"]),
    ({"attribute": {"name": "memory_mib", "number": {"gte": 2048}}}, ["host-2", "host-3"]),
    ({"attribute": {"name": "memory_mib", "number": {"in": [1024, 3072]}}}, ["host-1", "host-3"]),
    ({"attribute": {"name": "criticality", "text": {"isNull": False}}}, ["orders-db", "shop"]),
    (
        {"or": [{"name": {"eq": "shop"}}, {"and": [{"class": {"isA": "PDU"}}, {"not": {"name": {"eq": "pdu-a"}}}]}]},
        ["pdu-b", "shop"],
    ),
    ({"or": []}, []),
    ({"lifecycle": {"eq": "RETIRED"}}, []),
    ({"createdSeq": {"gte": 2}}, []),
)


def test_a_filter_finds_what_it_says(caller: Caller, subtests: pytest.Subtests) -> None:
    for given, expected in FILTERS:
        with subtests.test(filter=given):
            assert names(caller, filter=given) == expected


def test_an_order_by_attributes_puts_rows_without_a_value_last(caller: Caller) -> None:
    order: JSONValue = [{"attribute": "memory_mib", "direction": "DESC"}, {"field": "NAME", "direction": "DESC"}]
    found = [name for page in pages(caller, CIS, "cis", orderBy=order) for name in texts(page, "nodes")]
    assert found == [
        "host-3", "host-2", "host-1", "shop", "pdu-b", "pdu-a", "orders-db-3", "orders-db-2", "orders-db-1",
        "orders-db",
    ]  # fmt: skip


WRONG: tuple[JSONValue, ...] = (
    {"attribute": {"name": "warp_factor", "text": {"eq": "red"}}},
    {"attribute": {"name": "tags", "text": {"eq": "red"}}},
    {"attribute": {"name": "$name", "text": {"eq": "shop"}}},
    {"attribute": {"name": "serial", "number": {"eq": 1}}},
    {"attribute": {"name": "serial", "text": {}}},
    {"attribute": {"name": "serial"}},
    {"attribute": {"name": "serial", "text": {"eq": "1"}, "number": {"eq": 1}}},
    {"class": {"eq": "Spaceship"}},
    {"class": {"isA": "Spaceship"}},
    {"name": {"eq": None}},
    {"name": {"eq": "\x00"}},
    {"or": [{"name": {"eq": str(n)}} for n in range(100)]},
)


@pytest.mark.parametrize("given", WRONG)
def test_a_filter_that_means_nothing_is_an_error_and_not_an_empty_list(light: Caller, given: JSONValue) -> None:
    assert at(light.error(CIS, filter=given), "extensions", "code") == "BAD_USER_INPUT"


def test_a_filter_may_not_be_nested_without_end(light: Caller) -> None:
    given: JSONValue = {"name": {"eq": "shop"}}
    for _ in range(12):
        given = {"not": given}
    assert at(light.error(CIS, filter=given), "extensions", "code") == "BAD_USER_INPUT"


@pytest.mark.parametrize("order", [[{}], [{"field": "NAME", "attribute": "serial"}], [{"attribute": "warp_factor"}]])
def test_an_order_names_exactly_one_known_field(light: Caller, order: JSONValue) -> None:
    assert at(light.error(CIS, orderBy=order), "extensions", "code") == "BAD_USER_INPUT"


def test_retired_items_are_listed_only_when_the_filter_speaks_of_the_lifecycle(caller: Caller) -> None:
    caller.ask('mutation { ciRetire(input: {ref: {key: {class: "PDU", name: "pdu-a"}}}) { errors { __typename } } }')
    assert "pdu-a" not in names(caller)
    assert names(caller, filter={"lifecycle": {"eq": "RETIRED"}}) == ["pdu-a"]
    assert "pdu-a" in names(caller, filter={"lifecycle": {"in": ["LIVE", "RETIRED"]}})
    assert "pdu-a" in names(caller, asOf={"seq": 2})


def test_each_kind_of_record_has_a_list_of_its_own(caller: Caller) -> None:
    data = caller.ask("""{
      changes { nodes { name __typename } }
      services(orderBy: [{field: CLASS}]) { nodes { name __typename } }
      customers(filter: {attribute: {name: "code", text: {eq: "C-2"}}}) { nodes { name __typename } }
    }""")
    assert texts(data, "changes", "nodes") == ["Replace two hosts"]
    assert texts(data, "services", "nodes") == ["Online shop", "Database hosting"]
    assert rows(data, "customers", "nodes") == [{"name": "Southwind", "__typename": "Customer"}]
