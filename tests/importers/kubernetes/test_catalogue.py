from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, RelationshipRecord
from cmdb.model.references import ByKey, Reference
from importers.base import Document, ReadOptions
from importers.kubernetes import KubernetesImporter
from importers.kubernetes.kinds import KINDS
from tests.importers.kubernetes.test_golden import INPUTS

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_every_record_and_edge_is_one_that_the_catalogue_allows(path: Path) -> None:
    observations = list(KubernetesImporter().read(Document.at(path), ReadOptions()))
    items = {(item.scope, item.key): item for item in observations if isinstance(item, CIRecord)}
    for item in items.values():
        CATALOGUE.check_item(item.cls, item.attributes)
    for edge in observations:
        if isinstance(edge, RelationshipRecord):
            CATALOGUE.check_relationship(edge.type, edge.attributes)
            CATALOGUE.check_ends(edge.type, _class_of(edge.from_ref), _class_of(edge.to_ref))


def _class_of(reference: Reference) -> str:
    assert isinstance(reference, ByKey)
    word = reference.key.partition("/")[0]
    return KINDS[word].cls if word in KINDS else word


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_keys_are_unique_and_edges_stand_once(path: Path) -> None:
    observations = list(KubernetesImporter().read(Document.at(path), ReadOptions()))
    keys = [(record.scope, record.key) for record in observations if isinstance(record, (CIRecord, RelationshipRecord))]
    assert len(keys) == len(set(keys))
