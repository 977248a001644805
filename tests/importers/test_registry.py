import sys
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from cmdb.errors import FileMissing, FormatUnknown
from cmdb.model.observations import Observation
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.registry import GROUP, choose, installed
from tests.importers.built_in import BUILT_IN, DECLARED, ROOT

IMPORTERS = tuple(BUILT_IN.values())


class HostListImporter(Importer):
    """One host name a line: an importer of somebody else."""

    name: ClassVar[str] = "host-list"

    def sniff(self, head: bytes, filename: str) -> float:
        return 0.9 if filename.endswith(".csv") or b"host" in head else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        return (Scope(document.name, options.boundary or "default"),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        assert self.scopes(document, options)
        return iter(())


INPUTS = {
    "a.yaml": (b"apiVersion: v1\nkind: Service\n", "kubernetes"),
    "b.json": (b'{"apiVersion": "v1", "kind": "List", "items": []}', "kubernetes"),
    "c.csv": (b"class,name\nHost,a\n", "csv"),
    "d.txt": (b"\xef\xbb\xbftype,from,to\r\n", "csv"),
    "e.csv": (b"hostname;ip\n", "csv"),
    "f.json": (b'[{"class": "Host", "name": "a"}]', "json"),
    "g.json": (b'{"source": "x", "items": []}', "json"),
    "h.ndjson": (b'{"class": "Host", "name": "a"}\n', "ndjson"),
    "i.log": (b'{"class": "Host", "name": "a"}\n{"type": "RUNS_ON", "from": "a", "to": "b"}\n', "ndjson"),
    "j.jsonl": (b'{"source": "x"}\n{"class": "Host", "name": "a"}\n', "ndjson"),
    "k.json": (b'{"result": [{"id": "1"}]}', "json"),
    "l.json": (b'{"result": [{"sys_id": "1"}]}', "servicenow"),
}


@pytest.mark.parametrize("name", INPUTS)
def test_the_format_is_recognised(name: str) -> None:
    content, expected = INPUTS[name]
    assert choose(Document(name, content), None, IMPORTERS).name == expected


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff", b"<xml/>"])
def test_what_nobody_knows_is_refused_with_what_is_known(content: bytes) -> None:
    with pytest.raises(FormatUnknown) as refused:
        choose(Document("x.bin", content), None, IMPORTERS)
    for name in BUILT_IN:
        assert f"{name} (0%)" in refused.value.message


def test_a_tie_is_refused_with_the_confidences() -> None:
    document = Document("x.csv", b"class,name\n")
    with pytest.raises(FormatUnknown) as refused:
        choose(document, None, [*IMPORTERS, HostListImporter()])
    assert refused.value.details["confidences"] == {**dict.fromkeys(BUILT_IN, 0.0), "csv": 0.9, "host-list": 0.9}


def test_a_format_can_be_named() -> None:
    assert choose(Document("x", b""), "csv", IMPORTERS).name == "csv"
    with pytest.raises(FormatUnknown, match=", ".join(BUILT_IN)):
        choose(Document("x", b""), "excel", IMPORTERS)


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        choose(Document.at(ROOT / "there is none"), None, IMPORTERS)


def test_the_project_declares_every_importer_under_its_own_name() -> None:
    assert list(DECLARED) == sorted(DECLARED)
    assert {name: importer.name for name, importer in BUILT_IN.items()} == dict(zip(DECLARED, DECLARED, strict=True))


def test_every_package_of_importers_is_declared() -> None:
    packages = {folder.parent.name for folder in (ROOT / "importers").glob("*/importer.py")}
    assert packages | {"rows"} == {entry.partition(":")[0].removeprefix("importers.") for entry in DECLARED.values()}


def _install(folder: Path, entry: str) -> None:
    metadata = folder / "host_list-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: host-list\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\nhost-list = {entry}\n")


def test_an_importer_of_another_distribution_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _install(tmp_path, "tests.importers.test_registry:HostListImporter")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert "host-list" in [importer.name for importer in installed()]


@pytest.mark.parametrize("entry", ["no.such.module:X", "tests.importers.test_registry:nothing", "pathlib:Path"])
def test_an_entry_point_that_is_no_importer_is_told(
    entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, entry)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(FormatUnknown, match="host-list"):
        installed()
