"""Every operation that comes with the project runs, and together they use every root field."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cmdb.ingest.duplicates import Verdict
from cmdb.ingest.handwork import Request
from cmdb.ingest.plan_making import held_plan_id
from cmdb.model.references import ById, ByName
from cmdb.model.values import JSONValue
from cmdb.practices.services import Services
from cmdb_graphql.schema import build_schema
from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, OperationType, parse, print_ast
from tests.api import refs
from tests.api.client import Caller, at
from tests.api.estate import swap_serials

FOLDER = Path(__file__).parents[2] / "graphql" / "operations"
Variables = Mapping[str, JSONValue]

VARIABLES: Mapping[str, Variables] = {
    "ChangePage": {"change": refs.CHANGE},
    "Impact": {"seeds": [{"ref": refs.HOST_1}, {"ref": refs.HOST_2, "state": "DEGRADED"}], "asOf": {"seq": 2}},
    "FindCI": {"ref": refs.DATABASE},
    "WhoSaidWhat": {"ref": refs.HOST_1},
    "ListCIs": {"filter": {"class": {"isA": "Equipment"}}, "orderBy": [{"field": "NAME"}], "first": 2},
    "Search": {"text": "orders"},
    "Around": {"ref": refs.SHOP},
    "Edges": {"filter": {"types": ["RUNS_ON"], "to": refs.HOST_1}},
    "Fetch": {"id": "nothing", "ids": ["nothing", "RUNS_ON|a|b"]},
    "IncidentPage": {"incident": refs.INCIDENT},
    "ProblemPage": {"problem": refs.PROBLEM},
    "Feed": {"afterSeq": 0},
    "History": {"ref": refs.HOST_1},
    "Difference": {"start": {"seq": 0}},
    "Imports": {"run": "nothing"},
    "Classes": {"isA": "Equipment"},
    "CreateCI": {"input": {"class": "Application", "name": "billing"}},
    "UpdateCI": {"input": {"ref": refs.SHOP, "attributes": {"version": "2"}}},
    "RetireCI": {"input": {"ref": refs.SHOP}},
    "RestoreCI": {"input": {"ref": refs.SHOP}},
    "ReleaseCI": {"input": {"ref": refs.SHOP, "attributes": ["criticality"]}},
    "SetGroup": {"input": {"ref": refs.DATABASE, "name": "replicas", "setting": {"minUp": "1"}}},
    "RegisterChange": {"input": {"name": "Reboot", "affects": [{"ref": refs.HOST_1}]}},
    "RegisterIncident": {"input": {"name": "Outage", "affects": [{"ref": refs.SHOP, "state": "DOWN"}]}},
    "RegisterProblem": {"input": {"name": "Old firmware", "affects": [{"ref": refs.HOST_1, "state": "AT_RISK"}]}},
    "CreateRecord": {"input": {"class": "Customer", "name": "Eastwind"}},
    "UpdateRecord": {"input": {"ref": refs.CHANGE, "attributes": {"requested_by": "Ann"}}},
    "RetireRecord": {"input": {"ref": refs.CHANGE}},
    "RestoreRecord": {"input": {"ref": refs.CHANGE}},
    "ReleaseRecord": {"input": {"ref": refs.CHANGE, "attributes": ["requested_by"]}},
    "Duplicates": {"filter": {"class": {"isA": "DuplicateCase"}}},
    "Duplicate": {"ref": refs.CASE},
    "OpenDuplicate": {"input": {"one": refs.HOST_1, "other": refs.HOST_2}},
    "MergeDuplicate": {"input": {"ref": refs.CASE, "dryRun": True}},
    "DifferDuplicate": {"input": {"ref": refs.CASE}},
    "UndoDuplicate": {"input": {"ref": refs.DECIDED}},
    "Relate": {"input": {"type": "DEPENDS_ON", "from": refs.SHOP, "to": refs.HOST_1}},
    "Unrelate": {"input": {"type": "DEPENDS_ON", "from": refs.SHOP, "to": refs.DATABASE}},
    "Plans": {"states": ["OPEN", "HELD"]},
    "Plan": {"id": held_plan_id("held 1", 1)},
    "ApplyPlan": {"input": {"id": held_plan_id("held 1", 1)}},
    "DiscardPlan": {"input": {"id": held_plan_id("held 2", 1)}},
    "ImportRows": {"input": {"source": "lab", "rows": [{"class": "Host", "name": "host-9"}]}},
}


def documents() -> Iterator[tuple[OperationDefinitionNode, str]]:
    """Every operation of every file, with the text of the fragments beside it."""
    for path in sorted(FOLDER.glob("*.graphql")):
        definitions = parse(path.read_text(encoding="utf-8")).definitions
        fragments = [print_ast(node) for node in definitions if isinstance(node, FragmentDefinitionNode)]
        for node in definitions:
            if isinstance(node, OperationDefinitionNode):
                text = print_ast(node)
                yield node, "\n".join([text, *(part for part in fragments if "...Why" in text)])


def name_of(operation: OperationDefinitionNode) -> str:
    assert operation.name is not None
    return operation.name.value


@pytest.fixture
def doubtful(furnished: Services) -> Services:
    """The estate with two duplicate cases, one of them decided, and with two imports that were held."""
    pairs = (("PDU", "pdu-a", "pdu-b"), ("Customer", "Northwind", "Southwind"))
    cases = [
        furnished.duplicates.open(ByName(cls, one), ByName(cls, other), Request("tester")) for cls, one, other in pairs
    ]
    furnished.duplicates.differ(Verdict(ById(cases[1].id), Request("tester")))
    for request_id in ("held 1", "held 2"):
        assert swap_serials(furnished, request_id).held_because
    return furnished


QUERIES = [name_of(node) for node, _ in documents() if node.operation is OperationType.QUERY]
MUTATIONS = [name_of(node) for node, _ in documents() if node.operation is OperationType.MUTATION]


@pytest.mark.usefixtures("doubtful")
def test_the_queries_run_on_the_estate(caller: Caller, subtests: pytest.Subtests) -> None:
    for name in QUERIES:
        with subtests.test(name):
            require_an_answer(caller, name)


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize("name", MUTATIONS)
def test_the_mutation_runs_on_the_estate(caller: Caller, name: str) -> None:
    require_an_answer(caller, name)


def require_an_answer(caller: Caller, name: str) -> None:
    """The operation has data, and no error in it."""
    text = next(text for node, text in documents() if name_of(node) == name)
    data = caller.ask(text, **VARIABLES.get(name, {}))
    assert isinstance(data, dict)
    for value in data.values():
        refused = at(value, "errors", default=None) if isinstance(value, dict) else None
        assert refused in (None, []), value


def test_together_the_operations_use_every_root_field() -> None:
    used = {
        selection.name.value
        for node, _ in documents()
        for selection in node.selection_set.selections
        if isinstance(selection, FieldNode)
    }
    schema = build_schema()._schema  # noqa: SLF001 - the only way to the core schema
    roots = [root for root in (schema.query_type, schema.mutation_type) if root is not None]
    assert {name for root in roots for name in root.fields} - used == set()
