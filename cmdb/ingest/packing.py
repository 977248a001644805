"""Rows of an input as plain tuples and back: what a spool keeps in a file and a plan in the store."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from cmdb.errors import InvalidReference
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import CIRecord, Evidence, RelationshipRecord, Where
from cmdb.model.references import ById, ByIdentifier, ByKey, ByName, Reference
from cmdb.model.sources import scope_of
from cmdb.model.values import JSONValue

Row: TypeAlias = CIRecord | RelationshipRecord
Packed: TypeAlias = Sequence[JSONValue]
"""Texts, numbers, lists and maps only, so that it can be JSON."""


_KEY: Final = "key"
_KEY_PARTS: Final = 4
_BASES: Final[Mapping[JSONValue, Basis]] = {basis.value: basis for basis in Basis}


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
        scope_of(source, boundary),
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
        scope_of(cast("str", source), cast("str", boundary)),
        cast("str", type_),
        unpack_reference(origin),
        unpack_reference(target),
        _BASES[basis],
        cast("str | None", group),
        None if effect is None else Effect(cast("str", effect)),
        cast("Mapping[str, JSONValue]", attributes),
        _unpack_evidence(cast("Sequence[tuple[str, str, int | None, str]]", evidence)) if evidence else (),
        Where(*cast("tuple[str, int | None, str]", where)),
    )


def _unpack_evidence(packed: Sequence[tuple[str, str, int | None, str]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(origin, Where(file, line, pointer)) for origin, file, line, pointer in packed)


def pack_reference(reference: Reference) -> list[JSONValue]:
    """A reference, its kind first."""
    match reference:
        case ByKey():
            return [_KEY, reference.scope.source, reference.scope.boundary, reference.key]
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
    if isinstance(packed, list) and len(packed) == _KEY_PARTS and packed[0] == _KEY:  # nearly all are, in large inputs
        _, source, boundary, key = packed
        if isinstance(source, str) and isinstance(boundary, str) and isinstance(key, str):
            return ByKey(scope_of(source, boundary), key)
    match packed:
        case ["id", str(id_)]:
            return ById(id_)
        case ["name", str(cls), str(name)]:
            return ByName(cls, name)
        case ["identifier", str(attribute), str(value), str() | None as cls_]:
            return ByIdentifier(attribute, value, cls_)
        case _:
            raise InvalidReference(f"A stored reference cannot be read: {packed!r}.")
