"""Finding one thing: by id, by class and name, by a source's key, and as of an earlier point."""

import pytest

from cmdb.model.values import JSONValue
from tests.api import refs
from tests.api.client import Caller, at, rows, texts

CI = "query ($ref: CIRef!, $asOf: AsOfInput) { ci(ref: $ref, asOf: $asOf) { id class name lifecycle revision } }"
KEY: JSONValue = {"external": {"source": "inventory/prod", "scope": "hall-1", "key": "Host:host-1"}}


def test_a_ci_is_found_in_three_ways(caller: Caller) -> None:
    by_name = at(caller.ask(CI, ref=refs.HOST_1), "ci")
    assert at(by_name, "name") == "host-1"
    assert at(caller.ask(CI, ref={"id": str(at(by_name, "id"))}), "ci") == by_name
    assert at(caller.ask(CI, ref=KEY), "ci") == by_name
    assert at(caller.ask(CI, ref=refs.key("Equipment", "host-1")), "ci") == by_name


NOTHING: tuple[JSONValue, ...] = (
    {"id": "no id at all"},
    {"id": "\x00"},
    {"id": "00000000-0000-0000-0000-000000000000"},
    refs.NOBODY,
    refs.CHANGE,
    {"external": {"source": "a#b", "key": "x"}},
    {"external": {"source": "inventory/prod", "scope": "hall-1", "key": "Host:nobody"}},
)


@pytest.mark.parametrize("ref", NOTHING)
def test_a_reference_to_nothing_gives_null_and_no_error(caller: Caller, ref: JSONValue) -> None:
    assert at(caller.ask(CI, ref=ref), "ci") is None


@pytest.mark.parametrize("ref", [{}, {"id": "a", "key": {"class": "Host", "name": "a"}}, {"id": None}])
def test_a_reference_names_exactly_one_way(light: Caller, ref: JSONValue) -> None:
    assert at(light.error(CI, ref=ref), "extensions", "code") == "BAD_USER_INPUT"


def test_a_class_that_is_not_in_the_catalogue_is_an_error(light: Caller) -> None:
    error = light.error(CI, ref=refs.key("Spaceship", "host-1"))
    assert at(error, "extensions", "code") == "BAD_USER_INPUT"
    assert at(error, "extensions", "reason") == "UNKNOWN_CLASS"


def test_an_ambiguous_name_lists_its_candidates(light: Caller) -> None:
    create = 'mutation { ciCreate(input: {class: "Host", name: "host-1"}) { ci { id } } }'
    new = str(at(light.ask(create), "ciCreate", "ci", "id"))
    error = light.error(CI, ref=refs.HOST_1)
    assert at(error, "extensions", "reason") == "AMBIGUOUS_NAME"
    assert new in rows(error, "extensions", "details", "candidates")


def test_a_node_is_any_item_or_relationship_by_its_id(caller: Caller) -> None:
    ci = at(
        caller.ask("query ($ref: CIRef!) { ci(ref: $ref) { id relationships { nodes { id } } } }", ref=refs.SHOP), "ci"
    )
    edge = at(ci, "relationships", "nodes", 0, "id")
    ids = [str(edge), "nothing", str(at(ci, "id")), "A|b|c", str(at(ci, "id"))]
    found = caller.ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", ids=ids)
    kinds = [None if node is None else at(node, "__typename") for node in rows(found, "nodes")]
    assert kinds == ["Relationship", None, "CI", None, "CI"]
    node = caller.ask("query ($id: ID!) { node(id: $id) { id } }", id=ids[0])
    assert at(node, "node", "id") == edge


