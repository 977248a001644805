"""The fold of all that sources say: deterministic, independent of the order in which they spoke.

``manual`` stands above all; the others follow as the catalogue's precedence says, else in order of scope and key.
``None`` never beats a value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from cmdb.model.catalogue import Catalogue, Precedence, RelationshipSpec
from cmdb.model.catalogue.precedence import EFFECT, GROUP, GROUPS, NAME
from cmdb.model.items import Basis, GroupSetting, Lifecycle
from cmdb.model.sources import MANUAL, SourceRecord
from cmdb.model.values import JSONValue, Value
from cmdb.reconcile.claims import EdgeClaim, ItemClaim
from cmdb.reconcile.voices import Voice, Voices, class_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Effective:
    """What the CMDB holds to be true of a CI after all sources were heard."""

    cls: str
    name: str
    attributes: dict[str, Value]
    groups: dict[str, GroupSetting]
    lifecycle: Lifecycle

    def with_attributes(self, attributes: Mapping[str, Value]) -> "Effective":
        """The same with other attributes: those that the catalogue made canonical."""
        return replace(self, attributes=dict(attributes))


def fold_item(records: Iterable[SourceRecord], catalogue: Catalogue) -> Effective:
    """The effective CI of records of which at least one names a class.

    Linear in what they say, independent of their order.  The class is the most specific one that any source names.
    A CI lives while a source sees it or a person made it, and is retired when a person said so, whatever sources say.
    A value comes from the first that says one, in the order of the catalogue's precedence for it; a source that was
    last heard longer than ``max_age_days`` before another one follows those that were heard.

    Raises:
        UnknownClass: a class that is named is not in the catalogue, or none is named.
    """
    said = list(records)
    if len(said) == 1:
        return _alone(said[0], catalogue)
    voices = Voices.of(said)
    spec = class_of(voices, catalogue)
    rules = spec.precedence
    attributes = _folded(voices, lambda claim: claim.attributes, rules.get)
    return Effective(
        cls=spec.name,
        name=_first(voice.claim.name or None for voice in voices.ordered(rules.get(NAME))) or "",
        attributes={name: value for name, value in attributes.items() if name in spec.attributes},
        groups=_folded(voices, lambda claim: claim.groups, lambda _name: rules.get(GROUPS)),
        lifecycle=lifecycle_of(voices.usual),
    )


def _alone(record: SourceRecord, catalogue: Catalogue) -> Effective:
    """What a single record says: there is nothing to be ordered."""
    claim = ItemClaim.of(record.body)
    spec = catalogue.resolve(claim.cls or "")
    attributes = {
        name: claim.attributes[name]
        for name in sorted(claim.attributes)
        if name in spec.attributes and claim.attributes[name] is not None
    }
    groups = dict(sorted(claim.groups.items()))
    return Effective(spec.name, claim.name, attributes, groups, lifecycle_of([Voice(record, claim)]))


def lifecycle_of(voices: Sequence[Voice]) -> Lifecycle:
    """Whether a CI lives: people decide, else it lives while somebody says that it is there."""
    if any(voice.is_own and voice.claim.retired for voice in voices):
        return Lifecycle.RETIRED
    return Lifecycle.LIVE if any(voice.vouches for voice in voices) else Lifecycle.RETIRED


def fold_edge(records: Iterable[SourceRecord], spec: RelationshipSpec) -> EdgeClaim:
    """The effective edge of at least one record: the strongest basis, the first group, effect and attributes.

    "First" is as the type's precedence says for each of them, else in order of scope and key; people stand above all.
    """
    alone, *others = records
    if not others:
        claim = EdgeClaim.of(alone.body)
        return replace(claim, attributes=_said(claim.attributes)) if claim.attributes else claim
    usual = sorted((alone, *others), key=lambda record: (record.scope.source != MANUAL, str(record.scope), record.key))
    claims = [(record.scope.source, EdgeClaim.of(record.body)) for record in usual]
    order = list(Basis)
    values: dict[str, JSONValue] = {}
    for name in sorted({name for _, claim in claims for name in claim.attributes}):
        ranked = _ranked(claims, spec.precedence.get(name))
        values[name] = _first(claim.attributes.get(name) for claim in ranked)
    return EdgeClaim(
        group=_first(claim.group for claim in _ranked(claims, spec.precedence.get(GROUP))),
        effect=_first(claim.effect for claim in _ranked(claims, spec.precedence.get(EFFECT))),
        basis=min((claim.basis for _, claim in claims), key=order.index),
        attributes=_said(values),
    )


def _said(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    return {name: value for name, value in values.items() if value is not None}


def _ranked(claims: Sequence[tuple[str, EdgeClaim]], rule: Precedence | None) -> Sequence[EdgeClaim]:
    placed = claims if rule is None else sorted(claims, key=lambda pair: _place(pair[0], rule))
    return [claim for _, claim in placed]


def _place(source: str, rule: Precedence) -> int:
    return -1 if source == MANUAL else rule.rank(source)


def _folded(
    voices: Voices, part: Callable[[ItemClaim], Mapping[str, T]], rule: Callable[[str], Precedence | None]
) -> dict[str, T]:
    """The first value of every entry of a part of the claims, each entry in its own order."""
    result: dict[str, T] = {}
    for name in sorted({name for voice in voices.usual for name in part(voice.claim)}):
        value = _first(part(voice.claim).get(name) for voice in voices.ordered(rule(name)))
        if value is not None:
            result[name] = value
    return result


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)
