"""What all inputs hold, by class and id: a key tells a number, and only sometimes the class it counts in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.itop.classes import CLASSES, TYPOLOGIES, has_children, is_a, is_account, is_link
from importers.itop.keys import LINKS, Key, keys_of, told_class
from importers.itop.objects import ItopObject

NOBODY = frozenset({"", "0"})
"""What stands in a key that names no object."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a key points to, ``None`` for nothing, and what is doubtful about it."""

    reference: ByKey | None = None
    problem: Problem | None = None


@dataclass(slots=True)
class Index:
    """Ids with names by class, what a second look at the inputs must know beforehand, and how many of each class."""

    source: str
    boundary: str | None = None
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)
    redundancy: dict[str, str] = field(default_factory=dict)
    customers: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, Where] = field(default_factory=dict)

    def add(self, objects: Iterable[ItopObject]) -> None:
        """Take note of objects; of each its id and name only, of accounts only that they are there."""
        for item in objects:
            self.counts[item.cls] += 1
            self.first.setdefault(item.cls, item.where)
            if is_account(item.cls):
                continue
            self.names.setdefault(item.cls, {}).setdefault(item.id, plain_name(item))
            if item.owner is None:
                self.listed.add(item.key)
            if setting := item.get("redundancy"):
                self.redundancy.setdefault(item.key, setting)
            if item.cls == "CustomerContract" and item.get("org_id") not in NOBODY:
                self.customers.setdefault(item.id, item.get("org_id"))

    def scope(self, cls: str) -> Scope:
        """The scope of a class: an export lists the objects of one class."""
        return Scope(self.source, self.boundary or cls)

    def reference(self, cls: str, number: str) -> ByKey:
        """The object of a class with that id."""
        return ByKey(self.scope(cls), f"{cls}/{number}")

    def name_of(self, item: ItopObject, field_: str, target: str) -> str:
        """The name of what a key points to, as the object or the other objects tell it."""
        owner = item.owner if field_ not in item.fields else None
        number = owner.id if owner is not None and is_a(owner.cls, target) else item.get(field_)
        told = item.get(f"{field_.removesuffix('_id')}_name", f"{field_}_friendlyname")
        return told or self.names.get(target, {}).get(number, "")

    def resolve(self, item: ItopObject, key: Key) -> Resolution:
        """What a key of an object points to.

        The class is the one that iTop says, else the only one that has an object of that id, else the only one
        that has one of that id and name.  What no input holds, or several do, keeps the class of the key and dangles.
        """
        number = self._number(item, key)
        if number in NOBODY:
            return Resolution()
        if not number.isascii() or not number.isdigit():
            message = f"{item.cls}.{key.field} is no id but a query or a text. The relationship was left out."
            return Resolution(problem=Problem(Severity.WARNING, "KEY_NOT_READ", message, item.where, item.key))
        told = told_class(item.fields, key.field)
        if told and (is_a(told, key.target) or number in self.names.get(told, {})):
            return Resolution(self.reference(told, number))
        if not has_children(key.target):
            return Resolution(self.reference(key.target, number))
        return self._choose(item, key, number)

    def _number(self, item: ItopObject, key: Key) -> str:
        """The id in a field; in a link set the key to the owner is left out."""
        if key.field in item.fields or item.owner is None:
            return item.get(key.field)
        owner = item.owner
        fitting = [one for one in keys_of(item.cls) if one.field not in item.fields and is_a(owner.cls, one.target)]
        return owner.id if fitting and fitting[0].field == key.field else ""

    def _choose(self, item: ItopObject, key: Key, number: str) -> Resolution:
        owner = item.owner
        if owner is not None and owner.id == number and is_a(owner.cls, key.target) and key.field not in item.fields:
            return Resolution(self.reference(owner.cls, number))
        found = [cls for cls in sorted(self.names) if is_a(cls, key.target) and number in self.names[cls]]
        if not found and key.target == "FunctionalCI":
            found = [cls for cls in sorted(self.names) if _is_foreign(cls) and number in self.names[cls]]
        if len(found) > 1:
            name = item.get(f"{key.field.removesuffix('_id')}_name", f"{key.field}_friendlyname")
            found = [cls for cls in found if name and self.names[cls][number] == name] or found
        if len(found) == 1:
            return Resolution(self.reference(found[0], number))
        return Resolution(self.reference(key.target, number), _doubt(item, key, number, found))


def _doubt(item: ItopObject, key: Key, number: str, found: Sequence[str]) -> Problem | None:
    if not found:
        return None
    message = (
        f"{item.cls}.{key.field} is {number}, which is a {' and a '.join(found)}. The relationship leads nowhere; "
        f"export it with {key.field}_finalclass_recall."
    )
    return Problem(Severity.WARNING, "KEY_AMBIGUOUS", message, item.where, item.key)


def plain_name(item: ItopObject) -> str:
    """The name as the object itself has it; of a person both names."""
    if item.cls == "Person":
        return f"{item.get('first_name')} {item.get('name')}".strip()
    return item.get("name", "friendlyname")


def _is_foreign(cls: str) -> bool:
    known = cls in CLASSES or cls in TYPOLOGIES or cls in LINKS
    return not known and not is_link(cls) and not is_account(cls)
