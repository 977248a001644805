"""``cmdb import``: files become CIs, and whatever is wrong is told with its place."""

import io
from pathlib import Path

import pytest

from tests.app.command_line import CommandLine

HOSTS = "class,name,serial,cpu_count,relationship.POWERED_BY\n"
POWER = "class,name,serial\nPDU,a,P-1\nPDU,b,P-2\n"


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.csv"
    path.write_text(f"{HOSTS}Host,db-1,S-1,16,PDU:a;PDU:b\nHost,db-2,S-2,16,PDU:a\n", encoding="utf-8")
    return path


@pytest.fixture
def power(tmp_path: Path) -> Path:
    path = tmp_path / "power.csv"
    path.write_text(POWER, encoding="utf-8")
    return path


def head(cmdb: CommandLine) -> int:
    return cmdb("store", "info", "--json").json().number("seq")


def test_files_may_refer_to_one_another_in_any_order(cmdb: CommandLine, hosts: Path, power: Path) -> None:
    report = cmdb("import", str(hosts), str(power), "--json").json()
    assert report.at("counts").value == {
        "read": 7,
        "created": 4,
        "updated": 0,
        "unchanged": 0,
        "related": 3,
        "unrelated": 0,
        "relationships_unchanged": 0,
        "dangling": 0,
        "failed": 0,
        "retired": 0,
        "restored": 0,
        "suspected": 0,
        "changes": 7,
    }
    assert report.at("relationships").value == {"POWERED_BY": {"relationships": 3, "mentions": 3}}


def test_the_report_has_these_keys(cmdb: CommandLine, power: Path) -> None:
    report = cmdb("import", str(power), "--json").json()
    assert report.keys() == [
        "run_id", "state", "dry_run", "replayed", "complete", "base_seq", "seq", "digest", "counts", "objects",
        "classes", "relationships", "problems", "dangling", "changes", "omitted", "sweep", "held_because", "plan_id",
    ]  # fmt: skip


def test_the_text_report_counts_and_names(cmdb: CommandLine, hosts: Path, power: Path) -> None:
    report = cmdb("import", str(hosts), str(power)).out
    assert report.startswith("Imported: 7 changes, now at seq 2")
    assert "2 Host, 2 PDU" in report
    assert "3 POWERED_BY" in report


def test_all_files_of_a_call_are_one_run(cmdb: CommandLine, hosts: Path, power: Path) -> None:
    cmdb("import", str(hosts), str(power))
    (run,) = cmdb("runs", "--json").json().rows()
    assert (run.text("source"), run.text("actor"), run.text("state")) == ("files", "tester", "succeeded")


def test_a_dry_run_says_what_is_pending_and_writes_nothing(cmdb: CommandLine, power: Path) -> None:
    planned = cmdb("import", "--dry-run", str(power), "--json")
    assert planned.code == 3
    assert [row.text("action") for row in planned.json().rows("changes")] == ["create", "create"]
    assert cmdb("import", "--dry-run", str(power)).out.startswith("Dry run against seq 0: 2 changes pending")
    cmdb.found()
    assert cmdb("import", "--dry-run", str(power)).out.startswith("Dry run against seq 0: 2 changes pending")
    assert head(cmdb) == 0


def test_a_dry_run_founds_no_store(cmdb: CommandLine, power: Path, tmp_path: Path) -> None:
    assert cmdb("import", "--dry-run", str(power)).code == 3
    assert not [*tmp_path.glob("store.db*")]


def test_a_dry_run_without_changes_ends_with_zero(cmdb: CommandLine, power: Path) -> None:
    cmdb("import", str(power))
    assert cmdb("import", "--dry-run", str(power)).code == 0


def test_a_dry_run_shows_old_and_new_values(cmdb: CommandLine, power: Path) -> None:
    cmdb("import", str(power))
    power.write_text(POWER.replace("name,serial", "name,serial,model").replace("P-1", "P-1,X9").replace("P-2", "P-2,"))
    (change,) = cmdb("import", "--dry-run", str(power), "--json").json().rows("changes")
    assert change.at("fields", "model").value == {"old": None, "new": "X9"}
    assert "model: None → 'X9'" in cmdb("import", "--dry-run", str(power)).out


