"""The real files, with the counts that independent scripts made."""

from collections import Counter

import pytest

from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.base import ReadOptions
from importers.sbom import SbomImporter
from tests.importers.sources import real_file
from tests.importers.stored import imported_twice

LARAVEL, GATEWAY = "sbom/laravel-1.4.json", "sbom/apigateway-saasbom.json"


class Reading:
    """What a real file says, taken apart."""

    def __init__(self, path: str) -> None:
        observations = list(SbomImporter().read(real_file(path), ReadOptions()))
        self.items = [record for record in observations if isinstance(record, CIRecord)]
        self.edges = [record for record in observations if isinstance(record, RelationshipRecord)]
        self.problems = [record for record in observations if isinstance(record, Problem)]
        self._names = {record.key: record.name for record in self.items}

    def pairs(self, type_: str) -> set[tuple[str, str]]:
        found = [edge for edge in self.edges if edge.type == type_]
        return {(self._name(edge.from_ref), self._name(edge.to_ref)) for edge in found}

    def dangling(self) -> list[RelationshipRecord]:
        ends = ((edge, (edge.from_ref, edge.to_ref)) for edge in self.edges)
        return [edge for edge, both in ends if any(self._name(end) not in self._names.values() for end in both)]

    def _name(self, reference: object) -> str:
        assert isinstance(reference, ByKey)
        return self._names.get(reference.key, reference.key)


def test_laravel_has_its_62_libraries_and_its_root() -> None:
    reading = Reading(LARAVEL)
    assert Counter(record.kind for record in reading.items) == {"library": 62, "application": 1}
    assert Counter(record.cls for record in reading.items) == {"SoftwarePackage": 62, "Application": 1}
    assert reading.items[0].name == "cyclonedx-php-composer-demo"
    assert reading.problems == []


def test_laravel_has_113_edges_of_which_none_dangles_and_none_carries_a_failure() -> None:
    reading = Reading(LARAVEL)
    assert Counter(edge.type for edge in reading.edges) == {"USES_PACKAGE": 113}
    assert reading.dangling() == []
    assert len(reading.pairs("USES_PACKAGE")) == 113
    assert ("cyclonedx-php-composer-demo", "laravel/laravel") in reading.pairs("USES_PACKAGE")


def test_laravel_has_its_licences_and_package_urls() -> None:
    packages = [record for record in Reading(LARAVEL).items if record.kind == "library"]
    licences = Counter(licence for record in packages for licence in _list(record.unmapped["licenses"]))
    assert licences == {"MIT": 57, "BSD-3-Clause": 4, "Apache-2.0": 1}
    assert {record.key == record.attributes["purl"] for record in packages} == {True}


def test_laravel_has_no_serial_number_so_its_root_says_whose_it_is() -> None:
    (scope,) = SbomImporter().scopes(real_file(LARAVEL), ReadOptions())
    assert scope == Scope("sbom", "pkg:composer:cyclonedx:cyclonedx-php-composer-demo")


def test_the_gateway_has_6_services_and_6_dependencies_that_carry_failures() -> None:
    reading = Reading(GATEWAY)
    assert Counter(record.kind for record in reading.items if record.kind) == {"service": 6, "application": 1}
    assert reading.pairs("DEPENDS_ON") == {
        ("Acme Cloud Example", "API Gateway"),
        ("API Gateway", "Microservice 1"),
        ("API Gateway", "Microservice 2"),
        ("API Gateway", "Microservice 3"),
        ("Microservice 1", "Postgres"),
        ("Microservice 3", "S3"),
    }
    assert len([edge for edge in reading.edges if edge.type == "DEPENDS_ON"]) == 6
    assert reading.dangling() == []
    assert reading.problems == []


def test_what_stands_inside_the_gateway_does_not_depend_on_it_for_that() -> None:
    reading = Reading(GATEWAY)
    assert {edge.type for edge in reading.edges} == {"DEPENDS_ON", "PROVIDED_BY"}
    assert [record.name for record in reading.items if record.unmapped.get("within") == "API Gateway"] == [
        "Microservice 1",
        "Microservice 2",
        "Microservice 3",
        "Postgres",
        "S3",
    ]


@pytest.mark.parametrize(("path", "created", "related"), [(LARAVEL, 63, 113), (GATEWAY, 14, 13)])
def test_importing_it_again_changes_nothing(path: str, created: int, related: int) -> None:
    runs = imported_twice(SbomImporter(), [real_file(path)], ReadOptions())
    assert (runs.first.counts.created, runs.first.counts.related) == (created, related)
    assert runs.first.counts.dangling == 0
    assert runs.second.counts.changes == 0
    assert runs.heads[0] == runs.heads[1]


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
