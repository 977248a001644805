"""Laying catalogue files over one another, and resolving inheritance into complete specifications."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from cmdb.errors import Fault
from cmdb.model.catalogue.declarations import (
    AttributeSpec,
    AttributeType,
    CatalogueFile,
    ClassDeclaration,
    ClassSpec,
    GroupDeclaration,
    IdentificationRule,
    RelationshipDeclaration,
    RelationshipSpec,
)
from cmdb.model.catalogue.precedence import (
    EFFECT,
    GROUP,
    GROUPS,
    NAME,
    Given,
    Precedences,
    gathered,
    resolved,
    said_by_sources,
    undeclared,
)
from cmdb.model.placed_yaml import Loc

Place: TypeAlias = Callable[[Loc], str]
Section: TypeAlias = Literal["classes", "relationships"]

_IDENTIFYING = {AttributeType.TEXT, AttributeType.NUMBER, AttributeType.ENUM, AttributeType.DATE}


@dataclass(frozen=True, slots=True)
class Layer:
    """One file: the declarations that have the right form, its faults, and how to name a place in it.

    ``content`` is ``None`` when nothing of it can be read; ``left_out`` are the declarations that have a fault of
    their own, of which nothing more is said.
    """

    content: CatalogueFile | None
    faults: tuple[Fault, ...]
    place: Place
    left_out: frozenset[tuple[Section, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Merged:
    """All classes and types of all layers, resolved; where things of an unknown class go; what only the whole shows."""

    classes: Mapping[str, ClassSpec]
    relationships: Mapping[str, RelationshipSpec]
    unknown_class: str | None
    faults: Sequence[Fault]


@dataclass(frozen=True, slots=True)
class _Declared:
    """An attribute where a file declares it."""

    owner: str
    name: str
    spec: AttributeSpec
    place: str


@dataclass(slots=True)
class _Merger:
    """The declarations gathered so far; faults are collected, never raised."""

    left_out: frozenset[tuple[Section, str]]
    classes: dict[str, ClassDeclaration] = field(default_factory=dict)
    relationships: dict[str, RelationshipDeclaration] = field(default_factory=dict)
    places: dict[Loc, str] = field(default_factory=dict)
    attributes: list[_Declared] = field(default_factory=list)
    precedence: list[Given] = field(default_factory=list)
    unknown_class: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: Loc, message: str) -> None:
        """Note a fault at the most precise place known of a path; the last file that declares it is to blame."""
        while path not in self.places:
            path = path[:-1]
        self.faults.append(Fault(self.places[path], message))

    def note(self, section: Section, name: str, declaration: object, place: Place) -> None:
        """Remember where a declaration and the parts it gives stand."""
        self.places[section, name] = place((section, name))
        for part in ("extends", "identify", "from", "to", "attributes", "groups"):
            given = getattr(declaration, "from_" if part == "from" else part, None)
            if given:
                self.places[section, name, part] = place((section, name, part))
            for key in given if isinstance(given, dict) else ():
                self.places[section, name, part, key] = place((section, name, part, key))

    def add_class(self, name: str, new: ClassDeclaration, place: Place) -> None:
        self.note("classes", name, new, place)
        self.attributes += [
            _Declared(name, key, spec, place(("classes", name, "attributes", key)))
            for key, spec in new.attributes.items()
        ]
        old = self.classes.get(name)
        if old is None:
            self.classes[name] = new
            if new.description is None and not self.is_left_out("classes", name):
                self.fault(("classes", name), f"the class {name} has no description")
            return
        if new.extends not in (None, old.extends) or new.abstract or new.description:
            message = f"{name} exists; only attributes, identify and groups can be added to it"
            self.fault(("classes", name), message)
        for attribute in old.attributes.keys() & new.attributes.keys():
            self.fault(("classes", name, "attributes", attribute), f"{name} has an attribute {attribute} already")
        self.classes[name] = old.model_copy(
            update={
                "attributes": {**new.attributes, **old.attributes},
                "identify": old.identify + new.identify,
                "groups": {**old.groups, **new.groups},
            }
        )

    def add_relationship(self, name: str, new: RelationshipDeclaration, place: Place) -> None:
        self.note("relationships", name, new, place)
        old = self.relationships.get(name)
        if old is None:
            self.relationships[name] = new
            if not (new.description and new.from_ and new.to) and not self.is_left_out("relationships", name):
                self.fault(("relationships", name), f"the type {name} needs a description, from and to")
            return
        if new.model_fields_set - {"from_", "to", "attributes"}:
            message = f"{name} exists; only from, to and attributes can be added to it"
            self.fault(("relationships", name), message)
        for attribute in old.attributes.keys() & new.attributes.keys():
            self.fault(("relationships", name, "attributes", attribute), f"{name} has an attribute {attribute} already")
        self.relationships[name] = old.model_copy(
            update={
                "from_": old.from_ + new.from_,
                "to": old.to + new.to,
                "attributes": {**new.attributes, **old.attributes},
            }
        )

    def add_unknown_class(self, name: str, place: str) -> None:
        if self.unknown_class not in (None, name):
            self.faults.append(Fault(place, f"unknown_class is {self.unknown_class} already"))
        self.places["unknown_class",] = place
        self.unknown_class = name

    def is_left_out(self, section: Section, name: str) -> bool:
        return (section, name) in self.left_out

    def is_known(self, section: Section, name: str) -> bool:
        """Whether some file declares it, be it wrongly."""
        return name in (self.classes if section == "classes" else self.relationships) or self.is_left_out(section, name)

    def is_whole(self, name: str) -> bool:
        """Whether all of a class and of its ancestors was read: only then can it be said what it lacks."""
        line = self.lineage(name)
        last = self.classes[line[-1]].extends
        return last is None and not any(self.is_left_out("classes", ancestor) for ancestor in line)

    def lineage(self, name: str) -> tuple[str, ...]:
        line = [name]
        while (parent := self.classes[line[-1]].extends) is not None:
            if parent not in self.classes or parent in line:
                break
            line.append(parent)
        return tuple(line)


def merge(layers: Sequence[Layer]) -> Merged:
    """All classes and types of all layers, resolved, with the faults that only the whole shows."""
    merger = _Merger(frozenset(entry for layer in layers for entry in layer.left_out))
    for layer in layers:
        if layer.content is not None:
            _add(layer.content, layer.place, merger)
    _check_attribute_types(merger)
    if any(layer.content is None for layer in layers):
        return Merged({}, {}, None, merger.faults)
    _check_parents(merger)
    known, faults = gathered(merger.precedence)
    merger.faults.extend(faults)
    specs = {name: _class_spec(merger, name, known) for name in merger.classes}
    types = {name: _relationship_spec(merger, name, specs, known) for name in merger.relationships}
    _check_precedence(merger, specs, types)
    _check_unknown_class(merger)
    return Merged(specs, types, merger.unknown_class, merger.faults)


def _add(content: CatalogueFile, place: Place, merger: _Merger) -> None:
    for name, declaration in content.classes.items():
        merger.add_class(name, declaration, place)
    for type_, relationship in content.relationships.items():
        merger.add_relationship(type_, relationship, place)
    for number, precedence in enumerate(content.precedence):
        merger.precedence.append(Given(precedence, place(("precedence", number))))
    if content.unknown_class is not None:
        merger.add_unknown_class(content.unknown_class, place(("unknown_class",)))


def _check_parents(merger: _Merger) -> None:
    for name, declaration in merger.classes.items():
        parent = declaration.extends
        if parent is None:
            continue
        if not merger.is_known("classes", parent):
            merger.fault(("classes", name, "extends"), f"{name} extends {parent}, which no file declares")
        elif parent in merger.classes and name in merger.lineage(parent):
            merger.fault(("classes", name, "extends"), f"{name} inherits from itself")


def _class_spec(merger: _Merger, name: str, known: Precedences) -> ClassSpec:
    lineage = merger.lineage(name)
    chain = [merger.classes[ancestor] for ancestor in reversed(lineage)]
    attributes = {key: spec for part in chain for key, spec in part.attributes.items()}
    groups: dict[str, GroupDeclaration] = {}
    for part in reversed(chain):  # the class's own groups come first: an edge joins the nearest that names its type
        groups = {**groups, **{key: spec for key, spec in part.groups.items() if key not in groups}}
    _check_rules(merger, name, attributes)
    _check_groups(merger, name)
    declaration = merger.classes[name]
    return ClassSpec(
        name=name,
        description=declaration.description or "",
        abstract=declaration.abstract,
        lineage=lineage,
        attributes=attributes,
        identify=tuple(
            IdentificationRule(declared_by=owner, attributes=rule)
            for owner in lineage
            for rule in merger.classes[owner].identify
        ),
        groups=groups,
        precedence=resolved((NAME, GROUPS, *said_by_sources(attributes)), lineage, known),
    )


def _check_rules(merger: _Merger, name: str, attributes: Mapping[str, AttributeSpec]) -> None:
    place = ("classes", name, "identify")
    for rule in merger.classes[name].identify:
        if rule == ("name",):
            merger.fault(place, f"{name}: a name alone is never identity")
        for part in rule:
            spec = attributes.get(part)
            if part != "name" and spec is None and merger.is_whole(name):
                merger.fault(place, f"{name} is identified by {part}, which is no attribute of it")
            if part != "name" and spec is not None and spec.type not in _IDENTIFYING:
                merger.fault(place, f"{name} is identified by {part}, but a {spec.type} identifies nothing")


def _check_groups(merger: _Merger, name: str) -> None:
    first: dict[str, str] = {}
    for group, member in _members(merger.classes[name]):
        place = ("classes", name, "groups", group)
        if not merger.is_known("relationships", member):
            merger.fault(place, f"the group {group} of {name} names {member}, which no file declares")
        if first.setdefault(member, group) != group:
            merger.fault(place, f"{member} is a member of {first[member]} already")


def _members(declaration: ClassDeclaration) -> Iterator[tuple[str, str]]:
    for group, spec in declaration.groups.items():
        for member in spec.members:
            yield group, member


def _check_attribute_types(merger: _Merger) -> None:
    """One attribute name has one type everywhere, so that a filter on it means one thing; who came first is right."""
    first: dict[str, _Declared] = {}
    for entry in merger.attributes:
        known = first.setdefault(entry.name, entry)
        if known.spec.type is not entry.spec.type:
            message = f"{entry.name} is {entry.spec.type} here and {known.spec.type} in {known.owner} ({known.place})"
            merger.faults.append(Fault(entry.place, message))


def _check_precedence(merger: _Merger, specs: Mapping[str, ClassSpec], types: Mapping[str, RelationshipSpec]) -> None:
    for given in merger.precedence:
        for owner in given.owners:
            merger.faults.extend(_precedence_faults(merger, given, owner, specs, types))


def _precedence_faults(
    merger: _Merger, given: Given, owner: str, specs: Mapping[str, ClassSpec], types: Mapping[str, RelationshipSpec]
) -> Iterable[Fault]:
    section: Section = "classes" if given.declaration.classes else "relationships"
    if not merger.is_known(section, owner):
        kind = "the class" if section == "classes" else "the type"
        return [Fault(given.place, f"a precedence names {kind} {owner}, which no file declares")]
    if owner in specs and merger.is_whole(owner):
        return undeclared(given, owner, {NAME, GROUPS, *said_by_sources(specs[owner].attributes)})
    if owner in types:
        return undeclared(given, owner, {GROUP, EFFECT, *types[owner].attributes})
    return ()


def _check_unknown_class(merger: _Merger) -> None:
    name = merger.unknown_class
    if name is None or merger.is_left_out("classes", name):
        return
    if name not in merger.classes:
        merger.fault(("unknown_class",), f"unknown_class is {name}, which no file declares")
    elif merger.classes[name].abstract:
        merger.fault(("unknown_class",), f"unknown_class is {name}, of which nothing can be: it is abstract")


def _relationship_spec(
    merger: _Merger, name: str, specs: Mapping[str, ClassSpec], known: Precedences
) -> RelationshipSpec:
    declaration = merger.relationships[name]
    for side, ends in (("from", declaration.from_), ("to", declaration.to)):
        for end in ends:
            if not merger.is_known("classes", end):
                merger.fault(("relationships", name, side), f"{name} names the class {end}, which no file declares")
    return RelationshipSpec(
        name=name,
        description=declaration.description or "",
        from_classes=_expand(declaration.from_, specs),
        to_classes=_expand(declaration.to, specs),
        declared_from=declaration.from_,
        declared_to=declaration.to,
        failure=declaration.failure,
        effect=declaration.effect,
        one_to=declaration.cardinality.to == "one",
        one_from=declaration.cardinality.from_ == "one",
        attributes=declaration.attributes,
        precedence=resolved((GROUP, EFFECT, *declaration.attributes), (name,), known),
    )


def _expand(ends: Sequence[str], specs: Mapping[str, ClassSpec]) -> frozenset[str]:
    return frozenset(name for name, spec in specs.items() if not set(ends).isdisjoint(spec.lineage))
