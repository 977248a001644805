import pytest

from cmdb.errors import FileMalformed, InvalidReference
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from importers.backstage import BackstageImporter
from importers.backstage.references import parse_ref
from importers.base import Document, ReadOptions
from tests.importers.sources import text_of

DEFAULTS = ReadOptions()


def entity(kind: str, name: str, spec: str = "{}") -> Document:
    return text_of(
        f"{name}.yaml",
        "apiVersion: backstage.io/v1alpha1",
        f"kind: {kind}",
        f"metadata: {{name: {name}}}",
        f"spec: {spec}",
    )


def read(*documents: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(BackstageImporter().read_together(documents, options))


REFERENCES = {
    "team-a": "group:default/team-a",
    "user:Frank.Tiernan": "user:default/frank.tiernan",
    "group:default/team-a": "group:default/team-a",
    "labs/team-a": "group:labs/team-a",
    "  team-a ": "group:default/team-a",
}


@pytest.mark.parametrize("text", REFERENCES)
def test_a_reference_is_read_with_the_defaults_of_its_field(text: str) -> None:
    assert str(parse_ref(text, "group", "default")) == REFERENCES[text]


@pytest.mark.parametrize("text", ["", ":a", "a:", "/a", "a/", "a:b:c", "a/b/c", "a b", "-a", "a#b", "a\x00"])
def test_what_does_not_follow_the_grammar_is_no_reference(text: str) -> None:
    assert parse_ref(text, "group", "default") is None


def test_the_namespace_of_an_entity_is_the_default_of_its_references() -> None:
    document = text_of(
        "a.yaml",
        "apiVersion: backstage.io/v1alpha1",
        "kind: User",
        "metadata: {name: ada, namespace: labs}",
        "spec: {memberOf: [testers]}",
    )
    (edge,) = [record for record in read(document) if isinstance(record, RelationshipRecord)]
    assert str(edge.to_ref) == "backstage/default/labs#group:labs/testers"


def test_the_source_names_the_catalogue_and_the_boundary_the_namespace_of_who_names_none() -> None:
    options = ReadOptions(source="backstage/acme", boundary="Shop")
    (system,) = [record for record in read(entity("System", "web"), options=options) if isinstance(record, CIRecord)]
    assert (str(system.scope), system.key) == ("backstage/acme/shop", "system:shop/web")
    assert BackstageImporter().scopes(entity("System", "web"), options) == (system.scope,)


def test_a_boundary_that_is_no_namespace_is_refused() -> None:
    with pytest.raises(InvalidReference):
        read(entity("System", "web"), options=ReadOptions(boundary="a namespace?"))


def test_an_edge_that_two_files_speak_for_is_told_once_with_both_as_evidence() -> None:
    parent = entity("Group", "company", "{type: organization, children: [red]}")
    child = entity("Group", "red", "{type: team, parent: company}")
    (edge,) = [record for record in read(parent, child) if isinstance(record, RelationshipRecord)]
    assert [entry.where.file for entry in edge.evidence] == ["company.yaml", "red.yaml"]


def test_what_stands_elsewhere_is_never_opened() -> None:
    (api,) = [
        record
        for record in read(entity("API", "orders", "{type: openapi, definition: {$text: ./orders.yaml}}"))
        if isinstance(record, CIRecord)
    ]
    assert api.unmapped["definition"] == {"$text": "./orders.yaml"}


@pytest.mark.parametrize("content", [b"a: [", b"[1,", b"a: b\na: c\n", b"\xff", b"kind: !!python/name:os.system\n"])
def test_a_file_of_which_nothing_can_be_read_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed):
        read(Document("bad.yaml", content))


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"---\n---\n", b"[]", b'{"items": []}'])
def test_an_empty_file_says_nothing(content: bytes) -> None:
    assert read(Document("empty.yaml", content)) == []
