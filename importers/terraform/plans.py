"""What a plan intends: the action on each resource, and whether the plan is whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue, digest
from importers.fields import at, entries, mapping, text
from importers.terraform.addresses import Address, parse_modules
from importers.terraform.masking import mask_of_tree, unmasked
from importers.terraform.resources import left_out, no_list
from importers.terraform.shown import address_of


class Action(StrEnum):
    """What is done to a resource; both orders of a replacement are one."""

    NO_OP = "no-op"
    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    FORGET = "forget"
    """It leaves the state and lives on."""


@dataclass(frozen=True, slots=True)
class Intent:
    """The action on one resource, the attributes that it alters, and the pointer to it."""

    address: Address
    action: Action
    altered: frozenset[str]
    pointer: str
    deposed: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All intents in the order of the file; ``mark`` is the same for the same intents made at the same time."""

    intents: tuple[Intent, ...]
    mark: str

    def counts(self) -> dict[str, int]:
        """How many resources each action is taken on, by the word of the action."""
        found = [intent.action.value for intent in self.intents]
        return {action.value: found.count(action.value) for action in Action if action.value in found}


_SINGLE: Final[Mapping[str, Action]] = {action.value: action for action in Action if action is not Action.REPLACE}
_REPLACEMENTS: Final = ({"create", "delete"}, {"create", "forget"})
_MARK_LENGTH: Final = 12


def plan_of(shown: Mapping[str, JSONValue], file: str) -> tuple[Plan, tuple[Problem, ...]]:
    """The plan, and what is wrong with it or with parts of it."""
    intents: list[Intent] = []
    problems = [*_gaps(shown, file), *no_list(shown, "resource_changes", Where(file))]
    for position, change in enumerate(entries(shown, "resource_changes")):
        pointer = f"resource_changes[{position}]"
        intent = _intent(change, pointer)
        if intent is None:
            problems.append(left_out(Where(file, pointer=pointer), "A change lacks its resource or a known action."))
        else:
            intents.append(intent)
    told: list[JSONValue] = [text(shown, "timestamp")]
    told += [[str(intent.address), intent.action.value, intent.deposed, sorted(intent.altered)] for intent in intents]
    return Plan(tuple(intents), digest(told)[:_MARK_LENGTH]), tuple(problems)


def _intent(change: JSONValue, pointer: str) -> Intent | None:
    modules = parse_modules(text(change, "module_address"))
    address = None if modules is None else address_of(change, modules)
    action = _action([text(word) for word in entries(change, "change", "actions")])
    if address is None or action is None:
        return None
    return Intent(address, action, frozenset(_altered(at(change, "change"))), pointer, text(change, "deposed"))


def _action(words: Sequence[str]) -> Action | None:
    if len(words) == 1:
        return _SINGLE.get(words[0])
    return Action.REPLACE if set(words) in _REPLACEMENTS else None


def _altered(change: JSONValue) -> Iterator[str]:
    """The attributes whose value before is known and is another one afterwards."""
    before = mapping(unmasked(at(change, "before"), mask_of_tree(at(change, "before_sensitive"))))
    after, unknown = mapping(change, "after"), mapping(change, "after_unknown")
    for name, value in before.items():
        if value is not None and not unknown.get(name) and name in after and after[name] != value:
            yield name


def _gaps(shown: Mapping[str, JSONValue], file: str) -> Iterator[Problem]:
    """What the plan says it lacks."""
    if at(shown, "errored") is True:
        message = "The plan ended with an error, so it does not say all that would be done. Make it again."
        yield Problem(Severity.INCOMPLETE, "PLAN_INCOMPLETE", message, Where(file, pointer="errored"))
    elif at(shown, "complete") is False:
        message = "The plan is not complete: further plans are needed for the rest."
        yield Problem(Severity.WARNING, "PLAN_INCOMPLETE", message, Where(file, pointer="complete"))
