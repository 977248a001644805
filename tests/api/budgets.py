"""How often a question calls the store: a counting store, the questions, and how they are measured.

``python -m tests.api.budgets`` prints what ``store_calls.json`` should hold.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import cast

from starlette.testclient import TestClient

from cmdb.ingest.duplicates import Verdict
from cmdb.ingest.engine import Order
from cmdb.ingest.handwork import Request
from cmdb.model.observations import Observation, Where
from cmdb.model.plans import Plan, PlanEntries, PlanPart, PlanState
from cmdb.model.references import ById, ByName
from cmdb.model.rows import observations_of, parse_row
from cmdb.model.values import JSONValue
from cmdb.practices.services import Services, services
from cmdb.store.port import Store
from cmdb_graphql.application import create_app
from tests.api.client import Caller
from tests.api.estate import SCOPE, Row, edge, item
from tests.store.places import MemoryPlace

Calls = Mapping[str, int]

MANY = 40
ITEM = """id sources { binding unmapped } mergedInto { id } provenance { name statements { by } }
  relationships(first: 3) { totalCount nodes { type from { id } to { id name } } }"""
KINDS = ("Host", "BusinessService", "Offering", "Customer", "Team", "Supplier", "Change", "Incident", "Problem")
RECORD = f"{ITEM} affects(first: 3) {{ nodes {{ state item {{ id name }} }} }}"
LISTS = ("cis", "customers", "services", "offerings", "agreements", "teams", "suppliers")
RECORDS = ("changes", "incidents", "problems")
NAMED = "nodes { name item { id sources { binding } } }"

QUESTIONS: Mapping[str, str] = {
    **{name: f"query ($n: Int!) {{ {name}(first: $n) {{ nodes {{ {ITEM} }} }} }}" for name in LISTS},
    **{name: f"query ($n: Int!) {{ {name}(first: $n) {{ nodes {{ {RECORD} }} }} }}" for name in RECORDS},
    "duplicateCases": f"""query ($n: Int!) {{
      duplicateCases(first: $n) {{ nodes {{ state suspects {{ {ITEM} }} survivor {{ id }} }} }}
    }}""",
    "what was merged": f"""query ($n: Int!) {{
      cis(filter: {{lifecycle: {{eq: RETIRED}}}}, first: $n) {{ nodes {{ mergedInto {{ {ITEM} }} }} }}
    }}""",
    "cis twice removed": f"""query ($n: Int!) {{
      cis(first: $n) {{ nodes {{ relationships {{ nodes {{ to {{ {ITEM} }} }} }} }} }}
    }}""",
    "cis at a seq": f"query ($n: Int!) {{ cis(first: $n, asOf: {{seq: 2}}) {{ nodes {{ {ITEM} }} }} }}",
    "relationships": f"query ($n: Int!) {{ relationships(first: $n) {{ nodes {{ from {{ {ITEM} }} to {{ id }} }} }} }}",
    "search": f'query ($n: Int!) {{ search(text: "thing", limit: $n) {{ nodes {{ {ITEM} }} }} }}',
    "commits": "query ($n: Int!) { commits(first: $n) { nodes { seq } } }",
    "importRuns": "query ($n: Int!) { importRuns(limit: $n) { id scopes progress { readCount } } }",
    "importPlans": "query ($n: Int!) { importPlans(first: $n) { nodes { id state heldBecause counts { name } } } }",
    "changes of a plan": """query ($n: Int!) {
      importPlan(id: "plan 0") { changes(first: $n) { nodes { subject } } effects { isComplete } }
    }""",
    "classes": "query ($n: Int!) { classes(first: $n) { nodes { name } } }",
    "relationshipTypes": "query ($n: Int!) { relationshipTypes(first: $n) { nodes { name } } }",
    "neighbourhood": f"""query ($n: Int!) {{
      neighbourhood(ref: {{key: {{class: "PDU", name: "thing"}}}}, limit: $n) {{
        neighbours {{ item {{ {ITEM} }} }} relationships {{ from {{ id }} to {{ id }} }}
      }}
    }}""",
    "impact": f"""query ($n: Int!) {{
      impact(seeds: [{{ref: {{key: {{class: "PDU", name: "thing"}}}}}}], listed: $n) {{
        affected(first: $n) {{ {NAMED} }} services(first: $n) {{ {NAMED} }} suppliers(first: $n) {{ {NAMED} }}
      }}
    }}""",
    "history": """query ($n: Int!) {
      history(ref: {key: {class: "PDU", name: "thing"}}) {
        versions(first: $n) { nodes { name } } relationshipVersions(first: $n) { nodes { type } }
      }
    }""",
    "difference": """query ($n: Int!) {
      difference(start: {seq: 0}) { items(first: $n) { nodes { after { name } } } }
    }""",
}


class Counting:
    """A store that counts how often it is called, by method; everything else is the store's."""

    def __init__(self, store: Store) -> None:
        """Count the calls of this store."""
        self.calls: Counter[str] = Counter()
        self._store = store

    def __getattr__(self, name: str) -> object:
        """A method that counts, or whatever else the store has."""
        value: object = getattr(self._store, name)
        if not callable(value):
            return value
        method = cast("Callable[..., object]", value)

        def counted(*arguments: object, **named: object) -> object:
            self.calls[name] += 1
            return method(*arguments, **named)

        return counted


