import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, Importer, ReadOptions
from importers.rows import CsvImporter, JsonImporter, NdjsonImporter
from tests.importers.built_in import BUILT_IN

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```([a-z-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FORMAT = re.compile(r"`([a-z-]+)`")
IMPORTERS: dict[str, Importer] = {"csv": CsvImporter(), "json": JsonImporter(), "ndjson": NdjsonImporter()}
CATALOGUE = load_catalogue()


def blocks(page: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer((ROOT / page).read_text("utf-8"))]


EXAMPLES = [(language, text) for language, text in blocks("docs/imports.md") if language in IMPORTERS]


@pytest.mark.parametrize(("language", "text"), EXAMPLES, ids=[f"{name} {i}" for i, (name, _) in enumerate(EXAMPLES)])
def test_every_example_of_rows_is_read_without_a_problem(language: str, text: str) -> None:
    options = ReadOptions(attribute_types=CATALOGUE.attribute_types)
    observations = list(IMPORTERS[language].read(Document(f"example.{language}", text.encode()), options))
    assert observations
    require_catalogue(observations)


def test_the_example_of_a_mapping_file_fits_its_foreign_file() -> None:
    found = dict(blocks("docs/imports.md"))
    mapping = Document("mapping.yaml", found["yaml"].encode())
    document = Document("foreign.csv", found["csv-mapped"].encode())
    observations = list(CsvImporter().read(document, ReadOptions(mapping=mapping)))
    assert [type(record) for record in observations] == [CIRecord, *[RelationshipRecord] * 3]
    require_catalogue(observations)


def test_the_importer_shown_in_the_readme_works_and_so_does_its_test() -> None:
    code = "".join(text for language, text in blocks("importers/README.md") if language == "python")
    shown: dict[str, Callable[[], Importer]] = {}
    exec(compile(code, "README.md", "exec"), shown)  # noqa: S102 - the code shown to readers is what is tested
    (host,) = shown["HostListImporter"]().read(Document("my.hosts", b"db-1\n"), ReadOptions())
    assert isinstance(host, CIRecord)
    assert host.name == "db-1"
    shown["test_the_list_of_hosts_keeps_the_contract"]()


def test_the_index_of_formats_has_every_importer_and_a_page_for_each() -> None:
    page = (ROOT / "docs" / "imports.md").read_text("utf-8")
    table = page.split("| `--format` |")[1].split("\n\n")[0].splitlines()[2:]
    listed = {word for line in table for word in FORMAT.findall(line.split("|")[2])}
    pages = {path.stem for path in (ROOT / "docs" / "formats").glob("*.md")}
    assert listed == BUILT_IN.keys()
    assert pages == BUILT_IN.keys() - IMPORTERS.keys()
    assert all(f"](formats/{name}.md)" in page for name in pages)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert all(f"docs/formats/{name}.md" in readme for name in pages)


def require_catalogue(observations: list[Observation]) -> None:
    for record in observations:
        assert not isinstance(record, Problem), record
        if isinstance(record, CIRecord):
            CATALOGUE.check_item(record.cls, record.attributes)
        else:
            CATALOGUE.check_relationship(record.type, record.attributes)
