"""No secret that stands anywhere in a file is found in a store, in what a command says, in the API or in an export."""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, product
from pathlib import Path
from typing import ClassVar

import pytest

from cmdb.model.observations import CIRecord, Observation, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.registry import GROUP
from tests.app.command_line import CommandLine
from tests.app.secrets import searching
from tests.app.secrets.planting import CALLS, Field, found_in, sow
from tests.app.secrets.searching import Opener
from tests.neo4j_server import Endpoint

NAMED = {"ConfigMap", "Secret", "Deployment", "Compose", "Terraform", "Plan", "AWS", "Ansible", "NetBox", "iTop",
         "ServiceNow", "Traces", "SBOM", "Backstage", "Nmap", "LLDP", "Rows"}  # fmt: skip


@pytest.fixture
def field(tmp_path: Path) -> Field:
    return sow(tmp_path / "planted")


WAYS = (("--dry-run", "--json"), (), ("--json", "--sweep"))
"""How every file is imported, one after the other."""


def imported(cmdb: CommandLine, field: Field, ways: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, bytes]]:
    """What is said while every file is imported in these ways."""
    for call, words in product(CALLS, ways):
        outcome = cmdb("import", "--format", call.split()[0], *words, *field.paths(call))
        assert outcome.code in {0, 1, 3}, outcome.err
        yield f"import {call}", f"{outcome.out}\n{outcome.err}".encode()


def broken_off(cmdb: CommandLine, field: Field, call: str) -> Iterator[tuple[str, bytes]]:
    """What is said when the first file ends behind a secret, in the middle of whatever it is."""
    first, *others = field.paths(call)
    content = Path(first).read_bytes()
    ends = [at for secret in field.secrets.values() if (at := content.find(secret.encode())) >= 0]
    for end in ends[:: max(1, len(ends) // 3)]:
        cut = Path(first).with_name(f"cut-{Path(first).name}")
        cut.write_bytes(content[: end + 11])
        outcome = cmdb("import", "--format", call.split(maxsplit=1)[0], "--source", "cut/source", str(cut), *others)
        assert outcome.code in {0, 1}, outcome.err
        yield f"import of a file of {call} that breaks off", f"{outcome.out}\n{outcome.err}".encode()


def leaks(told: Iterable[tuple[str, bytes]], field: Field) -> set[tuple[str, str]]:
    """Where which secrets were found."""
    return {(where, place) for where, content in told for place in found_in(content, field)}


def everywhere(cmdb: CommandLine, opener: Opener) -> Iterator[tuple[str, bytes]]:
    yield from searching.command_line(cmdb, opener)
    yield from searching.exports(opener)
    yield from searching.api(opener)


def test_every_format_has_secrets_planted(field: Field) -> None:
    planted = [path.read_bytes() for path in field.folder.rglob("*") if path.is_file()]
    assert {place for content in planted for place in found_in(content, field)} == field.secrets.keys()
    assert {place.partition(":")[0] for place in field.secrets} == NAMED
    assert len(field.secrets) > 100


def test_no_secret_is_found_on_sqlite(
    cmdb: CommandLine, field: Field, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.db"
    cmdb.found()
    with caplog.at_level(logging.DEBUG), searching.log_kept(path):
        assert leaks(imported(cmdb, field, WAYS), field) == set()
        assert leaks(chain.from_iterable(broken_off(cmdb, field, call) for call in CALLS), field) == set()
        files = list(searching.sqlite_files(path))
        assert leaks(files, field) == set()
        assert [where for where, _ in files] == ["file itself", "file -shm", "file -wal"]
        assert leaks(everywhere(cmdb, searching.of_sqlite(path)), field) == set()
    assert leaks([("log", caplog.text.encode())], field) == set()
    with searching.of_sqlite(path)() as store:
        assert len({item.cls for chunk in store.graph().items for item in chunk}) > 20


@pytest.fixture
def endpoint(request: pytest.FixtureRequest, neo4j_endpoint: Callable[[str], Endpoint]) -> Endpoint:
    """The server that ``cmdb_on_neo4j`` works on."""
    return neo4j_endpoint(str(request.node.callspec.params["cmdb_on_neo4j"]))


def test_no_secret_is_found_on_neo4j(cmdb_on_neo4j: CommandLine, field: Field, endpoint: Endpoint) -> None:
    assert leaks(imported(cmdb_on_neo4j, field, WAYS[-1:]), field) == set()
    with endpoint.driver() as driver:
        kept = list(searching.neo4j_contents(driver))
    assert len(kept) > 200
    assert leaks(kept, field) == set()
    opener = searching.of_neo4j(endpoint)
    assert leaks([*searching.exports(opener), *searching.api(opener)], field) == set()


class Leaking(Importer):
    """Keeps whole lines beside the attributes, as an importer must not."""

    name: ClassVar[str] = "leaking"

    def sniff(self, head: bytes, filename: str) -> float:
        return 0.0

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        with document.open() as stream:
            for number, line in enumerate(stream, 1):
                where = Where(document.name, number)
                told = {"line": line.decode()}
                yield CIRecord(Scope("leaking"), str(number), "Host", f"h{number}", where=where, unmapped=told)


@pytest.fixture
def _sabotage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "site" / "leaking-1.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: leaking\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\nleaking = {__name__}:Leaking\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))


@pytest.mark.usefixtures("_sabotage")
def test_a_leak_is_found_wherever_it_goes(cmdb: CommandLine, field: Field, tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    planted = str(field.folder / "planted.env")
    cmdb.found()
    with searching.log_kept(path):
        assert cmdb("import", "--format", "leaking", planted).code == 0
        found = leaks([*searching.sqlite_files(path), *everywhere(cmdb, searching.of_sqlite(path))], field)
    assert {place for _, place in found} == {"Compose: env file", "Compose: secret in an env file"}
    assert {where for where, _ in found} >= {"file -wal", "cmdb show", "API"}
    assert b'"name":"h1"' in dict(searching.command_line(cmdb, searching.of_sqlite(path)))["cmdb export"]


@pytest.mark.usefixtures("_sabotage")
def test_a_leak_into_neo4j_is_found(cmdb_on_neo4j: CommandLine, field: Field, endpoint: Endpoint) -> None:
    assert cmdb_on_neo4j("import", "--format", "leaking", str(field.folder / "planted.env")).code == 0
    opener = searching.of_neo4j(endpoint)
    with endpoint.driver() as driver:
        kept = leaks(searching.neo4j_contents(driver), field)
    assert {place for _, place in kept} == {"Compose: env file", "Compose: secret in an env file"}
    assert {where for where, _ in leaks(searching.api(opener), field)} == {"API"}
