"""The traps of bills of material, one by one."""

import json
from collections.abc import Sequence
from functools import partial

import pytest

from cmdb.errors import FileMalformed
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.store.memory import MemoryStore
from importers.base import Document, ReadOptions
from importers.rows import JsonImporter
from importers.sbom import SbomImporter
from tests.importers.sources import FIXTURES
from tests.ingest.graphs import names


def cyclonedx(**content: JSONValue) -> Document:
    return Document("bom.json", json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", **content}).encode())


def described(**component: JSONValue) -> JSONValue:
    return {"component": {"bom-ref": "root", "type": "application", "name": "shop", **component}}


def library(ref: str, **more: JSONValue) -> dict[str, JSONValue]:
    return {"bom-ref": ref, "type": "library", "name": ref, "version": "1", **more}


def read(document: Document) -> list[Observation]:
    return list(SbomImporter().read(document, ReadOptions()))


def items(document: Document) -> dict[str, CIRecord]:
    return {record.key: record for record in read(document) if isinstance(record, CIRecord)}


def edges(document: Document) -> list[str]:
    found = [record for record in read(document) if isinstance(record, RelationshipRecord)]
    return [f"{edge.type} {_key(edge.from_ref)} > {_key(edge.to_ref)}" for edge in found]


def boundary(document: Document) -> str:
    (scope,) = SbomImporter().scopes(document, ReadOptions())
    return scope.boundary


def _key(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return reference.key


def test_the_next_version_of_an_application_is_the_same_application_in_the_same_scope() -> None:
    one, two = (
        cyclonedx(serialNumber=f"urn:uuid:{version}", metadata=described(purl=f"pkg:npm/shop@{version}"))
        for version in ("1.0", "2.0")
    )
    assert boundary(one) == boundary(two) == "pkg:npm:shop"
    assert list(items(one)) == list(items(two)) == ["application:pkg:npm/shop"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"serialNumber": "urn:uuid:1-2", "metadata": described(version="3")}, "1-2"),
        ({"metadata": described(version="3", group="acme/eu")}, "acme:eu:shop@3"),
        ({"metadata": described()}, "shop"),
        ({}, "default"),
        (
            {"metadata": described(purl="pkg:oci/cart@sha256%3Aab?repository_url=r.example/x&tag=1")},
            "pkg:oci:cart?repository_url=r.example%2Fx",
        ),
    ],
    ids=["serial number", "name and version", "name", "nothing", "image"],
)
def test_without_a_package_url_the_serial_number_and_then_the_name_says_whose_bill_it_is(
    content: dict[str, JSONValue], expected: str
) -> None:
    assert boundary(cyclonedx(**content)) == expected


def test_the_caller_may_say_whose_bill_it_is() -> None:
    options = ReadOptions(source="sbom/ci", boundary="shop")
    assert SbomImporter().scopes(cyclonedx(metadata=described()), options) == (Scope("sbom/ci", "shop"),)


def test_one_package_in_the_bills_of_two_applications_is_one_ci() -> None:
    store = MemoryStore(load_catalogue())
    for name, purl, called in (("shop", "pkg:npm/@a/x@1", "x"), ("till", "pkg:npm/%40a/x@1?vcs_url=z", "@a/x")):
        bill = cyclonedx(metadata=described(name=name), components=[library("x", purl=purl, name=called)])
        Ingest(store).run([partial(read, bill)], Order("a test", "sbom"))
    assert names(store) == ["@a/x", "shop", "till"]


def test_references_are_not_package_urls() -> None:
    document = cyclonedx(
        metadata=described(),
        components=[library("pkg:npm/b@1", purl="pkg:npm/a@1"), library("b", purl="pkg:npm/b@1")],
        dependencies=[{"ref": "root", "dependsOn": ["pkg:npm/b@1"]}, {"ref": "pkg:npm/b@1", "dependsOn": ["b"]}],
    )
    assert edges(document) == [
        "USES_PACKAGE application:shop > pkg:npm/a@1",
        "USES_PACKAGE pkg:npm/a@1 > pkg:npm/b@1",
    ]


def test_a_bill_without_dependencies_still_says_what_its_root_is_made_of() -> None:
    parts: Sequence[JSONValue] = [library("a"), library("b")]
    assert edges(cyclonedx(metadata=described(), components=parts)) == [
        "USES_PACKAGE application:shop > library:a@1",
        "USES_PACKAGE application:shop > library:b@1",
    ]
    assert edges(cyclonedx(components=parts)) == []


