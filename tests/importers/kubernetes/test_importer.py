import json

import pytest

from cmdb.errors import FileMalformed, FileMissing, InvalidReference
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, ReadOptions
from importers.kubernetes import KubernetesImporter
from tests.importers.sources import FIXTURES, text_of

DEFAULTS = ReadOptions()


def read(document: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(KubernetesImporter().read(document, options))


def items(document: Document, options: ReadOptions = DEFAULTS) -> list[CIRecord]:
    return [record for record in read(document, options) if isinstance(record, CIRecord)]


def test_the_same_name_in_two_clusters_stays_apart() -> None:
    document = text_of("a.yaml", "{apiVersion: v1, kind: Service, metadata: {name: db}}")
    here = {(record.scope, record.key) for record in items(document, ReadOptions(source="kubernetes/a"))}
    there = {(record.scope, record.key) for record in items(document, ReadOptions(source="kubernetes/b"))}
    assert here.isdisjoint(there)


def test_the_cluster_is_named_by_the_source() -> None:
    document = text_of("a.yaml", "{apiVersion: v1, kind: Node, metadata: {name: n}}")
    assert [record.name for record in items(document, ReadOptions(source="k8s/prod-eu"))] == ["prod-eu", "n"]


def test_the_boundary_is_the_namespace_of_objects_that_name_none() -> None:
    document = text_of("a.yaml", "{apiVersion: v1, kind: Service, metadata: {name: db}}")
    (service,) = [
        record
        for record in read(document, ReadOptions(boundary="shop"))
        if isinstance(record, CIRecord) and record.kind == "Service"
    ]
    assert str(service.scope) == "kubernetes/default/shop"
    assert service.attributes["namespace"] == "shop"


def test_a_source_that_names_no_cluster_is_refused() -> None:
    with pytest.raises(InvalidReference):
        read(text_of("a.yaml", "a: b"), ReadOptions(source="kubernetes/"))


MALFORMED = {
    "not YAML": (b"a: [\n", 2),
    "not UTF-8": (b"kind: Service\nname: \xff\n", 2),
    "UTF-16": ("kind: Service".encode("utf-16"), 1),
    "a NUL": (b"kind: Service\n\nname: \x00\n", 3),
    "a key twice": (b"kind: Service\nkind: Pod\n", 2),
    "an alias to itself": (b"a: &a [*a]\n", 1),
    "nested too deeply": (b"a: " + b"[" * 200 + b"]" * 200, 1),
    "deeper than the parser goes": (b"[" * 100_000, 1),
    "a tag that runs": (b"kind: !!python/object/apply:os.system [true]\n", 1),
    "aliases without end": (
        b"a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 10)) for c in range(98, 106)),
        6,
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_its_line(case: str) -> None:
    content, line = MALFORMED[case]
    with pytest.raises(FileMalformed) as refused:
        read(Document("bad.yaml", content))
    assert f"bad.yaml:{line}" in refused.value.message


def test_a_json_file_that_breaks_off_is_refused() -> None:
    with pytest.raises(FileMalformed):
        read(Document("bad.json", b'{"kind": "List", "items": ['))


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        read(Document.at(FIXTURES / "there is none.yaml"))


@pytest.mark.parametrize("content", [b"", b"# only a comment\n", b"---\n---\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_nothing(content: bytes) -> None:
    assert read(Document("a.yaml", content)) == []


def test_yaml_and_json_give_the_same_graph() -> None:
    manifest = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": {"selector": {"a": "b"}}}
    as_json = read(Document("a.json", json.dumps(manifest).encode()))
    as_yaml = read(
        text_of("a.yaml", "apiVersion: v1", "kind: Service", "metadata: {name: db}", "spec: {selector: {a: b}}")
    )
    assert [record.key for record in as_json if not isinstance(record, Problem)] == [
        record.key for record in as_yaml if not isinstance(record, Problem)
    ]


def test_byte_order_mark_line_ends_merge_keys_and_anchors_are_understood() -> None:
    text = (
        "\ufeffapiVersion: v1\r\nkind: List\r\nitems:\r\n"
        "- &base {apiVersion: v1, kind: Service, metadata: {name: a}}\r\n"
        "- <<: *base\r\n  metadata: {name: b}\r\n"
    )
    records = read(Document("a.yaml", text.encode()))
    assert [record.name for record in records if isinstance(record, CIRecord) and record.kind] == ["a", "b"]


def test_values_that_no_store_can_hold_do_not_get_through() -> None:
    manifest = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "db", "labels": {"a": "\ud800", "b": "c"}},
        "spec": {"type": 7, "ports": "none", "selector": ["x"]},
    }
    (service,) = [record for record in read(Document("a.json", json.dumps(manifest).encode())) if _is_object(record)]
    assert isinstance(service, CIRecord)
    assert service.attributes["labels"] == {"b": "c"}
    assert "service_type" not in service.attributes


def test_a_claim_that_is_not_in_the_file_stays_a_reference() -> None:
    document = text_of(
        "a.yaml",
        "apiVersion: v1",
        "kind: Pod",
        "metadata: {name: p}",
        "spec: {volumes: [{persistentVolumeClaim: {claimName: data}}]}",
    )
    mounts = [record for record in read(document) if isinstance(record, RelationshipRecord) and record.type == "MOUNTS"]
    assert [str(edge.to_ref) for edge in mounts] == ["kubernetes/default/default#PersistentVolumeClaim/data"]


def _is_object(record: Observation) -> bool:
    return isinstance(record, CIRecord) and bool(record.kind)
