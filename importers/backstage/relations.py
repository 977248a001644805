"""Which fields of an entity refer to others, what each means when something fails, and the edges they become."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from cmdb.model.items import Effect
from cmdb.model.observations import Evidence, Problem, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.backstage.entities import KINDS, Entity
from importers.backstage.references import EntityRef, parse_ref
from importers.fields import at

PARTS_GROUP = "parts"
"""Group of a system's components and resources: without one of them it is degraded, without all of them down."""
PROVIDERS_GROUP = "providers"
"""Group of the components that provide an interface: without one of them it is degraded, without all of them down."""


class Arrow(Enum):
    """Which end of the edge the entity with the field is."""

    FROM = "from"
    TO = "to"


@dataclass(frozen=True, slots=True)
class Rule:
    """One field: the kinds that have it and that it may name, its default kind, and the edge it becomes."""

    field: str
    kinds: frozenset[str]
    targets: frozenset[str]
    default_kind: str | None
    type: str
    arrow: Arrow = Arrow.FROM
    effect: Effect | None = None
    group: str | None = None

    @property
    def said_by(self) -> str:
        """The field with its counterpart at the other end: so both say the same, whichever is read last."""
        return next((pair for pair in _COUNTERPARTS if self.field in pair.split("/")), self.field)


Found: TypeAlias = RelationshipRecord | Problem

_COUNTERPARTS: Final = ("dependsOn/dependencyOf", "memberOf/members", "parent/children")
_OWNED: Final = KINDS - {"group", "user", "location"}
_PARTS: Final = frozenset({"component", "resource", "api"})
_RUNNING: Final = frozenset({"component", "resource"})


def _only(kind: str) -> frozenset[str]:
    return frozenset({kind})


_RULES: Final = (
    Rule("owner", _OWNED, frozenset({"group", "user"}), "group", "OWNED_BY"),
    Rule("system", _PARTS, _only("system"), "system", "PART_OF", group=PARTS_GROUP),
    Rule("domain", _only("system"), _only("domain"), "domain", "PART_OF", effect=Effect.NONE),
    Rule("subdomainOf", _only("domain"), _only("domain"), "domain", "PART_OF", effect=Effect.NONE),
    Rule("subcomponentOf", _only("component"), _only("component"), "component", "PART_OF", effect=Effect.SOFT),
    Rule("dependsOn", _RUNNING, _PARTS | {"system"}, None, "DEPENDS_ON"),
    Rule("dependencyOf", _RUNNING, _PARTS | {"system"}, None, "DEPENDS_ON", Arrow.TO),
    Rule("providesApis", _only("component"), _only("api"), "api", "PROVIDED_BY", Arrow.TO, group=PROVIDERS_GROUP),
    Rule("consumesApis", _only("component"), _only("api"), "api", "CONSUMES"),
    Rule("memberOf", _only("user"), _only("group"), "group", "MEMBER_OF"),
    Rule("parent", _only("group"), _only("group"), "group", "MEMBER_OF"),
    Rule("children", _only("group"), _only("group"), "group", "MEMBER_OF", Arrow.TO),
    Rule("members", _only("group"), _only("user"), "user", "MEMBER_OF", Arrow.TO),
)
_NOWHERE_DOCUMENTED: Final = tuple(
    Rule(field, frozenset(), frozenset(), "component", "RELATES_TO") for field in ("apiConsumedBy", "apiProvidedBy")
)
_OF_ANY_KIND: Final = frozenset({"owner", "system", "dependsOn", "dependencyOf"})
"""Fields that are understood of kinds of a catalogue's own, too."""


def edges_of(entity: Entity, source: str) -> Iterator[Found]:
    """The edges that the fields of an entity speak for, in the order of the fields' table, and what is wrong in them.

    An edge is claimed by the scope of the entity that has the field, whichever end it is.
    """
    for rule in (*_RULES, *_NOWHERE_DOCUMENTED):
        value = at(entity.body, "spec", rule.field)
        if value is None or value == "":
            continue
        if not _is_documented(rule, entity):
            message = f"{entity.kind} has no documented field {rule.field}; its references are kept without a meaning."
            yield _warning("FIELD_NOT_DOCUMENTED", message, entity, f"spec.{rule.field}")
        for entry, pointer in _entries(value, f"spec.{rule.field}"):
            yield from _edge(entity, rule, entry, pointer, source)


