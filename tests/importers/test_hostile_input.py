import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.values import fault_of
from importers.base import Document, Importer, ReadOptions
from importers.kubernetes import KubernetesImporter
from importers.rows import CsvImporter, JsonImporter, NdjsonImporter

IMPORTERS: dict[str, Importer] = {
    importer.name: importer for importer in (CsvImporter(), JsonImporter(), KubernetesImporter(), NdjsonImporter())
}

WORDS = st.sampled_from(
    [
        "apiVersion", "kind", "metadata", "name", "namespace", "spec", "template", "containers", "initContainers",
        "env", "envFrom", "value", "valueFrom", "items", "selector", "labels", "ownerReferences", "volumes",
        "command", "args", "class", "type", "from", "to", "key", "groups", "attributes", "min_up",
        "source", "scope", "data", "rules",
        "v1", "Service", "Pod", "Deployment", "DeploymentList", "List", "ConfigMap", "Host", "http://a:1,b", "a:80",
        "", "\x00",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=25
)
TEXTS = st.lists(
    st.one_of(WORDS, st.sampled_from(list("{}[],:\"'-&*<!#|>\n\r\t ;=@%")), st.text(max_size=3)), max_size=40
)


def read(importer: Importer, content: bytes) -> list[Observation]:
    """Everything, or nothing when the file is refused; any other error fails the test."""
    try:
        return list(importer.read(Document("input", content), ReadOptions()))
    except FileMalformed:
        return []


def require_storable(observations: list[Observation]) -> None:
    for record in observations:
        match record:
            case CIRecord():
                assert fault_of([record.key, record.name, record.cls]) is None
                assert fault_of(record.attributes) is None
            case RelationshipRecord():
                assert fault_of(record.key) is None
            case Problem():
                assert record.code
                assert record.message
                assert fault_of([record.message, record.key, str(record.where)]) is None


@pytest.mark.parametrize("name", IMPORTERS)
@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_give_only_observations_or_a_refusal(name: str, content: bytes) -> None:
    require_storable(read(IMPORTERS[name], content))


@pytest.mark.parametrize("name", IMPORTERS)
@settings(max_examples=80, deadline=None)
@given(parts=TEXTS)
def test_any_text_gives_only_observations_or_a_refusal(name: str, parts: list[str]) -> None:
    require_storable(read(IMPORTERS[name], "".join(parts).encode("utf-8", "replace")))


@pytest.mark.parametrize("name", ["json", "kubernetes", "ndjson"])
@settings(max_examples=150, deadline=None)
@given(tree=TREES)
def test_any_tree_gives_only_observations_or_a_refusal(name: str, tree: object) -> None:
    require_storable(read(IMPORTERS[name], json.dumps(tree).encode()))


@settings(max_examples=80, deadline=None)
@given(spec=TREES, metadata=TREES)
def test_any_shape_under_the_words_of_a_workload_is_survived(spec: object, metadata: object) -> None:
    template = {"metadata": metadata, "spec": {"containers": spec, "volumes": spec, "initContainers": [spec]}}
    manifest = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "x", "labels": metadata}}
    body = {**manifest, "spec": {"template": template, "volumeClaimTemplates": spec, "replicas": spec}}
    require_storable(read(KubernetesImporter(), json.dumps(body).encode()))


@settings(max_examples=80, deadline=None)
@given(cells=st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=6))
def test_any_cells_under_a_header_are_survived(cells: list[list[str]]) -> None:
    lines = ["class,name,relationship.RUNS_ON,group.g", *(",".join(row) for row in cells)]
    require_storable(read(CsvImporter(), "\n".join(lines).encode("utf-8", "replace")))
