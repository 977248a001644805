import json

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.lldp import LldpImporter
from tests.importers.test_hostile_input import read, require_storable

WORDS = st.sampled_from(
    [
        "edges", "node1", "node2", "hostname", "interfaceName", "lldp", "interface", "name", "via", "chassis", "port",
        "id", "type", "value", "descr", "mgmt-ip", "capability", "enabled", "ifname", "mac", "local", "eth0", "sw-1",
        "a/b", "", " ", "\x00", "#", "%2F", "ß",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
NODES = st.dictionaries(st.sampled_from(["hostname", "interfaceName"]), SCALARS)
CABLES = st.lists(st.dictionaries(st.sampled_from(["node1", "node2"]), NODES) | TREES, max_size=6)


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_any_tree_gives_only_observations_or_a_refusal(tree: object) -> None:
    require_storable(read(LldpImporter(), json.dumps(tree).encode()))


@settings(max_examples=150, deadline=None)
@given(edges=CABLES)
def test_any_cables_are_survived(edges: list[object]) -> None:
    require_storable(read(LldpImporter(), json.dumps({"edges": edges}).encode()))


@settings(max_examples=200, deadline=None)
@given(chassis=TREES, port=TREES, name=WORDS)
def test_any_shape_of_a_neighbour_is_survived(chassis: object, port: object, name: str) -> None:
    interface = {name: {"chassis": chassis, "port": port}, "eth1": {"chassis": {"sw": chassis}, "port": [port]}}
    for told in (interface, [interface, {"name": name, "chassis": [chassis], "port": port}]):
        require_storable(read(LldpImporter(), json.dumps({"lldp": {"interface": told}}).encode()))
