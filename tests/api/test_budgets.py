"""No question calls the store more often for more rows, and none more often than its budget says."""

import json
from pathlib import Path

from cmdb_graphql.query import Query
from cmdb_graphql.schema import build_schema
from graphql import FieldNode, OperationDefinitionNode, parse
from tests.api.budgets import MANY, QUESTIONS, measured

BUDGETS = Path(__file__).with_name("store_calls.json")


def test_no_question_calls_the_store_more_often_for_more_rows() -> None:
    found = dict(measured([2, 10, MANY]))
    assert {name: calls for name, calls in found.items() if calls[0] != calls[1] or calls[1] != calls[2]} == {}


def test_every_question_keeps_its_budget() -> None:
    found = {name: calls[0] for name, calls in measured([MANY])}
    assert found == json.loads(BUDGETS.read_text(encoding="utf-8")), "python -m tests.api.budgets"


def test_every_connection_of_the_root_has_a_budget() -> None:
    schema = build_schema()._schema  # noqa: SLF001 - the only way to the core schema
    assert schema.query_type is not None
    assert schema.query_type.name == Query.__name__
    connections = {name for name, entry in schema.query_type.fields.items() if str(entry.type).endswith("Connection!")}
    asked = {
        selection.name.value
        for text in QUESTIONS.values()
        for node in parse(text).definitions
        if isinstance(node, OperationDefinitionNode)
        for selection in node.selection_set.selections
        if isinstance(selection, FieldNode)
    }
    assert connections - asked == set()