def test_a_partly_bad_file_imports_the_rest_and_lists_each_bad_row(cmdb: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    rows = ["Host,good,S-1,16,", "Toaster,odd,S-2,16,", "Host,wrong,S-3,many,", "Host,good,S-4,8,"]
    path.write_text(HOSTS + "\n".join(rows) + "\n", encoding="utf-8")
    outcome = cmdb("import", str(path), "--json")
    assert outcome.code == 1
    report = outcome.json()
    assert report.at("classes").value == {"Host": 1} or report.number("counts", "created") == 1
    found = {(row.text("code"), row.number("line")) for row in report.rows("problems")}
    assert found == {("UNKNOWN_CLASS", 3), ("WRONG_TYPE", 4), ("DUPLICATE_KEY", 5)}
    assert report.at("complete").value is False
    told = cmdb("import", str(path)).out
    assert "mixed.csv:4" in told
    assert "[WRONG_TYPE]" in told


def test_a_relationship_to_nowhere_is_kept_listed_and_resolved_later(
    cmdb: CommandLine, hosts: Path, power: Path
) -> None:
    first = cmdb("import", str(hosts), "--json")
    assert first.code == 0
    assert [row.text("missing") for row in first.json().rows("dangling")] == ["PDU:a", "PDU:b", "PDU:a"]
    assert "Leads nowhere yet" in cmdb("import", str(hosts)).out
    assert cmdb("import", str(power), "--json").json().number("counts", "related") == 3


def test_a_missing_file_is_one_clear_error(cmdb: CommandLine, power: Path) -> None:
    outcome = cmdb("import", str(power), "nowhere.csv")
    assert outcome.code == 1
    assert "nowhere.csv" in outcome.err
    assert "[FILE_MISSING]" in outcome.err
    assert outcome.out == ""
    assert head(cmdb) == 0, "nothing of the other file was written"


def test_a_malformed_file_is_one_clear_error_and_nothing_is_half_written(
    cmdb: CommandLine, power: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"items": [\n{"class": "Host",, }\n]}', encoding="utf-8")
    outcome = cmdb("import", str(power), str(broken))
    assert outcome.code == 1
    assert "broken.json:2" in outcome.err
    assert "[FILE_MALFORMED]" in outcome.err
    assert head(cmdb) == 0


def test_an_unknown_format_lists_the_known_ones(cmdb: CommandLine, tmp_path: Path, power: Path) -> None:
    strange = tmp_path / "strange.bin"
    strange.write_bytes(b"\x7fELF")
    unrecognised = cmdb("import", str(strange))
    assert (unrecognised.code, "[FORMAT_UNKNOWN]" in unrecognised.err) == (1, True)
    named = cmdb("import", str(power), "--format", "excel")
    assert named.code == 1
    known = named.err.partition("Known formats: ")[2].partition(".")[0].split(", ")
    assert known == sorted(known)
    assert {"csv", "json", "kubernetes", "ndjson"} <= set(known)


def test_source_and_scope_name_who_speaks(cmdb: CommandLine, power: Path) -> None:
    cmdb("import", str(power), "--source", "dcim/ams1", "--scope", "power")
    assert "dcim/ams1/power#PDU:a" in cmdb("show", "dcim/ams1/power#PDU:a").out


def test_a_mapping_file_reads_foreign_columns(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text("Asset,Serial No\nrack-pdu-7,P-7\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "mapping: 1\nclass: PDU\nname: Asset\nattributes: {serial: Serial No}\n", encoding="utf-8"
    )
    outcome = cmdb("import", "export.csv", "--format", "csv", "--mapping", "mapping.yaml")
    assert outcome.code == 0, outcome.err
    assert cmdb("show", "PDU:rack-pdu-7", "--json").json().text("attributes", "serial") == "P-7"


def test_standard_input_is_a_file(cmdb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(POWER.encode())))
    assert cmdb("import", "-", "--json").json().number("counts", "created") == 2


def test_a_users_catalogue_adds_classes(cmdb: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "catalogue: 1\nclasses:\n  Turbine: {extends: Equipment, description: A wind turbine.}\n", encoding="utf-8"
    )
    (tmp_path / "turbines.csv").write_text("class,name,serial\nTurbine,t-1,T-1\n", encoding="utf-8")
    assert cmdb("import", "turbines.csv").code == 1
    assert cmdb("import", "turbines.csv", "--catalogue", "own.yaml").code == 0
