"""Laying catalogue files over one another, and resolving inheritance into complete specifications."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from cmdb.errors import Fault
from cmdb.model.catalogue.declarations import (
    AttributeSpec,
    CatalogueFile,
    ClassDeclaration,
    ClassSpec,
    IdentificationRule,
    RelationshipDeclaration,
    RelationshipSpec,
)

Place = Callable[[tuple[int | str, ...]], str]


@dataclass(frozen=True, slots=True)
class Layer:
    """One file: its content when it had the right form, its faults, and how to name a place in it."""

    name: str
    content: CatalogueFile | None
    faults: tuple[Fault, ...]
    place: Place


@dataclass(slots=True)
class _Merger:
    """The declarations gathered so far; faults are collected, never raised."""

    classes: dict[str, ClassDeclaration] = field(default_factory=dict)
    relationships: dict[str, RelationshipDeclaration] = field(default_factory=dict)
    places: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, section: str, name: str, message: str) -> None:
        self.faults.append(Fault(self.places[section, name], message))

    def add_class(self, name: str, new: ClassDeclaration, place: str) -> None:
        self.places["classes", name] = place
        old = self.classes.get(name)
        if old is None:
            self.classes[name] = new
            if new.description is None:
                self.fault("classes", name, f"the class {name} has no description")
            return
        if new.extends not in (None, old.extends) or new.abstract or new.description:
            self.fault("classes", name, f"{name} exists; only attributes, identify and groups can be added to it")
        for attribute in old.attributes.keys() & new.attributes.keys():
            self.fault("classes", name, f"the attribute {attribute} of {name} exists already")
        self.classes[name] = old.model_copy(
            update={
                "attributes": {**new.attributes, **old.attributes},
                "identify": old.identify + new.identify,
                "groups": {**old.groups, **new.groups},
            }
        )

    def add_relationship(self, name: str, new: RelationshipDeclaration, place: str) -> None:
        self.places["relationships", name] = place
        old = self.relationships.get(name)
        if old is None:
            self.relationships[name] = new
            if not (new.description and new.from_ and new.to):
                self.fault("relationships", name, f"the type {name} needs a description, from and to")
            return
        if new.model_fields_set - {"from_", "to", "attributes"}:
            self.fault("relationships", name, f"{name} exists; only from, to and attributes can be added to it")
        self.relationships[name] = old.model_copy(
            update={
                "from_": old.from_ + new.from_,
                "to": old.to + new.to,
                "attributes": {**new.attributes, **old.attributes},
            }
        )

    def lineage(self, name: str) -> tuple[str, ...]:
        line = [name]
        while (parent := self.classes[line[-1]].extends) is not None:
            if parent not in self.classes or parent in line:
                break
            line.append(parent)
        return tuple(line)


def merge(layers: Sequence[Layer]) -> tuple[dict[str, ClassSpec], dict[str, RelationshipSpec], list[Fault]]:
    """All classes and types of all layers, resolved, with the faults that only the whole shows."""
    merger = _Merger()
    for layer in layers:
        if layer.content is None:
            continue
        for name, declaration in layer.content.classes.items():
            merger.add_class(name, declaration, layer.place(("classes", name)))
        for type_, relationship in layer.content.relationships.items():
            merger.add_relationship(type_, relationship, layer.place(("relationships", type_)))
    if any(layer.content is None for layer in layers):
        return {}, {}, merger.faults
    _check_parents(merger)
    specs = {name: _class_spec(merger, name) for name in merger.classes}
    _check_attribute_types(merger, specs)
    return specs, {name: _relationship_spec(merger, name, specs) for name in merger.relationships}, merger.faults


def _check_parents(merger: _Merger) -> None:
    for name, declaration in merger.classes.items():
        parent = declaration.extends
        if parent is not None and parent not in merger.classes:
            merger.fault("classes", name, f"{name} extends {parent}, which no file declares")
        elif parent is not None and name in merger.lineage(parent):
            merger.fault("classes", name, f"{name} inherits from itself")


def _class_spec(merger: _Merger, name: str) -> ClassSpec:
    lineage = merger.lineage(name)
    chain = [merger.classes[ancestor] for ancestor in reversed(lineage)]
    attributes = {key: spec for part in chain for key, spec in part.attributes.items()}
    groups = {key: spec for part in chain for key, spec in part.groups.items()}
    identify = tuple(
        IdentificationRule(declared_by=owner, attributes=rule)
        for owner in lineage
        for rule in merger.classes[owner].identify
    )
    for rule in merger.classes[name].identify:
        if unknown := [part for part in rule if part != "name" and part not in attributes]:
            merger.fault("classes", name, f"{name} is identified by {unknown[0]}, which is no attribute of it")
        if rule == ("name",):
            merger.fault("classes", name, f"{name}: a name alone is never identity")
    for group, spec in groups.items():
        if unknown_types := [member for member in spec.members if member not in merger.relationships]:
            merger.fault("classes", name, f"the group {group} of {name} names {unknown_types[0]}, which is no type")
    declaration = merger.classes[name]
    return ClassSpec(
        name=name,
        description=declaration.description or "",
        abstract=declaration.abstract,
        lineage=lineage,
        attributes=attributes,
        identify=identify,
        groups=groups,
    )


def _check_attribute_types(merger: _Merger, specs: Mapping[str, ClassSpec]) -> None:
    """One attribute name has one type everywhere, so that a filter on it means one thing."""
    first: dict[str, tuple[str, AttributeSpec]] = {}
    for name, spec in specs.items():
        for attribute, attribute_spec in spec.attributes.items():
            owner, known = first.setdefault(attribute, (name, attribute_spec))
            if known.type is not attribute_spec.type and attribute in merger.classes[name].attributes:
                merger.fault("classes", name, f"{attribute} is {attribute_spec.type} here and {known.type} in {owner}")


def _relationship_spec(merger: _Merger, name: str, specs: Mapping[str, ClassSpec]) -> RelationshipSpec:
    declaration = merger.relationships[name]
    for end in (*declaration.from_, *declaration.to):
        if end not in specs:
            merger.fault("relationships", name, f"{name} names the class {end}, which no file declares")
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
    )


def _expand(ends: Sequence[str], specs: Mapping[str, ClassSpec]) -> frozenset[str]:
    return frozenset(name for name, spec in specs.items() if not set(ends).isdisjoint(spec.lineage))
