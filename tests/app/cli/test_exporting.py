"""``cmdb export``: the graph as lines, into a file or a pipe, and back."""

from pathlib import Path

import orjson
import pytest

from tests.app.command_line import CommandLine, Outcome

HOSTS = "class,name,serial,relationship.POWERED_BY\nPDU,a,P-1,\nHost,db-1,S-1,PDU:a\nHost,db-2,S-2,PDU:a\n"


@pytest.fixture
def filled(cmdb: CommandLine, tmp_path: Path) -> CommandLine:
    path = tmp_path / "hosts.csv"
    path.write_text(HOSTS, encoding="utf-8")
    assert cmdb("import", str(path)).code == 0
    return cmdb


def words(outcome: Outcome) -> list[str]:
    """Class or type of each line after the first."""
    assert outcome.code == 0, outcome.err
    rows = [orjson.loads(line) for line in outcome.out.splitlines()]
    return sorted(row.get("class") or row["type"] for row in rows[1:])


def test_rows_go_to_standard_output_and_come_back_in(filled: CommandLine, tmp_path: Path) -> None:
    outcome = filled("export")
    assert words(outcome) == ["Host", "Host", "PDU", "POWERED_BY", "POWERED_BY"]
    path = tmp_path / "export.ndjson"
    path.write_text(outcome.out, encoding="utf-8")
    assert filled("import", str(path), "--json").json().number("counts", "changes") == 0
    other = filled.at(f"sqlite:///{tmp_path / 'other.db'}")
    assert other("import", str(path), "--json").json().number("counts", "created") == 3
    assert words(other("export", "--class", "Host")) == ["Host", "Host"]


def test_a_file_takes_its_name_when_it_is_whole(filled: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "graph.ndjson"
    outcome = filled("export", "--output", str(path))
    assert (outcome.code, outcome.out) == (0, "")
    assert path.read_text(encoding="utf-8") == filled("export").out
    refused = filled("export", "--output", str(tmp_path / "nowhere" / "graph.ndjson"))
    assert (refused.code, "cannot be written" in refused.err) == (1, True)
    assert [found.name for found in tmp_path.glob("*.ndjson*")] == ["graph.ndjson"]


def test_the_canonical_form_is_the_same_in_another_store(filled: CommandLine, tmp_path: Path) -> None:
    other = filled.at(f"sqlite:///{tmp_path / 'other.db'}")
    lines = HOSTS.splitlines(keepends=True)
    for number, line in enumerate(reversed(lines[1:])):
        path = tmp_path / f"{number}.csv"
        path.write_text(lines[0] + line, encoding="utf-8")
        other("import", str(path))
    assert other("export", "--canonical").out == filled("export", "--canonical").out


def test_the_past_and_the_retired_are_exported_when_asked_for(filled: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "hosts.csv"
    path.write_text(HOSTS.replace("Host,db-2,S-2,PDU:a\n", ""), encoding="utf-8")
    assert filled("import", "--sweep", str(path)).code == 0
    assert words(filled("export")) == ["Host", "PDU", "POWERED_BY"]
    assert words(filled("export", "--as-of", "2")) == ["Host", "Host", "PDU", "POWERED_BY", "POWERED_BY"]
    retired = filled("export", "--canonical", "--retired").out
    assert '"lifecycle":"retired"' in retired


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--retired",), 1, "canonical"),
        (("--class", "Spaceship"), 1, "UNKNOWN_CLASS"),
        (("--as-of", "99"), 1, "SEQ_UNAVAILABLE"),
        (("--as-of", "soon"), 2, "neither"),
    ],
    ids=["retired rows", "an unknown class", "a point that is not there", "no point at all"],
)
def test_what_cannot_be_exported_is_refused(filled: CommandLine, words: tuple[str, ...], code: int, said: str) -> None:
    outcome = filled("export", *words)
    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.err