def test_only_what_the_graph_does_not_reach_is_told_by_the_inventory() -> None:
    document = cyclonedx(
        metadata=described(),
        components=[library("a"), library("b"), library("c")],
        dependencies=[{"ref": "root", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["b"]}, {"ref": "b"}],
    )
    assert edges(document) == [
        "USES_PACKAGE application:shop > library:a@1",
        "USES_PACKAGE library:a@1 > library:b@1",
        "USES_PACKAGE application:shop > library:c@1",
    ]


def test_a_reference_that_two_parts_have_leads_nowhere() -> None:
    document = cyclonedx(
        metadata=described(),
        components=[library("x", name="left"), library("x", name="right")],
        dependencies=[{"ref": "root", "dependsOn": ["x"]}],
    )
    assert edges(document)[0] == "USES_PACKAGE application:shop > x (ambiguous)"
    (problem,) = [record for record in read(document) if isinstance(record, Problem)]
    assert (problem.code, problem.severity, problem.where.pointer) == (
        "DUPLICATE_REF",
        Severity.WARNING,
        "components[1]",
    )


def test_the_same_part_listed_twice_is_one() -> None:
    document = cyclonedx(components=[library("x"), library("x")])
    assert list(items(document)) == ["library:x@1"]
    assert [record for record in read(document) if isinstance(record, Problem)] == []


@pytest.mark.parametrize(
    ("kind", "root", "part"),
    [
        ("application", "Application", "SoftwarePackage"),
        ("library", "SoftwarePackage", "SoftwarePackage"),
        ("framework", "SoftwarePackage", "SoftwarePackage"),
        ("operating-system", "SoftwarePackage", "SoftwarePackage"),
        ("firmware", "SoftwarePackage", "SoftwarePackage"),
        ("container", "ContainerImage", "ContainerImage"),
        ("device", "OtherDevice", "OtherDevice"),
        ("file", "Application", "OtherCI"),
        ("data", "OtherCI", "OtherCI"),
        ("toaster", "OtherCI", "OtherCI"),
    ],
)
def test_the_kind_of_a_component_says_its_class(kind: str, root: str, part: str) -> None:
    document = cyclonedx(
        metadata={"component": {"type": kind, "name": "described"}},
        components=[{"type": kind, "name": "part", "version": "1"}],
    )
    assert [record.cls for record in items(document).values()] == [root, part]


def test_a_kind_without_a_class_is_told_once_with_its_number() -> None:
    document = cyclonedx(components=[{"type": "file", "name": name} for name in "abc"])
    (problem,) = [record for record in read(document) if isinstance(record, Problem)]
    assert (problem.code, problem.severity) == ("CLASS_FELL_BACK", Severity.INFO)
    assert "file: 3" in problem.message


@pytest.mark.parametrize(
    ("component", "image"),
    [
        ({"name": "alpine", "version": "3.19"}, "alpine:3.19"),
        ({"name": "alpine:3.19", "version": f"sha256:{'a' * 64}"}, "alpine:3.19"),
        ({"name": "r.example:5000/cart", "version": f"sha256:{'a' * 64}"}, f"r.example:5000/cart@sha256:{'a' * 64}"),
        ({"name": f"cart@sha256:{'a' * 64}"}, f"cart@sha256:{'a' * 64}"),
    ],
    ids=["tag beside", "tag inside", "digest beside", "digest inside"],
)
def test_an_image_has_the_reference_that_others_know_it_by(component: dict[str, JSONValue], image: str) -> None:
    document = cyclonedx(metadata={"component": {"type": "container", **component}})
    (record,) = items(document).values()
    assert record.attributes["image"] == record.name == image


def test_a_failing_service_takes_down_what_runs_on_it_but_no_package() -> None:
    document = cyclonedx(
        metadata=described(),
        components=[library("sdk")],
        services=[{"bom-ref": "pay", "name": "pay"}, {"bom-ref": "bank", "name": "bank"}],
        dependencies=[
            {"ref": "root", "dependsOn": ["sdk", "pay"]},
            {"ref": "sdk", "dependsOn": ["pay"]},
            {"ref": "pay", "dependsOn": ["bank", "sdk", "elsewhere"]},
        ],
    )
    assert edges(document) == [
        "USES_PACKAGE application:shop > library:sdk@1",
        "DEPENDS_ON application:shop > service:pay",
        "RELATES_TO library:sdk@1 > service:pay",
        "DEPENDS_ON service:pay > service:bank",
        "USES_PACKAGE service:pay > library:sdk@1",
        "DEPENDS_ON service:pay > elsewhere",
    ]


