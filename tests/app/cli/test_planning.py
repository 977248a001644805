"""``cmdb plan`` and the import policy on the command line."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine

COLUMNS = "class,name,serial"
HOSTS = [f"Host,h{number:02},S{number:02}" for number in range(30)]
SWAPPED = ["Host,h00,S01", "Host,h01,S00", *HOSTS[2:]]
RENUMBERED = [f"Host,h{number:02},T{number:02}" for number in range(30)]


def written(folder: Path, name: str, lines: list[str]) -> str:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return str(path)


@pytest.fixture
def swapped(cmdb: CommandLine, tmp_path: Path) -> str:
    """A file that swaps two serials of a store that is filled."""
    return prepared(cmdb, tmp_path)


def prepared(cmdb: CommandLine, folder: Path) -> str:
    assert cmdb("import", written(folder, "hosts.csv", [COLUMNS, *HOSTS])).code == 0
    return written(folder, "swapped.csv", [COLUMNS, *SWAPPED])


def head(cmdb: CommandLine) -> int:
    return cmdb("store", "info", "--json").json().number("seq")


def held(cmdb: CommandLine, file: str) -> str:
    """The id of the plan of an import that is held."""
    outcome = cmdb("import", file, "--json")
    assert outcome.code == 1
    return outcome.json().text("plan_id")


def test_a_held_import_ends_with_1_and_says_why_and_how_to_decide_it(cmdb: CommandLine, swapped: str) -> None:
    before = head(cmdb)
    report = cmdb("import", swapped, "--json")
    assert (report.code, head(cmdb)) == (1, before)
    (reason,) = report.json().rows("held_because")
    assert str(reason.value).startswith("2 of the 30 CIs of files/default would take the identity of another one, none")
    text = cmdb("import", swapped)
    assert text.code == 1
    assert text.out.startswith("Held: 2 changes against seq 1 wait for a decision; nothing was written.")
    for word in ("show", "apply", "discard"):
        assert f"cmdb plan {word} " in text.out
    assert cmdb("import", "--dry-run", swapped).code == 1


def story_of_a_plan(cmdb: CommandLine, swapped: str) -> None:
    plan_id = held(cmdb, swapped)
    listed = cmdb("plan", "list", "--json").json()
    assert (listed.number("total"), listed.text("plans", 0, "id")) == (1, plan_id)
    shown = cmdb("plan", "show", plan_id, "--json").json()
    assert (shown.text("state"), shown.number("change_count"), shown.number("left")) == ("held", 2, 0)
    assert shown.at("effects", "complete").value is True
    measured = {row.text("measure"): row.at("exceeded").value for row in shown.rows("measures")}
    assert measured == {"identities_changed": False, "identities_moved": True}
    text = cmdb("plan", "show", plan_id).out
    assert "files/default  identities changed  2 of 30  10 or 10 % may pass" in text
    assert "files/default  identities moved    2 of 30  0 may pass" in text
    assert shown.at("changes", 1, "fields").value == {"serial": {"old": "S01", "new": "S00"}}
    refused = cmdb("runs", "revert", shown.text("run_id"))
    assert (refused.code, "[REVERT_REFUSED]" in refused.err) == (1, True)
    applied = cmdb("plan", "apply", plan_id, "--json")
    assert (applied.code, applied.json().text("run_id")) == (0, shown.text("run_id"))
    again = cmdb("plan", "apply", plan_id)
    assert (again.code, "[PLAN_DECIDED]" in again.err) == (1, True)
    assert "S01" in cmdb("show", "Host:h00").out
    assert cmdb("runs", "revert", shown.text("run_id")).code == 0
    assert "S00" in cmdb("show", "Host:h00").out


def test_a_held_import_is_looked_at_applied_and_reverted(cmdb: CommandLine, swapped: str) -> None:
    story_of_a_plan(cmdb, swapped)


def test_the_same_on_neo4j(cmdb_on_neo4j: CommandLine, tmp_path: Path) -> None:
    story_of_a_plan(cmdb_on_neo4j, prepared(cmdb_on_neo4j, tmp_path))


def test_a_plan_that_was_asked_for_is_shown_and_waits(cmdb: CommandLine, swapped: str, tmp_path: Path) -> None:
    more = written(tmp_path, "more.csv", [COLUMNS, "Host,new,S99", "Spaceship,x,"])
    made = cmdb("import", "--plan", more, "--json")
    assert made.code == 1  # a row failed
    assert (made.json().text("plan", "state"), made.json().at("report", "counts", "created").value) == ("open", 1)
    plan_id = made.json().text("plan", "id")
    text = cmdb("plan", "show", plan_id).out
    assert text.startswith(f"Plan {plan_id}: 1 change against seq 1, open; nothing was written.")
    assert f"cmdb plan apply {plan_id}" in text
    assert cmdb("import", "--plan", swapped).code == 0
    assert "Beyond the policy" in cmdb("import", "--plan", swapped).out
    assert head(cmdb) == 1
    done = cmdb("plan", "apply", plan_id)
    assert (done.code, head(cmdb)) == (1, 2)  # the row fails again


def test_a_plan_is_refused_when_the_graph_has_moved_until_it_is_confirmed(cmdb: CommandLine, tmp_path: Path) -> None:
    file = written(tmp_path, "hosts.csv", [COLUMNS, *HOSTS])
    plan = cmdb("import", "--plan", "--source", "lab", file, "--json").json()
    assert cmdb("import", "--source", "other", written(tmp_path, "pdu.csv", [COLUMNS, "PDU,p,P1"])).code == 0
    refused = cmdb("plan", "apply", plan.text("plan", "id"))
    assert (refused.code, "[PLAN_STALE]" in refused.err) == (1, True)
    assert "the graph is at seq 1 (seq 1 by tester in run" in refused.err
    assert "stale" in cmdb("plan", "list", "--state", "stale").out
    digest = plan.text("plan", "digest")
    assert cmdb("plan", "apply", plan.text("plan", "id"), "--confirm", "0" * 12).code == 1
    assert cmdb("plan", "apply", plan.text("plan", "id"), "--confirm", digest[:12]).code == 0


def test_a_discarded_plan_is_listed_no_more(cmdb: CommandLine, swapped: str) -> None:
    plan_id = held(cmdb, swapped)
    gone = cmdb("plan", "discard", plan_id)
    assert (gone.code, gone.out) == (0, f"Discarded plan {plan_id}: 2 changes of files not made.\n")
    assert cmdb("plan", "list").out == "No plan is in such a state.\n"
    assert plan_id in cmdb("plan", "list", "--state", "discarded").out
    assert cmdb("plan", "discard", plan_id).code == 1
    assert cmdb("plan", "show", plan_id).out.startswith(
        f"Plan {plan_id}: 2 changes against seq 1, discarded by tester."
    )
    assert "held as plan" in cmdb("runs").out


def test_the_changes_of_a_plan_are_shown_page_by_page(cmdb: CommandLine, tmp_path: Path) -> None:
    many = [f"Host,h{number:04},S{number:04}" for number in range(1200)]
    plan = cmdb("import", "--plan", written(tmp_path, "many.csv", [COLUMNS, *many]), "--json").json()
    assert (plan.number("plan", "change_count"), plan.number("plan", "left")) == (1200, 1150)
    plan_id = plan.text("plan", "id")
    page = cmdb("plan", "show", plan_id, "--from", "498", "--changes", "4", "--json").json()
    assert [row.text("subject") for row in page.rows("changes")] == [f"Host:h{n:04}" for n in range(498, 502)]
    text = cmdb("plan", "show", plan_id, "--from", "1195").out
    assert "Changes from number 1,195 on, of 1,200" in text
    assert "more; --from" not in text
    assert "and 1,150 more; --from 50 goes on" in cmdb("plan", "show", plan_id).out
    assert cmdb("plan", "show", plan_id, "--from", "5000", "--json").json().rows("changes") == []


def test_a_policy_file_decides_what_is_held(
    cmdb: CommandLine, swapped: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renumbered = written(tmp_path, "renumbered.csv", [COLUMNS, *RENUMBERED])
    assert "would have another identity, more than 10 and more than 10 %" in cmdb("import", "--dry-run", renumbered).out
    strict = written(tmp_path, "strict.yaml", ["policy: 1", "limits: {identities_changed: none, identities_moved: 1}"])
    assert cmdb("import", "--dry-run", "--policy", strict, renumbered).code == 3
    assert cmdb("import", "--dry-run", "--policy", strict, swapped).code == 1
    monkeypatch.setenv("CMDB_IMPORT_POLICY", strict)
    assert cmdb("import", "--dry-run", renumbered).code == 3
    monkeypatch.setenv("CMDB_IMPORT_POLICY", "none")
    assert cmdb("import", swapped).code == 0


def test_what_is_wrong_with_a_policy_file_is_told_all_at_once(cmdb: CommandLine, swapped: str, tmp_path: Path) -> None:
    wrong = written(tmp_path, "wrong.yaml", ["policy: 1", "limits:", "  cis_renamed: -1", "  nonsense: 1", "scopes: x"])
    told = cmdb("import", "--policy", wrong, swapped)
    assert told.code == 1
    assert "The policy has 3 fault(s)" in told.err
    assert "wrong.yaml:5 scopes: 'x' is no list" in told.err
    assert "[POLICY_INVALID]" in told.err
    empty = cmdb("import", "--policy", written(tmp_path, "empty.yaml", []), swapped)
    assert (empty.code, "does not begin with policy: 1" in empty.err) == (1, True)
    missing = cmdb("import", "--policy", str(tmp_path / "nowhere.yaml"), swapped)
    assert (missing.code, "[FILE_MISSING]" in missing.err) == (1, True)
    assert head(cmdb) == 1


def test_unknown_plans_and_wrong_words_are_told(cmdb: CommandLine, swapped: str) -> None:
    for verb in ("show", "apply", "discard"):
        unknown = cmdb("plan", verb, "nobody")
        assert (unknown.code, "[NOT_FOUND]" in unknown.err) == (1, True)
    assert cmdb("import", "--plan", "--dry-run", swapped).code == 2
