"""The example catalogue: 19 files, counted by hand."""

from collections import Counter

import pytest

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.backstage import BackstageImporter
from importers.base import Document, ReadOptions
from tests.importers.backstage.samples import real_documents
from tests.importers.stored import commits_of_a_second_pass, graph_of, imported_twice

RESOLVED = {
    "owner": 12, "memberOf": 10, "parent": 5, "children": 5, "system": 4, "domain": 2, "subdomainOf": 1,
    "dependsOn": 1, "apiConsumedBy": 1, "providesApis": 1, "consumesApis": 1,
}  # fmt: skip
DANGLING = {"group:default/guest": "owner", "group:default/team-b": "children", "group:default/team-d": "children"}


@pytest.fixture(name="observations")
def _observations() -> list[Observation]:
    return list(BackstageImporter().read_together(real_documents(), ReadOptions()))


def items(observations: list[Observation]) -> list[CIRecord]:
    return [record for record in observations if isinstance(record, CIRecord)]


def problems(observations: list[Observation], code: str) -> list[Problem]:
    return [record for record in observations if isinstance(record, Problem) and record.code == code]


def references(observations: list[Observation]) -> list[tuple[str, str, bool]]:
    """Field, missing end or nothing, and whether both ends are there: one entry for each reference in a file."""
    keys = {(record.scope, record.key) for record in items(observations)}
    found = []
    for edge in observations:
        if isinstance(edge, RelationshipRecord):
            missing = [end for end in (edge.from_ref, edge.to_ref) if not _known(end, keys)]
            named = str(missing[0]).partition("#")[2] if missing else ""
            found += [(_field(entry.where.pointer), named, not missing) for entry in edge.evidence]
    return found


def _known(reference: object, keys: set[tuple[Scope, str]]) -> bool:
    return isinstance(reference, ByKey) and (reference.scope, reference.key) in keys


def _field(pointer: str) -> str:
    return pointer.removeprefix("spec.").partition("[")[0]


def test_the_19_files_hold_30_entities(observations: list[Observation]) -> None:
    kinds = Counter(record.kind for record in items(observations))
    locations = len(problems(observations, "LOCATION_TARGETS"))
    assert len(real_documents()) == 19
    assert kinds == {"User": 10, "Group": 6, "Component": 5, "Domain": 3, "System": 2, "API": 2, "Resource": 1}
    assert (locations, kinds.total() + locations) == (1, 30)


def test_43_references_lead_somewhere_each_counted_by_its_field(observations: list[Observation]) -> None:
    found = references(observations)
    assert Counter(field for field, _, resolved in found if resolved) == RESOLVED
    assert (len(found), sum(RESOLVED.values())) == (46, 43)


def test_the_three_that_dangle_are_named(observations: list[Observation]) -> None:
    assert {named: field for field, named, resolved in references(observations) if not resolved} == DANGLING


def test_two_files_of_the_seven_that_the_location_names_are_missing(observations: list[Observation]) -> None:
    (listed,) = problems(observations, "LOCATION_TARGETS")
    missing = problems(observations, "LOCATION_TARGET_MISSING")
    assert "7 targets, of which 5 are given" in listed.message
    assert ["team-b-group.yaml" in missing[0].message, "team-d-group.yaml" in missing[1].message] == [True, True]
    assert {problem.severity for problem in missing} == {Severity.INCOMPLETE}


def test_the_undocumented_field_is_told_and_carries_no_failure(observations: list[Observation]) -> None:
    (told,) = problems(observations, "FIELD_NOT_DOCUMENTED")
    assert "apiConsumedBy" in told.message
    (edge,) = [edge for edge in observations if isinstance(edge, RelationshipRecord) and edge.type == "RELATES_TO"]
    assert str(edge.to_ref).endswith("#component:default/www-artist")


def test_a_second_import_changes_nothing() -> None:
    runs = imported_twice(BackstageImporter(), real_documents(), ReadOptions())
    assert runs.first.counts.created == 29
    assert runs.first.counts.dangling == 3
    assert runs.first.counts.failed == 0
    assert (runs.second.counts.changes, runs.heads[0]) == (0, runs.heads[1])


def test_the_files_one_by_one_in_any_order_give_the_same_graph_and_a_second_time_nothing() -> None:
    documents = real_documents()
    together = graph_of(BackstageImporter(), [documents])
    for order in (documents, documents[::-1], documents[7:] + documents[:7]):
        assert graph_of(BackstageImporter(), [(document,) for document in order * 2]) == together
        assert commits_of_a_second_pass(BackstageImporter(), order) == 0


def test_the_files_one_by_one_give_the_same_edges_as_together(observations: list[Observation]) -> None:
    alone = {
        record.key
        for document in real_documents()
        for record in BackstageImporter().read(document, ReadOptions())
        if isinstance(record, RelationshipRecord)
    }
    assert alone == {record.key for record in observations if isinstance(record, RelationshipRecord)}


def test_every_file_is_recognised_as_a_catalogue() -> None:
    marks = {document.name: BackstageImporter().sniff(document.head(), document.name) for document in real_documents()}
    assert min(marks.values()) > 0.95


def test_manifests_with_an_annotation_of_a_catalogue_are_not_taken_for_one() -> None:
    manifest = Document("d.yaml", b"apiVersion: v1\nkind: Service\nmetadata: {annotations: {backstage.io/id: a}}\n")
    assert BackstageImporter().sniff(manifest.head(), manifest.name) == 0
