import json
from xml.sax.saxutils import escape, quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.sbom import SbomImporter
from tests.importers.test_hostile_input import read, require_storable

WORDS = st.sampled_from(
    [
        "bom-ref", "type", "name", "group", "version", "purl", "cpe", "scope", "components", "services", "dependencies",
        "dependsOn", "ref", "metadata", "component", "licenses", "license", "id", "expression", "hashes", "alg",
        "content", "externalReferences", "url", "vcs", "endpoints", "provider", "data", "classification", "supplier",
        "packages", "files", "relationships", "SPDXID", "versionInfo", "primaryPackagePurpose", "spdxElementId",
        "relatedSpdxElement", "relationshipType", "documentDescribes", "documentNamespace", "externalRefs",
        "referenceType", "referenceLocator", "SPDXRef-DOCUMENT", "SPDXRef-a", "DESCRIBES", "DEPENDS_ON", "NONE",
        "library", "application", "container", "service", "a", "b", "pkg:npm/a@1", "pkg:npm/%zz", "pkg:/", "https://u:p@h/",
        "at components[0]", "1.4", "sha256:" + "a" * 64, "", " ", "\x00", "\ud800", "#", "/",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
PARTS = st.lists(st.dictionaries(WORDS, TREES, max_size=8) | TREES, max_size=4)
TAGS = st.sampled_from(
    [
        "SPDXVersion: SPDX-2.3", "SPDXID:", "SPDXID: SPDXRef-a", "PackageName: a", "PackageName:", "PackageVersion: 1",
        "FileName: x", "Relationship: SPDXRef-a DEPENDS_ON SPDXRef-a", "Relationship: a b", "Relationship:",
        "ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1", "ExternalRef: x", "PackageChecksum: SHA1", "<text>", "</text>",
        "PackageSummary: <text>a", "# b", ":", "", "DocumentNamespace: /#\x00",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(components=PARTS, services=PARTS, dependencies=TREES, root=TREES, number=SCALARS)
def test_any_shape_under_the_words_of_cyclonedx_is_survived(
    components: object, services: object, dependencies: object, root: object, number: object
) -> None:
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "serialNumber": number,
        "metadata": {"component": root},
        "components": components,
        "services": services,
        "dependencies": dependencies,
    }
    require_storable(read(SbomImporter(), json.dumps(bill).encode()))


@settings(max_examples=200, deadline=None)
@given(packages=PARTS, relationships=PARTS, described=TREES, namespace=SCALARS)
def test_any_shape_under_the_words_of_spdx_is_survived(
    packages: object, relationships: object, described: object, namespace: object
) -> None:
    document = {
        "spdxVersion": "SPDX-2.3",
        "documentNamespace": namespace,
        "packages": packages,
        "relationships": relationships,
        "documentDescribes": described,
    }
    require_storable(read(SbomImporter(), json.dumps(document).encode()))


@settings(max_examples=150, deadline=None)
@given(lines=st.lists(TAGS | st.text(max_size=12), max_size=25))
def test_any_lines_of_tags_are_survived(lines: list[str]) -> None:
    text = "\n".join(["SPDXVersion: SPDX-2.3", *lines])
    require_storable(read(SbomImporter(), text.encode("utf-8", "replace")))


@settings(max_examples=150, deadline=None)
@given(
    elements=st.lists(
        st.tuples(
            st.sampled_from(["component", "service", "dependency", "name", "licenses", "hashes", "provider"]),
            st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8),
        ),
        max_size=10,
    ),
    names=st.lists(st.sampled_from(["metadata", "components", "services", "dependencies", "x"]), max_size=4),
)
def test_any_elements_of_xml_are_survived(elements: list[tuple[str, str]], names: list[str]) -> None:
    inner = "".join(f"<{name} ref={quoteattr(text)} type='library'>{escape(text)}</{name}>" for name, text in elements)
    lists = "".join(f"<{name}><component><name>a</name>{inner}</component>{inner}</{name}>" for name in names)
    text = f'<bom xmlns="http://cyclonedx.org/schema/bom/1.4">{lists}</bom>'
    require_storable(read(SbomImporter(), text.encode()))


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_any_tree_gives_only_observations_or_a_refusal(tree: object) -> None:
    require_storable(read(SbomImporter(), json.dumps(tree).encode()))
