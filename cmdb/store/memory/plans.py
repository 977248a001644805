"""The part of the memory store that keeps import plans."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from threading import RLock

from typing_extensions import override

from cmdb.model.plans import Plan, PlanEntries, PlanPage, PlanPart, PlanQuery, PlanState
from cmdb.store.filters import check_limit
from cmdb.store.memory.book import Book
from cmdb.store.memory.drafting import plain
from cmdb.store.port import Store


class PlanShelf(Store):
    """The port's methods about plans, over a book and its lock."""

    _lock: RLock
    _book: Book

    @override
    def put_plan(self, plan: Plan) -> None:
        with self._lock:
            self._book.plans[plan.id] = replace(plan, counts=dict(plan.counts))

    @override
    def move_plan(self, plan: Plan, state: PlanState) -> bool:
        with self._lock:
            known = self._book.plans.get(plan.id)
            if known is None or known.state is not state:
                return False
            self.put_plan(plan)
            return True

    @override
    def put_plan_part(self, part: PlanPart) -> None:
        with self._lock:
            parts = self._book.plan_parts.setdefault((part.plan_id, part.kind), {})
            parts[part.first] = replace(part, entries=plain({"entries": part.entries})["entries"])

    @override
    def drop_plan_parts(self, plan_id: str, kinds: Collection[PlanEntries]) -> None:
        with self._lock:
            for kind in kinds:
                self._book.plan_parts.pop((plan_id, kind), None)

    @override
    def plan(self, plan_id: str) -> Plan | None:
        with self._lock:
            return self._book.plans.get(plan_id)

    @override
    def plans(self, query: PlanQuery) -> PlanPage:
        check_limit(query.limit)
        with self._lock:
            plans = sorted(self._book.plans.values(), key=lambda plan: (plan.created_at, plan.id), reverse=True)
        matching = [plan for plan in plans if query.states is None or plan.state in query.states]
        rest = [plan for plan in matching if query.after is None or (plan.created_at, plan.id) < query.after]
        return PlanPage(tuple(rest[: query.limit]), len(rest) > query.limit, len(matching))

    @override
    def plan_parts(self, plan_id: str, kind: PlanEntries, start: int = 0, limit: int = 10) -> Sequence[PlanPart]:
        check_limit(limit)
        with self._lock:
            parts = sorted(self._book.plan_parts.get((plan_id, kind), {}).items())
        begin = max((first for first, _ in parts if first <= start), default=0)
        return [part for first, part in parts if first >= begin][:limit]
