from pathlib import Path

import pytest

from importers.base import Document, ReadOptions
from importers.kubernetes import KubernetesImporter
from tests.importers.readable import readable
from tests.importers.sources import FIXTURES

INPUTS = sorted(path for path in (FIXTURES / "kubernetes").iterdir() if path.suffix in {".yaml", ".json"})


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_each_trap_gives_exactly_the_observations_written_beside_it(path: Path) -> None:
    observations = KubernetesImporter().read(Document.at(path), ReadOptions())
    assert readable(observations) == path.with_suffix(".expected.txt").read_text("utf-8")


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_reading_twice_gives_the_same(path: Path) -> None:
    importer, document = KubernetesImporter(), Document.at(path)
    assert list(importer.read(document, ReadOptions())) == list(importer.read(document, ReadOptions()))


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_nothing_secret_leaves_the_file(path: Path) -> None:
    importer, document = KubernetesImporter(), Document.at(path)
    assert "canary" not in repr(list(importer.read(document, ReadOptions()))).lower()


def test_the_file_with_secrets_holds_canaries() -> None:
    text = (FIXTURES / "kubernetes" / "secrets.yaml").read_text("utf-8")
    assert text.lower().count("canary") > 15


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_the_scopes_told_are_those_of_the_records(path: Path) -> None:
    importer, document = KubernetesImporter(), Document.at(path)
    told = importer.scopes(document, ReadOptions(source="kubernetes/prod"))
    assert list(told) == sorted(set(told))
    assert {scope.source for scope in told} == {"kubernetes/prod"}
