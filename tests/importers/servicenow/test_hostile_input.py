import json

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.servicenow import ServiceNowImporter
from tests.importers.test_hostile_input import read, require_storable

WORDS = st.sampled_from(
    [
        "result", "records", "attributes", "inbound_relations", "outbound_relations", "target", "type", "parent",
        "child", "sys_id", "sys_class_name", "name", "value", "display_value", "link", "support_group", "owned_by",
        "company", "location", "cluster", "server", "user", "group", "user_name", "parent_descriptor",
        "child_descriptor", "install_status", "virtual", "ram", "ip_address", "manufacturer", "cmdb_ci_server",
        "cmdb_rel_ci", "core_company", "Uses::Used by", "Contains::Contained by", "Linux Server", "7", "true",
        "0a000000000000000000000000000001", "https://acme.example/api/now/table/cmdb_ci/x", "", "\x00", "::", "#",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
CELLS = st.one_of(WORDS, st.dictionaries(st.sampled_from(["value", "display_value", "link"]), WORDS), TREES)
ROWS = st.lists(st.dictionaries(WORDS, CELLS, max_size=8), max_size=5)


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_any_tree_gives_only_observations_or_a_refusal(tree: object) -> None:
    require_storable(read(ServiceNowImporter(), json.dumps(tree).encode()))


@settings(max_examples=200, deadline=None)
@given(rows=ROWS)
def test_any_rows_are_survived(rows: list[dict[str, object]]) -> None:
    require_storable(read(ServiceNowImporter(), json.dumps({"result": rows}).encode()))


@settings(max_examples=100, deadline=None)
@given(attributes=st.dictionaries(WORDS, CELLS), relations=TREES)
def test_any_shape_of_an_instance_is_survived(attributes: dict[str, object], relations: object) -> None:
    shape = {"attributes": attributes, "inbound_relations": relations, "outbound_relations": [relations]}
    require_storable(read(ServiceNowImporter(), json.dumps({"result": shape}).encode()))
