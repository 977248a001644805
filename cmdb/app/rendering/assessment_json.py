"""An impact answer as plain JSON values: equal on every store, but for ids, times and seq."""

from cmdb.practices.answers import Affected, Assessment, Called, Gaps, SeedState, Spared, Step


def assessment_json(answer: Assessment) -> dict[str, object]:
    """The whole answer, in the order in which people read it."""
    return {
        "complete": answer.complete,
        "incomplete": list(answer.incomplete),
        "seq": answer.seq,
        "rules": answer.rules,
        "subject": dict(answer.subject) if answer.subject is not None else None,
        "seeds": [_seed(seed) for seed in answer.seeds],
        "counts": {cls: dict(states) for cls, states in answer.counts.items()},
        "affected": [_affected(row) for row in answer.affected],
        "omitted": answer.omitted,
        "spared": [_spared(row) for row in answer.spared],
        "spared_omitted": answer.spared_omitted,
        "services": [_affected(row) for row in answer.services],
        "offerings": [_affected(row) for row in answer.offerings],
        "customers": [_affected(row) for row in answer.customers],
        "agreements": [_affected(row) for row in answer.agreements],
        "processes": [_affected(row) for row in answer.processes],
        "teams": [_called(row) for row in answer.teams],
        "suppliers": [_called(row) for row in answer.suppliers],
        "gaps": _gaps(answer.gaps),
    }


def _seed(seed: SeedState) -> dict[str, object]:
    return {"id": seed.id, "class": seed.cls, "name": seed.name, "state": seed.state}


def _affected(row: Affected) -> dict[str, object]:
    return {
        "id": row.id,
        "class": row.cls,
        "name": row.name,
        "state": row.state,
        "distance": row.distance,
        "reason": row.reason,
        "chain": [_step(step) for step in row.chain],
        "basis": row.basis,
        "criticality": row.criticality,
        "proof": dict(row.proof),
    }


def _step(step: Step) -> dict[str, object]:
    return {"dependent": step.dependent, "type": step.type, "provider": step.provider, "basis": step.basis}


def _spared(row: Spared) -> dict[str, object]:
    return {
        "id": row.id,
        "class": row.cls,
        "name": row.name,
        "state": row.state,
        "reason": row.reason,
        "proof": dict(row.proof),
    }


def _called(row: Called) -> dict[str, object]:
    return {
        "id": row.id,
        "class": row.cls,
        "name": row.name,
        "state": row.state,
        "roles": list(row.roles),
        "items": row.items,
    }


def _gaps(gaps: Gaps) -> dict[str, object]:
    return {
        "dangling": list(gaps.dangling) if gaps.dangling is not None else None,
        "stale": gaps.stale,
        "unverified": gaps.unverified,
        "retired": gaps.retired,
        "hidden": gaps.hidden,
        "overcommitted": list(gaps.overcommitted),
    }