def test_services_that_answer_at_one_address_are_a_group_of_which_one_is_enough() -> None:
    services: list[JSONValue] = [{"name": name, "endpoints": ["https://pay.example/"]} for name in ("one", "two")]
    document = cyclonedx(services=services)
    assert items(document)["endpoint:https://pay.example/"].groups["providers"].min_up == "1"
    found = [record for record in read(document) if isinstance(record, RelationshipRecord)]
    assert {edge.group for edge in found} == {"providers"}


def test_xml_says_the_same_as_json() -> None:
    xml = items(Document.at(FIXTURES / "sbom" / "bill.xml"))
    tree = cyclonedx(
        specVersion="1.4",
        serialNumber="urn:uuid:11111111-0000-4000-8000-000000000004",
        metadata=described(version="2.0"),
        services=[
            {
                "bom-ref": "pay",
                "name": "payment",
                "provider": {"name": "Bank"},
                "endpoints": ["https://pay.example/v1"],
                "authenticated": True,
                "data": [{"classification": "PII"}],
            }
        ],
    )
    for key in ("application:shop", "service:payment", "endpoint:https://pay.example/v1"):
        same = items(tree)[key]
        assert (xml[key].attributes, xml[key].unmapped) == (same.attributes, same.unmapped)


def test_prefixes_of_xml_do_not_matter() -> None:
    plain = (FIXTURES / "sbom" / "bill.xml").read_text("utf-8")
    prefixed = plain.replace("xmlns=", "xmlns:b=").replace("<", "<b:").replace("<b:/", "</b:").replace("<b:?", "<?")
    document = Document("bill.xml", prefixed.encode())
    assert items(document).keys() == items(Document.at(FIXTURES / "sbom" / "bill.xml")).keys()
    assert SbomImporter().sniff(document.head(), "bill.xml") > 0.9


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"bomFormat": "CycloneDX", "specVersion": "2.0"}', "CycloneDX of version 2.0"),
        (b'{"bomFormat": "CycloneDX"}', "version none"),
        (b'{"spdxVersion": "SPDX-1.2"}', "no bill of material"),
        (b'{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": []}', "SPDX 3 is not read"),
        (b"SPDXVersion: SPDX-3.0\n", "SPDX-3.0 is not read"),
        (b"SPDXVersion: SPDX-2.3\nPackageComment: <text>never ends\n", "does not end"),
        (b"<bom/>", "version none"),
        (b"[]", "no bill of material"),
        (b"hello", "no bill of material"),
    ],
    ids=["too new", "no version", "too old", "SPDX 3", "SPDX 3 in tags", "open text", "other XML", "list", "prose"],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_a_reason(content: bytes, words: str) -> None:
    with pytest.raises(FileMalformed, match=words) as refused:
        read(Document("bill", content))
    assert refused.value.hint


def test_a_newer_minor_version_is_read_and_told() -> None:
    (problem,) = read(cyclonedx(specVersion="1.9"))
    assert isinstance(problem, Problem)
    assert (problem.code, problem.severity) == ("VERSION_NEWER", Severity.INFO)


@pytest.mark.parametrize("path", sorted((FIXTURES / "sbom").glob("*.[jsx]*")), ids=lambda path: path.name)
def test_bills_are_recognised_and_rows_are_less_sure_of_them(path: object) -> None:
    assert hasattr(path, "read_bytes")
    head, name = path.read_bytes()[:65_536], str(path)
    if name.endswith(".txt"):
        return
    assert SbomImporter().sniff(head, name) > 0.9
    assert JsonImporter().sniff(head, name) < 0.9


def test_other_inputs_are_not_taken_for_bills() -> None:
    for text in (b"", b"{}", b"<nmaprun/>", b'{"items": []}', b"apiVersion: v1\nkind: Pod\n", b"<bom>"):
        assert SbomImporter().sniff(text, "x") == 0
