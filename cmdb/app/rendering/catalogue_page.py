"""The reference page of the catalogue: Markdown made from the declarations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cmdb.app.rendering.catalogue import ends_of, group_of, meaning_of, precedence_of, tree_of, type_of
from cmdb.model.catalogue import AttributeSpec, Catalogue, ClassSpec, Precedence, RelationshipSpec

OPENING = """# The catalogue

Made from the built-in catalogue by `make docs`; `cmdb --catalogue FILE schema reference` prints it with your own file.

A class has everything that the classes above it have. Values are texts, numbers, booleans, dates (a day, or an instant
with its offset), lists of one kind, JSON, or one of the words given. A CI is found again by the first identification
rule for which it has values; a name alone never identifies anything. Where sources disagree, people count first, then
the sources in order of scope and key, unless a precedence is declared.
"""

TYPES = """
## Relationship types

A relationship points from the dependent to what it depends on, and a failure travels to the first end, unless the table
says otherwise. *hard* passes a failure on as it is, *soft* one step milder.
"""


def catalogue_page(catalogue: Catalogue) -> str:
    """The whole page."""
    lines = [OPENING, "## Classes", ""]
    lines += [f"{'  ' * depth}- {_link(spec)}" for depth, spec in tree_of(catalogue)]
    for _, spec in tree_of(catalogue):
        lines += _class(spec, catalogue)
    lines += [TYPES]
    lines += _table(["type", "from → to", "a failure", "meaning"], [_relationship(spec) for spec in _types(catalogue)])
    for spec_ in _types(catalogue):
        lines += _attributes_of(spec_.name, spec_.attributes.items())
        lines += [f"{line} (`{spec_.name}`)" for line in _precedence(spec_.precedence)]
    if catalogue.unknown_class is not None:
        lines.append(
            f"\nWhat sources describe under a class that is not listed here becomes `{catalogue.unknown_class}`."
        )
    return "\n".join(lines) + "\n"


def _types(catalogue: Catalogue) -> list[RelationshipSpec]:
    return list(catalogue.relationship_types.values())


def _link(spec: ClassSpec) -> str:
    link = f"[{spec.name}](#{spec.name.lower()})"
    return f"*{link}*" if spec.abstract else link


def _class(spec: ClassSpec, catalogue: Catalogue) -> Iterator[str]:
    yield f"\n### {spec.name}\n"
    above = f" Inherits from {', '.join(spec.lineage[1:])}." if len(spec.lineage) > 1 else ""
    yield f"{spec.description}{' Abstract: nothing is of this class itself.' if spec.abstract else ''}{above}"
    inherited = catalogue.classes[spec.lineage[1]] if len(spec.lineage) > 1 else None
    known = inherited.attributes.keys() if inherited is not None else frozenset[str]()
    own = [_attribute(name, value) for name, value in spec.attributes.items() if name not in known]
    if own:
        yield ""
        yield from _table(["attribute", "values", "meaning"], own)
    rules = "; ".join(f"({', '.join(rule.attributes)})" for rule in spec.identify)
    if rules:
        yield f"\nIdentified by {rules}."
    for name, group in spec.groups.items():
        yield f"\nGroup `{name}`: {group_of(group)}. {group.description or ''}".rstrip()
    above_rules = inherited.precedence if inherited is not None else {}
    yield from _precedence({name: rule for name, rule in spec.precedence.items() if above_rules.get(name) != rule})


def _precedence(rules: Mapping[str, Precedence]) -> Iterator[str]:
    """Attributes with the same rule in one line."""
    together: dict[Precedence, list[str]] = {}
    for name, rule in rules.items():
        together.setdefault(rule, []).append(f"`{name}`")
    for rule, names in together.items():
        yield f"\nWhose word counts first for {', '.join(names)}: {precedence_of(rule)}."


def _relationship(spec: RelationshipSpec) -> list[str]:
    once = [" At most one to an origin." if spec.one_to else "", " At most one to a target." if spec.one_from else ""]
    return [f"`{spec.name}`", ends_of(spec), meaning_of(spec), f"{spec.description}{''.join(once)}"]


def _attributes_of(owner: str, attributes: Iterable[tuple[str, AttributeSpec]]) -> Iterator[str]:
    rows = [_attribute(name, spec) for name, spec in attributes]
    if rows:
        yield f"\nAttributes of `{owner}`:\n"
        yield from _table(["attribute", "values", "meaning"], rows)


def _attribute(name: str, spec: AttributeSpec) -> list[str]:
    return [f"`{name}`", type_of(spec), spec.description]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
