import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord
from importers.ansible import AnsibleImporter
from importers.base import Document, ReadOptions
from tests.importers.test_hostile_input import require_storable

CATALOGUE = load_catalogue()
WORDS = st.sampled_from(
    [
        "all", "ungrouped", "hosts", "children", "vars", "_meta", "hostvars", "web", "db[1:3]", "db[01:99999999]",
        "ansible_host", "ansible_network_os", "ansible_connection", "ansible_facts", "ansible_fqdn", "unreachable",
        "ansible_all_ipv4_addresses", "ansible_product_serial", "ansible_product_uuid", "ansible_processor_vcpus",
        "ansible_memtotal_mb", "ansible_virtualization_role", "ansible_virtualization_type", "ansible_default_ipv4",
        "guest", "docker", "10.0.0.1", "::1", "a:22", "[::1]:22", "$ANSIBLE_VAULT", "failed", "msg", "", " ",
        "\x00", "\ud800",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=6), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=20
)
LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "[web]", "[web:children]", "[web:vars]", "[db:children]", "[", "[]", "[a b]", "[x:y]", "web", "db",
                "a[1:3]:22 x=1", "a x='", "x = y", "=", "# c", ";", "b[3:1]", "c[a:z]d[1:9]", "\u2028",
                "web:\n  hosts:",
                "  children:", "    a: !vault x", "all:",
            ]
        ),
        st.text(max_size=8),
    ),
    max_size=12,
)  # fmt: skip


def survive(name: str, content: bytes) -> None:
    """Everything it says can be stored, or it is refused."""
    try:
        observed = list(AnsibleImporter().read(Document(name, content), ReadOptions()))
    except FileMalformed:
        return
    require_storable(observed)
    for record in observed:
        if isinstance(record, CIRecord):
            CATALOGUE.check_item(record.cls, record.attributes)
            assert record.name.strip()


@settings(max_examples=200, deadline=None)
@given(tree=TREES)
def test_any_tree_is_survived(tree: object) -> None:
    survive("facts/x", json.dumps(tree).encode())


@settings(max_examples=100, deadline=None)
@given(body=st.dictionaries(WORDS, TREES, max_size=8))
def test_any_facts_are_survived(body: object) -> None:
    survive("facts/x", json.dumps({"ansible_facts": body}).encode())


@settings(max_examples=100, deadline=None)
@given(
    groups=st.dictionaries(WORDS, st.dictionaries(st.sampled_from(["hosts", "children", "vars"]), TREES), max_size=5)
)
def test_any_groups_are_survived(groups: dict[str, object]) -> None:
    survive("i.json", json.dumps({"_meta": {"hostvars": groups}, **groups}).encode())


@pytest.mark.parametrize("name", ["i.ini", "i.yml", "hosts"])
@settings(max_examples=100, deadline=None)
@given(lines=LINES, rest=st.binary(max_size=20))
def test_any_lines_are_survived(name: str, lines: list[str], rest: bytes) -> None:
    survive(name, "\n".join(lines).encode("utf-8", "replace"))
    survive(name, "\n".join(lines).encode("utf-8", "replace") + rest)


def test_many_hosts_in_nested_groups_take_time_in_proportion() -> None:
    lines = ["[g0]", *(f"h[{start}:{start + 999}]" for start in range(0, 20_000, 1000))]
    for depth in range(1, 200):
        lines += [f"[g{depth}:children]", f"g{depth - 1}", f"[g{depth}:vars]", "ansible_connection=ssh"]
    begin = time.monotonic()
    observed = list(AnsibleImporter().read(Document("i.ini", "\n".join(lines).encode()), ReadOptions()))
    assert time.monotonic() - begin < 30
    assert sum(isinstance(record, CIRecord) for record in observed) == 20_200
