import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation
from importers.base import Document, ReadOptions
from importers.netbox import NetBoxImporter
from importers.netbox.models import CLASSES
from tests.importers.netbox.inputs import API, edges, problems, read, row
from tests.importers.test_hostile_input import require_storable

CATALOGUE = load_catalogue()
WORDS = st.sampled_from(
    [
        "name", "slug", "device", "role", "site", "rack", "status", "value", "cable", "cable_end", "A", "B", "label",
        "termination_type", "termination_id", "a_terminations", "b_terminations", "object_type", "object_id", "object",
        "rear_port", "rear_port_position", "rear_ports", "assigned_object_type", "assigned_object_id", "address",
        "device_type", "manufacturer", "model", "lag", "parent", "cluster", "virtual_chassis", "tags", "vcpus",
        "custom_field_data", "scope_type", "scope_id", "dcim", "interface", "dcim.interface", "dcim.device", "id",
        "url",
        f"{API}/dcim/devices/1/", f"{API}/dcim/sites/?limit=1&\x00=%00", "planned", "10.0.0.1/24", "", "\x00", "\ud800",
        "count", "next", "results", "fields", "pk",
    ]
)  # fmt: skip
KEYS = st.sampled_from([0, 1, 2, 3, -1, 2**70, "1", "", None, True, 1.5, ["x", "y"], [], {"id": 1}])
SCALARS = st.one_of(WORDS, KEYS, st.text(max_size=6), st.floats(), st.integers())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=12
)
MODELS = st.sampled_from(
    [
        *CLASSES, "dcim.cabletermination", "dcim.frontport", "dcim.rearport", "dcim.portmapping", "dcim.powerport",
        "dcim.poweroutlet", "ipam.ipaddress", "dcim.macaddress", "contenttypes.contenttype", "extras.taggeditem",
        "tenancy.contactassignment", "circuits.circuittermination", "dcim.devicetype", "dcim.devicebay", "x.y", "",
    ]
)  # fmt: skip
ROWS = st.lists(
    st.builds(
        lambda model, pk, fields: {"model": model, "pk": pk, "fields": fields},
        MODELS,
        KEYS,
        st.dictionaries(WORDS, TREES, max_size=8) | TREES,
    ),
    max_size=8,
)


def survived(content: bytes) -> list[Observation]:
    """Everything, of which a store can hold every CI; or nothing when the file is refused."""
    try:
        observed = list(NetBoxImporter().read(Document("input", content), ReadOptions()))
    except FileMalformed:
        return []
    require_storable(observed)
    for record in observed:
        if isinstance(record, CIRecord):
            CATALOGUE.check_item(record.cls, record.attributes)
            assert record.name.strip()
            assert record.key.strip()
    return observed


@settings(max_examples=150, deadline=None)
@given(rows=ROWS)
def test_any_fields_of_any_model_are_survived(rows: object) -> None:
    survived(json.dumps(rows).encode())


@settings(max_examples=100, deadline=None)
@given(results=st.lists(st.dictionaries(WORDS, TREES, max_size=8), max_size=5), tree=TREES)
def test_any_page_is_survived(results: list[dict[str, object]], tree: object) -> None:
    for result in results:
        result.setdefault("url", f"{API}/dcim/devices/1/")
    survived(json.dumps({"count": tree, "next": tree, "previous": tree, "results": results}).encode())


@settings(max_examples=80, deadline=None)
@given(content=st.binary(max_size=200), tree=TREES)
def test_any_bytes_and_any_tree_are_survived(content: bytes, tree: object) -> None:
    survived(content)
    survived(json.dumps(tree).encode())


def fanning_out(ports: int) -> Document:
    rows = [row("dcim.interface", number, device=number, name="p") for number in range(2 * ports)]
    rows.append(row("dcim.cable", 1, status="connected"))
    rows += [
        row(
            "dcim.cabletermination",
            number,
            cable=1,
            cable_end="AB"[number % 2],
            termination_type=["dcim", "interface"],
            termination_id=number,
        )
        for number in range(2 * ports)
    ]
    return Document("d.json", json.dumps(rows).encode())


def test_a_cable_of_many_ports_joins_each_of_one_end_with_each_of_the_other() -> None:
    links = [link for link in edges(read(fanning_out(8)), "LINKED_TO") if link[1].startswith("dcim.interface")]
    assert len(links) == 64


def test_a_cable_of_too_many_ports_is_told_and_not_followed() -> None:
    observed = read(fanning_out(3000))
    assert [problem.code for problem in problems(observed)] == ["CABLE_NOT_FOLLOWED"]
    assert [link for link in edges(observed, "LINKED_TO") if not link[1].startswith("dcim.cable#")] == []
