"""Classes and relationship types as text and as plain JSON values."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from cmdb.app.rendering.lines import columns, line, section, title
from cmdb.model.catalogue import (
    AttributeSpec,
    Catalogue,
    ClassSpec,
    Failure,
    GroupDeclaration,
    Precedence,
    RelationshipSpec,
)


def class_json(spec: ClassSpec) -> dict[str, object]:
    """A class with everything it inherits."""
    return {
        "name": spec.name,
        "description": spec.description,
        "abstract": spec.abstract,
        "lineage": list(spec.lineage),
        "attributes": {name: attribute.model_dump(mode="json") for name, attribute in spec.attributes.items()},
        "identify": [list(rule.attributes) for rule in spec.identify],
        "groups": {name: group.model_dump(mode="json") for name, group in spec.groups.items()},
        "precedence": {name: rule.model_dump(mode="json") for name, rule in spec.precedence.items()},
    }


def relationship_json(spec: RelationshipSpec) -> dict[str, object]:
    """A relationship type; its ends as declared, subclasses included by meaning."""
    return {
        "name": spec.name,
        "description": spec.description,
        "from": list(spec.declared_from),
        "to": list(spec.declared_to),
        "failure": spec.failure,
        "effect": spec.effect,
        "cardinality": {"from": "one" if spec.one_from else "many", "to": "one" if spec.one_to else "many"},
        "attributes": {name: attribute.model_dump(mode="json") for name, attribute in spec.attributes.items()},
        "precedence": {name: rule.model_dump(mode="json") for name, rule in spec.precedence.items()},
    }


def classes_report(catalogue: Catalogue) -> Iterator[RenderableType]:
    """The classes as a tree: a class stands under its parent, abstract ones in brackets."""
    yield from columns(
        [f"{'  ' * depth}{f'({spec.name})' if spec.abstract else spec.name}", spec.description]
        for depth, spec in tree_of(catalogue)
    )


def tree_of(catalogue: Catalogue) -> Iterator[tuple[int, ClassSpec]]:
    """Every class with its depth, each followed by its children in order of name."""
    specs = sorted(catalogue.classes.values(), key=lambda spec: tuple(reversed(spec.lineage)))
    return ((len(spec.lineage) - 1, spec) for spec in specs)


def class_report(spec: ClassSpec, catalogue: Catalogue) -> Iterator[RenderableType]:
    """One class in text."""
    yield title(f"{' < '.join(spec.lineage)}{' (abstract)' if spec.abstract else ''}")
    yield line(spec.description)
    yield from section("Attributes", columns(_attributes(spec)))
    yield from section("Identified by, the first that has values", columns(_rules(spec)))
    yield from section("Redundancy groups", columns(_groups(spec)))
    yield from section(
        "Whose word counts first", columns([name, precedence_of(rule)] for name, rule in spec.precedence.items())
    )
    out = [
        [kind.name, f"to {', '.join(kind.declared_to)}"] for kind in _types(catalogue) if spec.name in kind.from_classes
    ]
    back = [
        [kind.name, f"from {', '.join(kind.declared_from)}"]
        for kind in _types(catalogue)
        if spec.name in kind.to_classes
    ]
    yield from section("May point", columns(out))
    yield from section("May be pointed to", columns(back))


def relationships_report(catalogue: Catalogue) -> Iterator[RenderableType]:
    """All types in text."""
    yield from columns([spec.name, ends_of(spec), meaning_of(spec), spec.description] for spec in _types(catalogue))


def ends_of(spec: RelationshipSpec) -> str:
    """``Offering → Service``."""
    return f"{', '.join(spec.declared_from)} → {', '.join(spec.declared_to)}"


def meaning_of(spec: RelationshipSpec) -> str:
    """What a failure does along the type, in words."""
    if spec.failure is Failure.NONE:
        return "no failure travels"
    way = "to the first end" if spec.failure is Failure.AGAINST else "to the second end"
    return f"{spec.effect} {way}"


def type_of(spec: AttributeSpec) -> str:
    """The type of an attribute, with the values of an enum."""
    remarks = [", required" if spec.required else "", ", set by the CMDB itself" if spec.managed else ""]
    return f"{', '.join(spec.values) if spec.values else spec.type}{''.join(remarks)}"


def group_of(spec: GroupDeclaration) -> str:
    """``any 1 of POWERED_BY``."""
    below = f", works worse below {spec.degraded_below}" if spec.degraded_below else ""
    return f"needs {spec.min_up} of its {', '.join(spec.members)}{below}"


def precedence_of(rule: Precedence) -> str:
    """``netbox/hq, then ansible/*, then all others; after 90 days of silence the next``."""
    order = ", then ".join((*rule.sources, "all others")) if rule.sources else "the usual order"
    days = "" if rule.max_age_days is None else f"; after {rule.max_age_days} days of silence the next"
    return f"{order}{days}"


def _types(catalogue: Catalogue) -> Sequence[RelationshipSpec]:
    return list(catalogue.relationship_types.values())


def _attributes(spec: ClassSpec) -> Iterator[list[str]]:
    return ([name, type_of(attribute), attribute.description] for name, attribute in spec.attributes.items())


def _rules(spec: ClassSpec) -> Iterator[list[str]]:
    return ([f"{number}.", ", ".join(rule.attributes)] for number, rule in enumerate(spec.identify, 1))


def _groups(spec: ClassSpec) -> Iterator[list[str]]:
    return ([name, group_of(group)] for name, group in spec.groups.items())
