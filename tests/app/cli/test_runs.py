"""``cmdb runs``, and the sweep on the command line."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine

HOSTS = ["class,name,serial", *(f"Host,h{number},S{number}" for number in range(40))]


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    return written(tmp_path / "hosts.csv", HOSTS)


def written(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_runs_are_listed_newest_first_and_shown_one_by_one(cmdb: CommandLine, hosts: Path) -> None:
    cmdb("import", str(hosts))
    cmdb("import", str(hosts))
    second, first = cmdb("runs", "--json").json().rows()
    assert (first.at("counts", "created").value, second.at("counts", "created").value) == (40, 0)
    shown = cmdb("runs", "show", first.text("id"), "--json").json()
    assert (shown.text("state"), shown.at("scopes").value) == ("succeeded", ["files/default"])
    assert first.text("id") in cmdb("runs").out
    assert "created 40" in cmdb("runs", "show", first.text("id")).out
    unknown = cmdb("runs", "show", "nobody")
    assert (unknown.code, "[NOT_FOUND]" in unknown.err) == (1, True)


def test_a_sweep_that_goes_too_far_is_refused_confirmed_and_reverted(cmdb: CommandLine, tmp_path: Path) -> None:
    story_of_a_sweep(cmdb, tmp_path)


def test_the_same_on_neo4j(cmdb_on_neo4j: CommandLine, tmp_path: Path) -> None:
    story_of_a_sweep(cmdb_on_neo4j, tmp_path)


def story_of_a_sweep(cmdb: CommandLine, tmp_path: Path) -> None:
    hosts = written(tmp_path / "hosts.csv", HOSTS)
    cmdb("import", str(hosts))
    written(hosts, HOSTS[:30])
    before = cmdb("export", "--canonical").out
    assert "h39" in before
    refused = cmdb("import", "--sweep", str(hosts), "--json")
    assert refused.code == 1
    assert "11 of the 40 CIs" in refused.json().at("sweep").text("refusal")
    assert cmdb("show", "Host:h39").code == 0
    text = cmdb("import", "--sweep", str(hosts)).out
    digest = refused.json().at("sweep").text("digest")
    assert f"--confirm {digest}" in text
    done = cmdb("import", "--confirm", digest, str(hosts), "--json")
    assert (done.code, done.json().at("counts", "retired").value) == (0, 11)
    assert "retired" in cmdb("show", "Host:h39").out
    reverted = cmdb("runs", "revert", done.json().text("run_id"))
    assert reverted.code == 0
    assert reverted.out.startswith(f"Reverted run {done.json().text('run_id')}: 11 changes")
    assert "retired" not in cmdb("show", "Host:h39").out
    assert cmdb("export", "--canonical").out == before


def test_an_empty_file_sweeps_nothing(cmdb: CommandLine, hosts: Path) -> None:
    cmdb("import", str(hosts))
    written(hosts, HOSTS[:1])
    refused = cmdb("import", "--sweep", str(hosts))
    assert (refused.code, "nothing at all was read" in " ".join(refused.out.split())) == (1, True)


def test_a_run_that_cannot_be_reverted_says_why(cmdb: CommandLine, hosts: Path) -> None:
    first = cmdb("import", str(hosts), "--json").json().text("run_id")
    written(hosts, [HOSTS[0], "Host,h0,S0-new", *HOSTS[2:]])
    second = cmdb("import", str(hosts), "--json").json().text("run_id")
    refused = cmdb("runs", "revert", first)
    assert (refused.code, second in refused.err, "[REVERT_REFUSED]" in refused.err) == (1, True, True)


def test_a_file_that_cannot_be_read_leaves_a_failed_run_behind(cmdb: CommandLine, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"items": [')
    assert cmdb("import", str(bad)).code == 1
    (run,) = cmdb("runs", "--json").json().rows()
    assert (run.text("state"), "not JSON" in run.text("message")) == ("failed", True)