def test_more_than_100_nodes_are_refused(light: Caller) -> None:
    error = light.error("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=["x"] * 101)
    assert at(error, "extensions", "reason") == "BATCH_TOO_LARGE"


def test_a_ci_retired_later_is_there_as_of_before(caller: Caller) -> None:
    before = at(caller.ask("{ head commits { nodes { at } } }"), "head")
    caller.ask("mutation ($ref: CIRef!) { ciRetire(input: {ref: $ref}) { errors { __typename } } }", ref=refs.SHOP)
    assert at(caller.ask(CI, ref=refs.SHOP), "ci", "lifecycle") == "RETIRED"
    assert isinstance(before, int)
    assert at(caller.ask(CI, ref=refs.SHOP, asOf={"seq": before}), "ci", "lifecycle") == "LIVE"
    assert at(caller.ask(CI, ref=refs.SHOP, asOf={"seq": 0}), "ci") is None


WRONG_POINTS: tuple[JSONValue, ...] = (
    {"seq": 99},
    {"seq": -1},
    {"seq": 2**70},
    {"at": "yesterday"},
    {"at": "2026-01-01T00:00:00"},
)


@pytest.mark.parametrize("point", WRONG_POINTS)
def test_a_point_that_is_none_is_an_error(light: Caller, point: JSONValue) -> None:
    assert at(light.error(CI, ref=refs.SHOP, asOf=point), "extensions", "code") == "BAD_USER_INPUT"


def test_an_instant_before_everything_finds_nothing(light: Caller) -> None:
    assert at(light.ask(CI, ref=refs.SHOP, asOf={"at": "2020-01-01T00:00:00+02:00"}), "ci") is None


def test_a_search_finds_words_by_their_beginning(caller: Caller) -> None:
    data = caller.ask('{ search(text: "orders", classes: ["DataService"], limit: 2) { totalCount nodes { name } } }')
    assert (at(data, "search", "totalCount"), texts(data, "search", "nodes")) == (4, ["orders-db", "orders-db-1"])


def test_an_attribute_that_no_class_has_is_an_error(light: Caller) -> None:
    error = light.error('query ($ref: CIRef!) { ci(ref: $ref) { attribute(name: "warp_factor") } }', ref=refs.SHOP)
    assert at(error, "extensions", "reason") == "UNKNOWN_ATTRIBUTE"


def test_a_neighbourhood_grows_level_by_level(caller: Caller) -> None:
    query = """query ($ref: CIRef!, $depth: Int!, $limit: Int! = 200) {
      neighbourhood(ref: $ref, depth: $depth, direction: OUT, types: ["DEPENDS_ON", "RUNS_ON"], limit: $limit) {
        isCut
        neighbours { distance item { name } }
        relationships { type }
      }
    }"""
    service = refs.key("BusinessService", "Online shop")
    near = at(caller.ask(query, ref=service, depth=1), "neighbourhood")
    assert [at(row, "item", "name") for row in rows(near, "neighbours")] == ["Online shop", "shop"]
    far = at(caller.ask(query, ref=service, depth=5), "neighbourhood")
    assert [at(row, "distance") for row in rows(far, "neighbours")] == [0, 1, 2]
    assert len(rows(far, "relationships")) == 2
    cut = at(caller.ask(query, ref=service, depth=5, limit=2), "neighbourhood")
    assert (at(cut, "isCut"), len(rows(cut, "neighbours"))) == (True, 2)
    assert at(caller.ask(query, ref=refs.NOBODY, depth=1), "neighbourhood") is None


@pytest.mark.parametrize("arguments", ["depth: 6", "depth: -1", "limit: 0", "limit: 1001", 'types: ["NOPE"]'])
def test_a_neighbourhood_has_bounds(light: Caller, arguments: str) -> None:
    query = f"query ($ref: CIRef!) {{ neighbourhood(ref: $ref, {arguments}) {{ isCut }} }}"
    assert at(light.error(query, ref=refs.SHOP), "extensions", "code") == "BAD_USER_INPUT"


def test_relationships_are_filtered_by_their_ends(caller: Caller) -> None:
    query = """query ($filter: RelationshipFilter, $after: String) {
      relationships(filter: $filter, first: 2, after: $after) {
        totalCount nodes { type from { name } to { name } } pageInfo { hasNextPage endCursor }
      }
    }"""
    powered = at(caller.ask(query, filter={"types": ["POWERED_BY"], "from": refs.HOST_1}), "relationships")
    assert {str(at(row, "to", "name")) for row in rows(powered, "nodes")} == {"pdu-a", "pdu-b"}
    assert at(caller.ask(query, filter={"to": refs.NOBODY}), "relationships", "totalCount") == 0
    touching = at(caller.ask(query, filter={"touching": refs.DATABASE}), "relationships")
    assert (at(touching, "totalCount"), at(touching, "pageInfo", "hasNextPage")) == (6, True)
    cursor = str(at(touching, "pageInfo", "endCursor"))
    assert at(caller.error(query, after=cursor), "extensions", "code") == "BAD_USER_INPUT"
