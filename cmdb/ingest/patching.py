"""What a person changes of an item, and what people then say of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cmdb.errors import Retired
from cmdb.ingest.handwork import BY_HAND, Request, item_record, own_claim
from cmdb.model.items import GroupSetting, Item, Lifecycle
from cmdb.model.sources import Scope, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.reconcile import ItemClaim, Voices, lifecycle_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemPatch:
    """What to change: absent means unchanged; ``None`` inside ``attributes`` or ``groups`` hands the value back.

    What people say holds for just what they say: an edit of one attribute leaves all others, and the class, to the
    sources.
    """

    name: str | None = None
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    groups: Mapping[str, GroupSetting | None] = field(default_factory=dict)
    retired: bool | None = None
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What people no longer say, so that it is again as sources say: attributes (``name`` is the name) and groups."""

    attributes: Collection[str] = ()
    groups: Collection[str] = ()
    expected_revision: int | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that is said of an item once a person has spoken, and what of it has to be written or dropped."""

    records: Sequence[SourceRecord]
    changed: Sequence[SourceRecord]
    dropped: Sequence[tuple[Scope, str]]


def respoken(item: Item, records: Sequence[SourceRecord], patch: ItemPatch, request: Request) -> Spoken:
    """What a person says goes to the item's own record; what is handed back is also taken from what was merged in.

    Raises:
        Retired: nobody speaks of the item any more, and the person does not say that it is there.
    """
    claim = _patched(own_claim(item.id, records), patch)
    others = [record for record in records if record.scope != BY_HAND]
    if patch.retired is False and lifecycle_of(Voices.of(others).usual) is Lifecycle.RETIRED:
        claim = replace(claim, cls=item.cls, name=claim.name or item.name)  # nobody else says that it is there
    if claim.cls is None and all(ItemClaim.of(record.body).cls is None for record in records):
        raise Retired(f"{item.label} is retired, and nobody speaks of it any more.", hint="Restore it first.")
    said = {item.id: claim}
    handed_back = replace(
        patch,
        name="" if patch.name == "" else None,
        attributes={name: None for name, value in patch.attributes.items() if value is None},
        groups={name: None for name, group in patch.groups.items() if group is None},
        retired=None,
    )
    for record in records:
        if record.scope == BY_HAND and record.key != item.id:
            said[record.key] = _patched(ItemClaim.of(record.body), handed_back)
    changed = [item_record(key, claim, request, item.id) for key, claim in said.items() if not claim.says_nothing]
    before = {record.key for record in records if record.scope == BY_HAND}
    silent = [(BY_HAND, key) for key, claim in said.items() if claim.says_nothing and key in before]
    return Spoken([*others, *changed], changed, silent)


def _patched(claim: ItemClaim, patch: ItemPatch) -> ItemClaim:
    return replace(
        claim,
        name=patch.name if patch.name is not None else claim.name,
        attributes=_merged(claim.attributes, patch.attributes),
        groups=_merged(claim.groups, patch.groups),
        retired=claim.retired if patch.retired is None else patch.retired or None,
    )


def _merged(old: Mapping[str, T], patch: Mapping[str, T | None]) -> dict[str, T]:
    return {name: value for name, value in {**old, **patch}.items() if value is not None}
