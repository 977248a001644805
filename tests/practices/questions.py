"""Short ways to ask what fails, and to read the answer."""

from cmdb.model.references import parse_reference
from cmdb.practices.answers import DETAIL, AsOf, Assessment, Question, Seed
from cmdb.practices.assessor import Assessor
from cmdb.store.port import Store


def seed(text: str) -> Seed:
    """``Host:a`` is down; ``Host:a degraded`` is degraded."""
    name, _, state = text.partition(" ")
    return Seed(parse_reference(name), state or "down")


def ask(store: Store, *seeds: str, as_of: AsOf = None, detail: int = DETAIL) -> Assessment:
    """What follows when these fail."""
    return Assessor(store).assess(Question(tuple(map(seed, seeds)), as_of, detail))


def states(answer: Assessment) -> dict[str, str]:
    """The state of everything raised, by name."""
    return {row.name: row.state for row in answer.affected}


def reason(answer: Assessment, name: str) -> str:
    """Why a raised or spared item is as it is."""
    reasons = [(row.name, row.reason) for row in answer.affected] + [(row.name, row.reason) for row in answer.spared]
    return next(why for called, why in reasons if called == name)
