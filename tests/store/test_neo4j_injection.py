"""Whatever is written is data: it is kept letter for letter or refused, and never becomes part of a statement."""

from collections.abc import Callable, Iterator

import pytest

from cmdb.errors import BadInput, CMDBError
from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.queries import Comparison, Field, ItemQuery, Operator, Order, RelationshipQuery
from cmdb.model.sources import Scope
from cmdb.store.neo4j_store import Neo4jStore
from cmdb.store.port import Store
from tests.builders import create, gadgets, link, said, write
from tests.neo4j_server import LINES, Endpoint, wipe

pytestmark = pytest.mark.neo4j

TEXTS = (
    "'}) DETACH DELETE n //",
    '"}) MATCH (n) DETACH DELETE n RETURN "',
    "`) DETACH DELETE n //",
    "\\u0060) DETACH DELETE n //",
    "a`b``c",
    "$id",
    "{name: 'x'}",
    "*:* OR name:[a TO z] && !(x) ~2 ^3 \\ /re/ + - ? *",
    "|LINKED_TO|a|b|",
    "/* */ -- //",
    "a\nb\r\tc\u2028",
)
CLASSES = ("Gadget`) DETACH DELETE n //", "Gadget:Store_Clock", "gadget", "Store_Clock", "Item", "CI`", "")
TYPES = ("LINKED_TO`]->() DETACH DELETE a //", "LINKED_TO|LEADS", "linked_to", "")
FIELDS = ("motto` IS NULL OR true //", "motto} //", "`", "$nope", "n.motto", "_name_words", "search_text", "")


@pytest.fixture(params=LINES)
def store(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> Iterator[Neo4jStore]:
    endpoint = neo4j_endpoint(str(request.param))
    with endpoint.driver() as driver:
        wipe(driver)
    user, password = endpoint.auth or (None, None)
    with Neo4jStore.open(endpoint.uri, gadgets(), user, password) as opened:
        write(opened, create("safe"))
        yield opened


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_kept_and_found_letter_for_letter(store: Store, text: str) -> None:
    scope = Scope("source " + text.replace("#", ""), "boundary")
    made = CreateItem(text, "Gadget", text, {"motto": text, "parts": [text], "extra": {text: text}}, text, (text,))
    write(store, made, link(text, "safe", note=text), said(text, text, scope))
    item = store.items([text])[text]
    assert (item.id, item.name, item.identity_key, item.identifiers) == (text, text, text, (text,))
    assert item.attributes == {"motto": text, "parts": [text], "extra": {text: text}}
    assert store.named([("Gadget", text)])["Gadget", text] == [item]
    assert store.identified([text]) == {text: [text]}
    assert [edge.attributes for edge in store.relationships_of([text])] == [{"note": text}]
    assert store.relationships([f"LINKED_TO|{text}|safe"]).keys() == {f"LINKED_TO|{text}|safe"}
    assert list(store.records([(scope, text)])) == [(scope, text)]
    for field in (Field.NAME, Field.ID, "motto"):
        for operator in (Operator.EQ, Operator.CONTAINS, Operator.STARTS_WITH, Operator.GTE, Operator.LTE):
            assert item in store.page(ItemQuery(where=Comparison(field, operator, text))).items
    assert store.relationship_page(RelationshipQuery(touching=(text,))).total == 1
    store.search(text)
    assert store.items(["safe"]).keys() == {"safe"}


@pytest.mark.parametrize("cls", CLASSES)
def test_only_declared_classes_become_labels(store: Store, cls: str) -> None:
    for part in (CreateItem("x", cls, "x", {}, "x"), UpdateItem("safe", cls=cls)):
        with pytest.raises(BadInput):
            write(store, part)
    assert store.page(ItemQuery(classes=(cls,))).total == 0
    assert (store.head(), store.info().items) == (1, 1)


@pytest.mark.parametrize("type_", TYPES)
def test_only_declared_types_become_relationships(store: Store, type_: str) -> None:
    with pytest.raises(BadInput):
        write(store, PutRelationship(type_, "safe", "safe"))
    assert store.relationships_of(["safe"], types=[type_]) == []
    assert store.relationship_page(RelationshipQuery(types=(type_,))).total == 0
    assert (store.head(), store.info().items) == (1, 1)


@pytest.mark.parametrize("field", FIELDS)
def test_only_declared_attributes_are_filtered_and_ordered_by(store: Store, field: str) -> None:
    for query in (
        ItemQuery(where=Comparison(field, Operator.EQ, "x")),
        ItemQuery(order=(Order(field),)),
        ItemQuery(where=Comparison(field, Operator.IS_NULL, True)),
    ):
        with pytest.raises(CMDBError):
            store.page(query)


def test_an_undeclared_attribute_is_a_property_of_its_own_name(store: Store) -> None:
    """What the catalogue lets through is checked before; the store keeps even a strange name as a name."""
    name = "x` = 1 DETACH DELETE n //"
    write(store, CreateItem("x", "Gadget", "x", {name: "y"}, "x"))
    assert store.items(["x"])["x"].attributes == {name: "y"}
