"""Observations as lines with the attributes of relationships and what is kept beside those of CIs."""

from collections.abc import Iterable, Iterator

from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from tests.importers.readable import readable


def told(observations: Iterable[Observation]) -> str:
    return "".join(part for observation in observations for part in _parts(observation))


def _parts(observation: Observation) -> Iterator[str]:
    yield readable([observation])
    match observation:
        case RelationshipRecord(attributes=values) if values:
            yield f"    {_pairs(values.items())}\n"
        case CIRecord(unmapped=values) if values:
            yield f"    beside: {_pairs(values.items())}\n"


def _pairs(values: Iterable[tuple[str, object]]) -> str:
    return " ".join(f"{name}={value}" for name, value in values)
