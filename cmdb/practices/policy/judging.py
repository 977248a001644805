"""Holding a rehearsed import against a policy: a sentence with numbers for each limit that it goes beyond."""

from collections.abc import Callable
from typing import TypeAlias

from typing_extensions import override

from cmdb.ingest.guard import Guard, Judgement, Measured
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.ingest.touched import TouchedGraph
from cmdb.practices.effects import Effects
from cmdb.practices.effects import effects as usual_effects
from cmdb.practices.policy.declarations import Policy
from cmdb.practices.policy.foreseeing import effect_reasons, plain
from cmdb.practices.policy.measuring import measured, reason
from cmdb.store.port import Store

Foresee: TypeAlias = Callable[[Store, TouchedGraph], Effects]
"""Says what a plan would do to impact."""


class PolicyGuard(Guard):
    """Holds what goes beyond a policy; ``foresee`` is asked what an import would do to impact."""

    def __init__(self, policy: Policy, foresee: Foresee = usual_effects) -> None:
        """Judge by this policy."""
        self._policy = policy
        self._foresee = foresee

    @property
    @override
    def is_open(self) -> bool:
        return self._policy.is_empty

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        if not rehearsal.changes:
            return Judgement()
        found = measured(rehearsal, self._policy)
        if self._policy.effects.is_empty and not any(measure.is_exceeded for measure in found):
            return Judgement()
        return self._with_effects(found, rehearsal)

    @override
    def examine(self, rehearsal: Rehearsal) -> Judgement:
        return self._with_effects(measured(rehearsal, self._policy) if rehearsal.changes else (), rehearsal)

    def _with_effects(self, found: tuple[Measured, ...], rehearsal: Rehearsal) -> Judgement:
        effects = self._foresee(rehearsal.store, rehearsal.overlay.touched())
        reasons = [reason(measure) for measure in found if measure.is_exceeded]
        return Judgement((*reasons, *effect_reasons(effects, self._policy.effects)), found, plain(effects))