def _is_documented(rule: Rule, entity: Entity) -> bool:
    return entity.ref.kind in rule.kinds or (entity.ref.kind not in KINDS and rule.field in _OF_ANY_KIND)


def _entries(value: JSONValue, pointer: str) -> list[tuple[JSONValue, str]]:
    if isinstance(value, list):
        return [(entry, f"{pointer}[{index}]") for index, entry in enumerate(value)]
    return [(value, pointer)]


def _edge(entity: Entity, rule: Rule, entry: JSONValue, pointer: str, source: str) -> Iterator[Found]:
    target = parse_ref(entry, rule.default_kind, entity.ref.namespace)
    if target is None:
        form = "[kind:][namespace/]name" if rule.default_kind else "kind:[namespace/]name"
        message = f"An entry of {rule.field} is no reference to an entity. Write {form}."
        yield Problem(Severity.ERROR, "REFERENCE_INVALID", message, entity.place.at(pointer), str(entity.ref))
    elif target == entity.ref:
        message = f"{entity.ref} names itself in {rule.field}; nothing follows from that."
        yield _warning("SELF_REFERENCE", message, entity, pointer)
    elif _is_documented(rule, entity) and target.kind in rule.targets:
        yield _meant(entity, rule, target, pointer, source)
    else:
        yield from _unexplained(entity, rule, target, pointer, source)


def _unexplained(entity: Entity, rule: Rule, target: EntityRef, pointer: str, source: str) -> Iterator[Found]:
    """A reference that the format gives no meaning, or none to this kind of entity."""
    if _is_documented(rule, entity):
        message = f"{rule.field} is not for {target}, which is of another kind; it is kept without a meaning."
        yield _warning("REFERENCE_OF_WRONG_KIND", message, entity, pointer)
    ends = (_key(source, entity.ref), _key(source, target))
    yield _claimed(entity, rule.field, "RELATES_TO", ends, pointer)


def _warning(code: str, message: str, entity: Entity, pointer: str) -> Problem:
    return Problem(Severity.WARNING, code, message, entity.place.at(pointer), str(entity.ref))


def _meant(entity: Entity, rule: Rule, target: EntityRef, pointer: str, source: str) -> RelationshipRecord:
    own, other = _key(source, entity.ref), _key(source, target)
    effect, group = _meaning(entity, rule)
    ends = (own, other) if rule.arrow is Arrow.FROM else (other, own)
    return replace(_claimed(entity, rule.said_by, rule.type, ends, pointer), effect=effect, group=group)


def _meaning(entity: Entity, rule: Rule) -> tuple[Effect | None, str | None]:
    """What a failure does along the edge of a rule, and the redundancy group it joins."""
    if rule.field == "subcomponentOf":  # a group of its own: subcomponents do not stand in for one another
        return rule.effect, f"subcomponent {entity.ref.name}"
    if rule.field == "system" and entity.ref.kind == "api":  # what runs is the component behind it
        return Effect.SOFT, None
    if rule.field == "system" and entity.type == "library":  # it does not run by itself
        return Effect.NONE, None
    return rule.effect, rule.group


def _claimed(entity: Entity, said_by: str, type_: str, ends: tuple[ByKey, ByKey], pointer: str) -> RelationshipRecord:
    where = entity.place.at(pointer)
    own = next(end for end in ends if end.key == str(entity.ref))
    return RelationshipRecord(own.scope, type_, *ends, evidence=(Evidence(said_by, where),), where=where)


def _key(source: str, ref: EntityRef) -> ByKey:
    return ByKey(Scope(source, ref.namespace), str(ref))
