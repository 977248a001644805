"""Manifests in several files are one cluster."""

from cmdb.model.observations import RelationshipRecord
from importers.base import Document, ReadOptions
from importers.kubernetes.importer import KubernetesImporter

WORKLOAD = b"""
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers: [{name: main, image: "cart:1", env: [{name: CACHE_ADDR, value: "cache:6379"}]}]
"""
SERVICES = b"""
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}}
---
apiVersion: v1
kind: Service
metadata: {name: cache}
spec: {selector: {app: cache}}
"""


def edges(*documents: Document) -> list[tuple[str, str, str]]:
    read = KubernetesImporter().read_together(documents, ReadOptions())
    return sorted((row.type, str(row.from_ref), str(row.to_ref)) for row in read if isinstance(row, RelationshipRecord))


def test_selectors_and_host_names_reach_objects_of_another_file() -> None:
    split = edges(Document("workload.yaml", WORKLOAD), Document("services.yaml", SERVICES))
    assert split == edges(Document("all.yaml", WORKLOAD + b"---" + SERVICES))
    assert {"SELECTS", "CONNECTS_TO"} <= {type_ for type_, _, _ in split}
