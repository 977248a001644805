"""What a plan does to what exists."""

import json

import pytest

from cmdb.model.observations import Severity
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.terraform.readings import Reading, end, fixture, read

CHANGE = ReadOptions("terraform/shop", change="CHG-1")


def states(reading: Reading) -> dict[str, JSONValue]:
    return {end(edge.to_ref): edge.attributes["state"] for edge in reading.edges if edge.type == "AFFECTS"}


def plan(*actions: str, **fields: JSONValue) -> Document:
    change = {"actions": list(actions), "before": {"size": 1}, "after": {"size": 2}}
    entry = {"mode": "managed", "type": "null_resource", "name": "a", "change": change}
    body = {"format_version": "1.2", "terraform_version": "1.9.2", "resource_changes": [entry]}
    return Document("plan.json", json.dumps({**body, **fields}).encode())


ACTIONS = {
    "delete": (("delete",), "down"),
    "replace, the old one first": (("delete", "create"), "down"),
    "replace, the new one first": (("create", "delete"), "down"),
    "replace, the old one forgotten": (("create", "forget"), "down"),
    "update in place": (("update",), "at_risk"),
    "create": (("create",), None),
    "read": (("read",), None),
    "no-op": (("no-op",), None),
    "forget": (("forget",), None),
}


@pytest.mark.parametrize(("actions", "state"), ACTIONS.values(), ids=ACTIONS.keys())
def test_each_action_has_the_state_that_it_puts_a_resource_in(actions: tuple[str, ...], state: str | None) -> None:
    assert states(read(plan(*actions), CHANGE)) == ({"null_resource.a": state} if state else {})


@pytest.mark.parametrize("actions", [("explode",), (), ("create", "read"), ("delete", "create", "create")])
def test_an_action_that_is_not_known_leaves_the_plan_incomplete(actions: tuple[str, ...]) -> None:
    known = set(actions) == {"delete", "create"}
    problems = [problem.severity for problem in read(plan(*actions), CHANGE).problems]
    assert problems == ([] if known else [Severity.INCOMPLETE])


def test_a_plan_gives_what_exists_and_one_change_with_what_it_touches() -> None:
    reading = fixture("shop_plan.json", CHANGE)
    (change,) = reading.changes
    assert (change.cls, change.key, change.attributes["code"]) == ("Change", "CHG-1", "CHG-1")
    assert len(reading.resources) == 10
    assert states(reading) == {
        "aws_instance.web[0]": "down",
        "aws_lb_target_group_attachment.web[0]": "down",
        "aws_db_instance.orders": "down",  # another instance class stops it
        "aws_sqs_queue.jobs": "at_risk",
        "aws_s3_bucket.old": "down",
    }


def test_what_would_be_created_is_kept_with_the_change_and_is_no_ci() -> None:
    reading = fixture("shop_plan.json", CHANGE)
    (change,) = reading.changes
    assert change.unmapped["creates"] == ["aws_s3_bucket.new", 'module.log["a.b"].aws_s3_bucket.new']
    assert "aws_s3_bucket.new" not in reading.resources


def test_the_change_has_a_scope_of_its_own_beside_that_of_the_state() -> None:
    scopes = TerraformImporter().scopes(plan("update"), CHANGE)
    assert [str(scope) for scope in scopes] == ["terraform/shop/default", "terraform/shop/default.plan.CHG-1"]


def test_a_code_may_hold_what_a_boundary_may_not() -> None:
    options = ReadOptions("terraform/shop", change="CHG/1#2")
    scopes = TerraformImporter().scopes(plan("update"), options)
    assert str(scopes[1]) == "terraform/shop/default.plan.CHG%2F1%232"
    assert read(plan("update"), options).changes[0].attributes["code"] == "CHG/1#2"


def test_without_a_code_a_plan_has_one_that_stays_the_same_for_the_same_plan() -> None:
    (one,), (again,), (other,) = (read(plan(action)).changes for action in ("update", "update", "delete"))
    assert one.key == again.key != other.key
    assert one.key.startswith("terraform-")
    (later,) = read(plan("update", timestamp="2026-01-01T00:00:00Z")).changes
    assert later.key != one.key


def test_a_plan_that_failed_is_incomplete_and_one_with_deferred_parts_says_so() -> None:
    failed = read(plan("update", errored=True), CHANGE).problems
    deferred = read(plan("update", complete=False), CHANGE).problems
    assert [(problem.severity, problem.code) for problem in failed] == [(Severity.INCOMPLETE, "PLAN_INCOMPLETE")]
    assert [(problem.severity, problem.code) for problem in deferred] == [(Severity.WARNING, "PLAN_INCOMPLETE")]


def test_a_state_with_a_code_says_that_there_is_nothing_to_fill() -> None:
    reading = fixture("lookups.tfstate", CHANGE)
    assert reading.codes()["NO_PLAN"] == 1
    assert reading.changes == ()
