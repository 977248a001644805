"""The loaded catalogue: look-ups, and what it says of values and ends."""

from collections.abc import Iterable, Mapping

from cmdb.errors import (
    BadInput,
    EndNotAllowed,
    MissingAttribute,
    UnknownAttribute,
    UnknownClass,
    UnknownRelationshipType,
)
from cmdb.model.catalogue.checking import check_group, checked
from cmdb.model.catalogue.declarations import AttributeSpec, AttributeType, ClassSpec, RelationshipSpec
from cmdb.model.items import GroupSetting
from cmdb.model.values import JSONValue, Value, digest

CI = "CI"
RECORD = "Record"
"""The two roots: configuration items, and the records of service management."""


class Catalogue:
    """All classes and relationship types, immutable after loading."""

    def __init__(
        self,
        classes: Mapping[str, ClassSpec],
        relationships: Mapping[str, RelationshipSpec],
        unknown_class: str | None = None,
    ) -> None:
        """Index the specifications; ``loading.load_catalogue`` is how to get one."""
        self.classes = dict(sorted(classes.items()))
        self.relationship_types = dict(sorted(relationships.items()))
        self.attribute_types: dict[str, AttributeType] = {
            name: spec.type for entry in self.classes.values() for name, spec in entry.attributes.items()
        }
        """Type of every attribute name: one name has one type in all classes."""
        self._descendants = {
            name: tuple(other for other, spec in self.classes.items() if name in spec.lineage) for name in self.classes
        }
        self.unknown_class = unknown_class
        """The class of what sources describe under a class that is not here; ``None`` when that is an error."""
        self.aging = {
            name: min(ages)
            for name, below in self._descendants.items()
            if (
                ages := [
                    rule.max_age for cls in below for rule in self.classes[cls].precedence.values() if rule.max_age
                ]
            )
        }
        """The least age at which a source may yield, by class; only those whose items or their heirs have one."""
        self.version = digest(
            [
                unknown_class,
                [spec.model_dump(mode="json") for spec in self.classes.values()],
                [_plain(spec) for spec in self.relationship_types.values()],
            ]
        )[:16]
        """Digest of all declarations: the version of the rules an answer was computed by."""

    def cls(self, name: str) -> ClassSpec:
        """The specification of a class.

        Raises:
            UnknownClass: when no file declares it.
        """
        if name not in self.classes:
            raise UnknownClass(f"The class {name!r} is not in the catalogue.", details={"class": name})
        return self.classes[name]

    def resolve(self, name: str) -> ClassSpec:
        """The class that is meant when a source names one: itself, or the one for what is not in the catalogue.

        Raises:
            UnknownClass: when no file declares it and none says what becomes of such things.
        """
        return self.cls(name if name in self.classes or self.unknown_class is None else self.unknown_class)

    def relationship(self, type_: str) -> RelationshipSpec:
        """The specification of a relationship type.

        Raises:
            UnknownRelationshipType: when no file declares it.
        """
        if type_ not in self.relationship_types:
            raise UnknownRelationshipType(f"The relationship type {type_!r} is not in the catalogue.")
        return self.relationship_types[type_]

    def descendants(self, name: str) -> tuple[str, ...]:
        """The class itself and every class that inherits from it, sorted.

        Raises:
            UnknownClass: when no file declares it.
        """
        return self._descendants[self.cls(name).name]

    def is_a(self, name: str, ancestor: str) -> bool:
        """Whether a class is, or inherits from, another; an unknown class is nothing."""
        return name in self.classes and ancestor in self.classes[name].lineage

    def group_setting(self, cls: str, group: str) -> GroupSetting | None:
        """What the class itself says of a group of that name."""
        spec = self.classes[cls].groups.get(group) if cls in self.classes else None
        return GroupSetting(spec.min_up, spec.degraded_below) if spec else None

    def default_group(self, cls: str, type_: str) -> str | None:
        """The declared group that an edge of this type joins at a dependent of this class."""
        groups = self.classes[cls].groups if cls in self.classes else {}
        return next((name for name, spec in groups.items() if type_ in spec.members), None)

    def check_item(self, cls: str, attributes: Mapping[str, JSONValue]) -> dict[str, Value]:
        """The attributes of a complete item in canonical form; empty values (``None``) are dropped.

        Raises:
            UnknownClass, UnknownAttribute, WrongType, MissingAttribute, BadInput: an abstract class.
        """
        spec = self.cls(cls)
        if spec.abstract:
            msg = f"{cls} is abstract: nothing can be of that class itself."
            raise BadInput(msg, hint=f"Use one of {', '.join(self._concrete(cls))}.")
        return _complete(cls, spec.attributes, _checked_all(cls, spec.attributes, attributes))

    def check_patch(self, cls: str, attributes: Mapping[str, JSONValue]) -> dict[str, Value]:
        """Attributes that somebody sets (or, with ``None``, removes) in canonical form.

        Raises:
            UnknownClass, UnknownAttribute, WrongType.  BadInput: only the CMDB itself sets one of them.
        """
        specs = self.cls(cls).attributes
        managed = sorted(name for name in attributes if name in specs and specs[name].managed)
        if managed:
            msg = f"{cls}.{managed[0]} is set by the CMDB itself."
            raise BadInput(msg, hint="Leave it out.", details={"attributes": managed})
        return _checked_all(cls, specs, attributes)

    def check_groups(self, owner: str, groups: Mapping[str, GroupSetting | None]) -> None:
        """Accept the settings of redundancy groups; ``None`` (to remove one) is accepted.

        Raises:
            WrongType: a name or threshold that impact could not be computed with.
        """
        for name, setting in groups.items():
            check_group(owner, name, setting or GroupSetting())

    def check_relationship(self, type_: str, attributes: Mapping[str, JSONValue]) -> dict[str, Value]:
        """The attributes of an edge in canonical form.

        Raises:
            UnknownRelationshipType, UnknownAttribute, WrongType, MissingAttribute.
        """
        spec = self.relationship(type_)
        if not attributes and not spec.attributes:
            return {}
        return _complete(type_, spec.attributes, _checked_all(type_, spec.attributes, attributes))

    def check_ends(self, type_: str, from_cls: str, to_cls: str) -> None:
        """Accept the two ends of an edge, in this direction.

        Raises:
            UnknownRelationshipType, EndNotAllowed.
        """
        spec = self.relationship(type_)
        if from_cls not in spec.from_classes or to_cls not in spec.to_classes:
            msg = f"{type_} does not lead from {from_cls} to {to_cls}."
            ends = f"from {', '.join(spec.declared_from)} to {', '.join(spec.declared_to)}"
            raise EndNotAllowed(msg, hint=f"It leads {ends}.")

    def _concrete(self, cls: str) -> list[str]:
        return [name for name in self._descendants[cls] if not self.classes[name].abstract]


def _checked_all(
    owner: str, specs: Mapping[str, AttributeSpec], attributes: Mapping[str, JSONValue]
) -> dict[str, Value]:
    unknown = sorted(str(name) for name in attributes.keys() - specs.keys())
    if unknown:
        raise UnknownAttribute(f"{owner} has no attribute {unknown[0]!r}.", details={"attributes": unknown})
    return {
        name: None if value is None else checked(f"{owner}.{name}", specs[name], value)
        for name, value in sorted(attributes.items())
    }


def _complete(owner: str, specs: Mapping[str, AttributeSpec], patch: Mapping[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {name: value for name, value in patch.items() if value is not None}
    missing = sorted(name for name, spec in specs.items() if spec.required and name not in values)
    if missing:
        raise MissingAttribute(f"{owner} needs a value for {_list(missing)}.", hint="Give it.")
    return values


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _plain(spec: RelationshipSpec) -> dict[str, JSONValue]:
    plain: dict[str, JSONValue] = spec.model_dump(mode="json")
    plain["from_classes"] = sorted(spec.from_classes)
    plain["to_classes"] = sorted(spec.to_classes)
    return plain
