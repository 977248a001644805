"""``cmdb impact``: ways to ask, and the shape of the answer."""

from pathlib import Path

import pytest

from tests.app.command_line import CommandLine, Reading, labels

ESTATE = """class,name,serial,relationship.POWERED_BY,relationship.RUNS_ON,relationship.DEPENDS_ON
PDU,a,P-1,,,
PDU,b,P-2,,,
Host,two feeds,S-1,PDU:a;PDU:b,,
Host,one feed,S-2,PDU:a,,
Application,shop,,,Host:two feeds,
Application,archive,,,Host:one feed,
"""


@pytest.fixture(autouse=True)
def _an_estate(cmdb: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "estate.csv"
    path.write_text(ESTATE, encoding="utf-8")
    assert cmdb("import", str(path)).code == 0


def states(answer: Reading) -> dict[str, str]:
    rows = answer.rows("affected")
    return dict(zip(labels(rows), (row.text("state") for row in rows), strict=True))


def test_the_answer_has_these_keys(cmdb: CommandLine) -> None:
    answer = cmdb("impact", "PDU:a", "--json").json()
    assert answer.keys() == [
        "complete", "incomplete", "seq", "rules", "subject", "seeds", "counts", "affected", "omitted", "spared",
        "spared_omitted", "services", "offerings", "customers", "agreements", "processes", "teams", "suppliers", "gaps",
    ]  # fmt: skip
    assert answer.at("affected", 0).keys() == [
        "id", "class", "name", "state", "distance", "reason", "chain", "basis", "criticality", "proof",
    ]  # fmt: skip
    assert answer.at("counts", "Host").value == {"down": 1, "degraded": 0, "at_risk": 1}


def test_redundancy_counts(cmdb: CommandLine) -> None:
    assert states(cmdb("impact", "PDU:a", "--json").json()) == {
        "PDU:a": "down",
        "Host:one feed": "down",
        "Application:archive": "down",
        "Host:two feeds": "at_risk",
        "Application:shop": "at_risk",
    }


def test_several_fail_together(cmdb: CommandLine) -> None:
    assert set(states(cmdb("impact", "PDU:a", "PDU:b", "--json").json()).values()) == {"down"}


def test_each_reference_may_have_its_own_state(cmdb: CommandLine) -> None:
    assert states(cmdb("impact", "Host:one feed=degraded", "--json").json())["Application:archive"] == "degraded"
    assert states(cmdb("impact", "Host:one feed", "--state", "at_risk", "--json").json()) == {
        "Host:one feed": "at_risk",
        "Application:archive": "at_risk",
    }


def test_the_chain_leads_from_the_seed_to_the_one_affected(cmdb: CommandLine) -> None:
    rows = cmdb("impact", "PDU:a", "--json").json().rows("affected")
    (archive,) = [row for row in rows if row.text("name") == "archive"]
    assert [(step.text("dependent"), step.text("type")) for step in archive.rows("chain")] == [
        ("Host:one feed", "POWERED_BY"),
        ("Application:archive", "RUNS_ON"),
    ]


def test_a_limit_cuts_the_list_and_says_so_but_not_the_counts(cmdb: CommandLine) -> None:
    answer = cmdb("impact", "PDU:a", "--limit", "2", "--json").json()
    assert (len(answer.rows("affected")), answer.number("omitted")) == (2, 3)
    assert answer.at("counts", "Application").value == {"down": 1, "degraded": 0, "at_risk": 1}
    text = cmdb("impact", "PDU:a", "--limit", "1").out
    assert "Goes down: 3 CIs" in text
    assert "and 2 more" in text


def test_the_text_tells_what_falls_what_holds_and_why(cmdb: CommandLine) -> None:
    text = cmdb("impact", "PDU:a").out
    assert text.startswith("Impact of PDU:a down")
    assert "power: 0 of 1 left, needs 1; PDU:a down" in text
    assert "power: 1 of 2 left, needs 1; PDU:a down" in text
    assert "List them with --at-risk" in text
    assert "The answer is complete. As of seq 2" in text


def test_what_is_only_at_risk_is_listed_on_demand(cmdb: CommandLine) -> None:
    assert "Application:shop" not in cmdb("impact", "PDU:a").out
    assert "Application:shop" in cmdb("impact", "PDU:a", "--at-risk").out


def test_the_past_is_asked_by_number_or_instant(cmdb: CommandLine, tmp_path: Path) -> None:
    before = cmdb("store", "info", "--json").json().number("seq")
    (tmp_path / "more.csv").write_text("class,name,relationship.RUNS_ON\nApplication,late,Host:one feed\n")
    cmdb("import", "more.csv", "--source", "later")
    assert "Application:late" in states(cmdb("impact", "PDU:a", "--json").json())
    past = cmdb("impact", "PDU:a", "--as-of", str(before), "--json").json()
    assert "Application:late" not in states(past)
    assert past.number("seq") == before
    assert cmdb("impact", "PDU:a", "--as-of", "2020-01-01").code == 1


@pytest.mark.parametrize("when", ["yesterday", "-1", "2026-13-01"])
def test_a_moment_that_is_none_is_wrong_usage(cmdb: CommandLine, when: str) -> None:
    assert cmdb("impact", "PDU:a", f"--as-of={when}").code == 2


def test_a_moment_that_has_not_come_is_refused(cmdb: CommandLine) -> None:
    outcome = cmdb("impact", "PDU:a", "--as-of", "999")
    assert (outcome.code, "[SEQ_UNAVAILABLE]" in outcome.err) == (1, True)


def test_a_record_stands_for_what_it_affects(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "changes.json").write_text(
        '[{"class": "Incident", "name": "INC-7", "attributes": {"started_at": "2026-11-25T08:00:00Z"}},'
        ' {"type": "AFFECTS", "from": "Incident:INC-7", "to": "Host:one feed", "attributes": {"state": "degraded"}}]'
    )
    assert cmdb("import", "changes.json").code == 0
    answer = cmdb("impact", "Incident:INC-7", "--json").json()
    assert answer.text("subject", "name") == "INC-7"
    assert states(answer)["Application:archive"] == "degraded"
    assert "From Wednesday 2026-11-25 08:00 UTC." in cmdb("impact", "Incident:INC-7").out
    together = cmdb("impact", "Incident:INC-7", "PDU:b", "--json").json()
    assert sorted(labels(together.rows("seeds"))) == ["Host:one feed", "PDU:b"]


def test_an_unknown_name_an_unknown_class_and_no_name_at_all(cmdb: CommandLine) -> None:
    assert (cmdb("impact", "Host:nobody").code, cmdb("impact", "Toaster:x").code) == (1, 1)
    assert "[NOT_FOUND]" in cmdb("impact", "Host:nobody").err
    assert "[UNKNOWN_CLASS]" in cmdb("impact", "Toaster:x").err
    wrong = cmdb("impact", "nobody")
    assert (wrong.code, "[INVALID_REFERENCE]" in wrong.err) == (2, True)


def test_an_unknown_state_is_wrong_usage(cmdb: CommandLine) -> None:
    assert cmdb("impact", "PDU:a", "--state", "broken").code == 2


def test_an_ambiguous_name_lists_the_candidates(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "twin.csv").write_text("class,name,serial\nPDU,a,P-99\n")
    cmdb("import", "twin.csv", "--source", "elsewhere")
    outcome = cmdb("impact", "PDU:a")
    assert outcome.code == 1
    assert "elsewhere/default#PDU:a" in outcome.err
    assert "files/default#PDU:a" in outcome.err
    assert "[AMBIGUOUS_NAME]" in outcome.err
    assert cmdb("impact", "elsewhere/default#PDU:a").code == 0
