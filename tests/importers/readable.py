"""Observations as lines that a person can compare."""

from collections.abc import Iterable, Mapping

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Where
from cmdb.model.references import ByKey, Reference


def readable(observations: Iterable[Observation]) -> str:
    """One observation a line, evidence indented under its relationship; files without their folders."""
    return "".join(f"{line}\n" for observation in observations for line in _lines(observation))


def _lines(observation: Observation) -> list[str]:
    match observation:
        case CIRecord():
            return [_item(observation)]
        case RelationshipRecord():
            evidence = [f"    {entry.origin} ({_line(entry.where)})" for entry in observation.evidence]
            return [_edge(observation), *evidence]
        case Problem():
            key = f" [{observation.key}]" if observation.key else ""
            place = _line(observation.where)
            return [f"{observation.severity.upper()} {observation.code} {place}{key}: {observation.message}"]


def _item(record: CIRecord) -> str:
    implied = "" if record.kind else " (implied)"
    groups = _pairs({f"group {name}": setting.min_up for name, setting in record.groups.items()})
    return f"{record.scope.boundary}#{record.key} is {record.cls}{implied}{_pairs(record.attributes)}{groups}"


def _edge(record: RelationshipRecord) -> str:
    extra = f"{' ' + record.effect.value if record.effect else ''}{' in ' + record.group if record.group else ''}"
    return f"{record.type} {_short(record.from_ref)} -> {_short(record.to_ref)} {record.basis.value}{extra}"


def _short(reference: Reference) -> str:
    return f"{reference.scope.boundary}#{reference.key}" if isinstance(reference, ByKey) else str(reference)


def _pairs(values: Mapping[str, object]) -> str:
    hidden = ("kubernetes_cluster", "namespace", "kind")
    return "".join(f" {name}={value}" for name, value in values.items() if name not in hidden)


def _line(where: Where) -> str:
    return f"line {where.line}" if where.line is not None else where.pointer