def crowd() -> Iterator[Observation]:
    """One power unit, and many things of every kind around it."""
    for row in crowd_rows():
        yield observations_of(parse_row(row), SCOPE, Where("crowd"))


def crowd_rows() -> Iterator[Row]:
    """The same as rows."""
    yield item("PDU", "thing")
    for n in range(MANY):
        host, service, name = f"Host:thing {n}", f"BusinessService:thing {n}", f"thing {n}"
        yield from (item(cls, name) for cls in KINDS)
        yield item("Agreement", name, agreement_type="sla")
        yield from (item("Cache", f"{name}.{part}") for part in (0, 1))
        yield edge(host, "POWERED_BY", "PDU:thing")
        yield edge(host, "SUPPORTED_BY", f"Team:{name}")
        yield edge(host, "SUPPLIED_BY", f"Supplier:{name}")
        yield edge(service, "DEPENDS_ON", host)
        yield edge(f"Offering:{name}", "OFFERING_OF", service)
        yield edge(f"Customer:{name}", "SUBSCRIBES_TO", f"Offering:{name}")
        yield edge(f"Agreement:{name}", "COVERS", service)
        for cls in ("Change", "Incident", "Problem"):
            yield edge(f"{cls}:{name}", "AFFECTS", host, state="down")


def doubt(given: Services) -> None:
    """Duplicate cases: every other one merges two caches."""
    for n in range(MANY):
        one, other = (ByName("Cache", f"thing {n}.{part}") for part in (0, 1))
        case = given.duplicates.open(one, other, Request("tester"))
        if n % 2:
            given.duplicates.merge(Verdict(ById(case.id), Request("tester")))


def wait(given: Services) -> None:
    """Plans that wait for a decision, the first one with many changes."""
    for n in range(MANY):
        store = given.store
        if n == 0:
            changes: list[JSONValue] = [["update", f"Host:thing {number}", "crowd", {}] for number in range(MANY)]
            store.put_plan_part(PlanPart("plan 0", PlanEntries.CHANGES, 0, changes))
        at = datetime(2026, 3, 1, tzinfo=UTC)
        store.put_plan(Plan(f"plan {n}", "", 0, "tester", "", "crowd", (SCOPE,), PlanState.OPEN, at, changes=MANY))


def measured(sizes: Sequence[int]) -> Iterator[tuple[str, list[Calls]]]:
    """For every question the calls it makes at each page size."""
    counting = Counting(MemoryPlace().open())
    given = services(cast("Store", counting))
    given.ingest.run([crowd], Order("importer", "inventory/prod"))
    doubt(given)
    wait(given)
    with TestClient(create_app(given)) as http:
        caller = Caller(http)
        caller.ask(QUESTIONS["impact"], n=1)
        for name, query in QUESTIONS.items():
            yield name, [_calls(caller, counting, query, size) for size in sizes]


def _calls(caller: Caller, counting: Counting, query: str, size: int) -> Calls:
    counting.calls.clear()
    caller.ask(query, n=size)
    return dict(sorted(counting.calls.items()))


if __name__ == "__main__":
    sys.stdout.write(json.dumps({name: calls[0] for name, calls in measured([MANY])}, indent=2) + "\n")
