"""Rows of an input as plain tuples and back: what a spool keeps in a file and a plan in the store."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias, cast

from cmdb.errors import InvalidReference
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import CIRecord, Evidence, RelationshipRecord, Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue

Row: TypeAlias = CIRecord | RelationshipRecord
Packed: TypeAlias = Sequence[JSONValue]
"""Texts, numbers, lists and maps only, so that it can be JSON."""

_scope = lru_cache(4096)(Scope)


def pack_item(row: CIRecord) -> Packed:
    """A CI record; :func:`unpack_item` reads it back."""
    groups = {name: (setting.min_up, setting.degraded_below) for name, setting in row.groups.items()}
    where = (row.where.file, row.where.line, row.where.pointer)
    scope = row.scope
    return (
        scope.source, scope.boundary, row.key, row.cls, row.name, row.attributes, groups, row.kind, where, row.unmapped,
    )  # fmt: skip


def unpack_item(packed: Packed) -> CIRecord:
    """What :func:`pack_item` packed."""
    source, boundary, key, cls, name, attributes, groups, kind, where, unmapped = cast("Sequence[str]", packed)
    return CIRecord(
        _scope(source, boundary),
        key,
        cls,
        name,
        cast("Mapping[str, JSONValue]", attributes),
        {group: GroupSetting(*setting) for group, setting in cast("Mapping[str, str]", groups).items()},
        kind,
        Where(*cast("tuple[str, int | None, str]", where)),
        cast("Mapping[str, JSONValue]", unmapped),
    )


def pack_edge(row: RelationshipRecord) -> Packed:
    """A relationship record; :func:`unpack_edge` reads it back."""
    evidence = [(said.origin, said.where.file, said.where.line, said.where.pointer) for said in row.evidence]
    where = (row.where.file, row.where.line, row.where.pointer)
    effect = None if row.effect is None else row.effect.value
    ends = (pack_reference(row.from_ref), pack_reference(row.to_ref))
    scope = row.scope
    return (
        scope.source, scope.boundary, row.type, *ends, row.basis.value, row.group, effect, row.attributes, evidence,
        where,
    )  # fmt: skip


def unpack_edge(packed: Packed) -> RelationshipRecord:
    """What :func:`pack_edge` packed."""
    source, boundary, type_, origin, target, basis, group, effect, attributes, evidence, where = packed
    return RelationshipRecord(
        _scope(cast("str", source), cast("str", boundary)),
        cast("str", type_),
        unpack_reference(origin),
        unpack_reference(target),
        Basis(cast("str", basis)),
        cast("str | None", group),
        None if effect is None else Effect(cast("str", effect)),
        cast("Mapping[str, JSONValue]", attributes),
        tuple(
            Evidence(origin, Where(file, line, pointer))
            for origin, file, line, pointer in cast("Sequence[tuple[str, str, int | None, str]]", evidence)
        ),
        Where(*cast("tuple[str, int | None, str]", where)),
    )


def pack_reference(reference: Reference) -> list[JSONValue]:
    """A reference, its kind first."""
    match reference:
        case ByKey():
            return ["key", reference.scope.source, reference.scope.boundary, reference.key]
        case ById():
            return ["id", reference.id]
        case ByName():
            return ["name", reference.cls, reference.name]
        case ByIdentifier():
            return ["identifier", reference.attribute, reference.value, reference.cls]


def unpack_reference(packed: JSONValue) -> Reference:
    """What :func:`pack_reference` packed.

    Raises:
        InvalidReference: it is nothing of that form.
    """
    match packed:
        case ["key", str(source), str(boundary), str(key)]:
            return ByKey(_scope(source, boundary), key)
        case ["id", str(id_)]:
            return ById(id_)
        case ["name", str(cls), str(name)]:
            return ByName(cls, name)
        case ["identifier", str(attribute), str(value), str() | None as cls_]:
            return ByIdentifier(attribute, value, cls_)
        case _:
            raise InvalidReference(f"A stored reference cannot be read: {packed!r}.")
