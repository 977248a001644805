"""What a dry run of an import would do to services, over the API."""

import pytest

from cmdb.model.values import JSONValue
from tests.api.client import Caller, Plain, at, rows, texts

IMPORT = """
mutation ($input: ImportRowsInput!, $listed: Int!) {
  importRows(input: $input) {
    report {
      effects(listed: $listed) {
        baseSeq isComplete
        totals { gainedCount lostCount weakenedCount brokenCount grownCount shrunkCount }
        spofGained { ...Point } spofLost { ...Point }
        groupsWeakened { ...Group } groupsBroken { ...Group }
        radiiGrown { ...Radius } radiiShrunk { ...Radius }
        omitted { kind count message }
      }
    }
    errors { __typename }
  }
}
fragment Point on SinglePointOfFailure {
  service { id class name isRetired } criticality ci { class name } reason chain { dependent type provider basis }
}
fragment Group on GroupChange {
  owner { class name } group losesRedundancy lost retired
  before { memberCount minUp neededCount isBroken } after { memberCount minUp neededCount isBroken }
}
fragment Radius on RadiusChange {
  ci { class name } before { itemCount serviceCount } after { itemCount serviceCount } isAtLeast
}
"""
UPLINKS = ("core-1", "core-2")


def edge(from_: str, type_: str, to: str) -> JSONValue:
    return {"type": type_, "from": from_, "to": to}


def estate(*uplinks: str) -> list[JSONValue]:
    return [
        *({"class": "Switch", "name": name} for name in UPLINKS),
        {"class": "Host", "name": "web-77"},
        {"class": "BusinessService", "name": "Till", "attributes": {"code": "S-77", "criticality": "high"}},
        edge("BusinessService:Till", "DEPENDS_ON", "Host:web-77"),
        *(edge("Host:web-77", "UPLINKED_TO", f"Switch:{name}") for name in uplinks),
    ]


def imported(caller: Caller, lines: list[JSONValue], listed: int = 100, **more: JSONValue) -> Plain:
    given: dict[str, JSONValue] = {"source": "tills", "rows": lines, **more}
    return at(caller.ask(IMPORT, input=given, listed=listed), "importRows", "report", "effects")


def test_a_dry_run_names_the_single_points_of_failure_that_services_gain(caller: Caller) -> None:
    imported(caller, estate(*UPLINKS))
    effects = imported(caller, estate("core-1"), sweep=True, dryRun=True)
    (point,) = rows(effects, "spofGained")
    assert (at(point, "service", "name"), at(point, "ci", "name"), at(point, "criticality")) == (
        "Till",
        "core-1",
        "high",
    )
    assert at(point, "reason") == "Host:web-77 uplinks: 1 of 2 left, needs 1"
    assert texts(point, "chain", field="provider") == ["Switch:core-1", "Host:web-77"]
    (group,) = rows(effects, "groupsWeakened")
    assert (at(group, "losesRedundancy"), at(group, "lost")) == (True, ["Switch:core-2"])
    assert at(group, "after") == {"memberCount": 1, "minUp": "1", "neededCount": 1, "isBroken": False}
    (radius,) = rows(effects, "radiiGrown")
    assert (at(radius, "before"), at(radius, "after"), at(radius, "isAtLeast")) == (
        {"itemCount": 0, "serviceCount": 0},
        {"itemCount": 2, "serviceCount": 1},
        False,
    )
    assert at(effects, "totals") == {
        "gainedCount": 1, "lostCount": 0, "weakenedCount": 1, "brokenCount": 0, "grownCount": 1, "shrunkCount": 0,
    }  # fmt: skip
    assert (at(effects, "isComplete"), at(effects, "omitted")) == (True, [])


def test_an_import_that_is_done_has_no_effects_to_foresee(caller: Caller) -> None:
    assert imported(caller, estate(*UPLINKS)) is None


def test_what_is_not_listed_is_counted(caller: Caller) -> None:
    imported(caller, estate(*UPLINKS))
    effects = imported(caller, estate("core-1"), 0, sweep=True, dryRun=True)
    assert (at(effects, "spofGained"), at(effects, "totals", "gainedCount")) == ([], 1)
    assert texts(effects, "omitted", field="kind") == ["UNLISTED"]


@pytest.mark.parametrize("listed", [-1, 1_001])
def test_a_list_beyond_what_an_answer_holds_is_refused(light: Caller, listed: int) -> None:
    given: dict[str, JSONValue] = {"source": "tills", "rows": estate(*UPLINKS), "dryRun": True}
    refused = light.error(IMPORT, input=given, listed=listed)
    assert at(refused, "extensions", "code") == "BAD_USER_INPUT"
