"""Planning CI records: bind each to an item, fold all sources, and write down the difference."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cmdb.errors import BadInput, CMDBError
from cmdb.identify import binding_key, identifiers
from cmdb.ingest.planning import Binding, Context, Planned
from cmdb.ingest.reports import PlannedChange
from cmdb.model.commits import CreateItem, UpdateItem
from cmdb.model.items import GroupSetting, Item, Lifecycle
from cmdb.model.observations import CIRecord, Problem, Severity
from cmdb.model.sources import RecordKind, SourceRecord
from cmdb.model.values import JSONValue, canonical, digest
from cmdb.reconcile import Effective, ItemClaim, fold_item


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One checked row: what it claims, and the hashes it may be found by."""

    record: CIRecord
    claim: ItemClaim
    digest: str
    hashes: tuple[str, ...]

    @property
    def binding(self) -> Binding:
        return self.record.scope, self.record.key


def plan_items(records: Sequence[CIRecord], context: Context) -> Planned:
    """The changes that a batch of CI records means, in at most five reads whatever its size.

    A row that is wrong becomes a :class:`Problem` and the others go on.  Rows equal to what their source last said
    are only seen.  A row whose identity is contested stays a CI of its own, with a warning: it is never guessed.
    """
    planned = Planned()
    candidates = list(_checked(records, context, planned))
    known = context.reader.records([candidate.binding for candidate in candidates])
    news: list[_Candidate] = []
    for candidate in candidates:
        old = known.get(candidate.binding)
        if old is not None and old.digest == candidate.digest and old.target is not None:
            planned.seen.append(candidate.binding)
            planned.unchanged += 1
        else:
            news.append(candidate)
    if news:
        _plan_news(news, known, context, planned)
    return planned


def _checked(records: Iterable[CIRecord], context: Context, planned: Planned) -> Iterable[_Candidate]:
    for record in records:
        try:
            yield _candidate(record, context)
        except CMDBError as error:
            planned.problems.append(_problem(record, error))


def _candidate(record: CIRecord, context: Context) -> _Candidate:
    spec = context.catalogue.cls(record.cls)
    if spec.abstract:
        context.catalogue.check_item(record.cls, {})
    if not record.name.strip():
        raise BadInput("The name is empty.", hint="Give it a name.")
    patch = context.catalogue.check_patch(record.cls, record.attributes)
    claim = ItemClaim(
        cls=record.cls,
        name=record.name,
        attributes={name: value for name, value in patch.items() if value is not None},
        groups=dict(record.groups),
        unmapped=dict(record.unmapped),
    )
    hashes = identifiers(spec, record.name, claim.attributes)
    return _Candidate(record, claim, digest(claim.body()), hashes)


def _problem(record: CIRecord, error: CMDBError) -> Problem:
    return Problem(Severity.ERROR, error.code, f"{record.cls}:{record.name}: {error}", record.where, record.key)


def _plan_news(
    news: Sequence[_Candidate], known: Mapping[Binding, SourceRecord], context: Context, planned: Planned
) -> None:
    found = context.reader.identified({hash_ for candidate in news for hash_ in candidate.hashes})
    bound = {record.target for record in known.values() if record.target is not None}
    items = context.reader.items(bound | {id_ for ids in found.values() for id_ in ids})
    claims = context.reader.records_of(items.keys())
    binder = _Binder(context, known, found, items, claims, planned)
    by_target: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in news:
        by_target[binder.target(candidate)].append(candidate)
    for target, group in by_target.items():
        _plan_target(target, group, binder)


@dataclass(slots=True)
class _Binder:
    """Decides which item a row is of; what it decided for earlier rows of the batch counts for later ones."""

    context: Context
    known: Mapping[Binding, SourceRecord]
    found: Mapping[str, Sequence[str]]
    items: Mapping[str, Item]
    claims: Mapping[str, Sequence[SourceRecord]]
    planned: Planned
    new_by_hash: dict[str, dict[str, _Candidate]] = field(default_factory=lambda: defaultdict(dict))
    contested: set[str] = field(default_factory=set)

    def target(self, candidate: _Candidate) -> str:
        old = self.known.get(candidate.binding)
        if old is not None and old.target is not None:
            return old.target
        matches = self._matches(candidate)
        if len(matches) == 1 and not self._is_other_row(matches[0], candidate):
            return matches[0]
        new = str(uuid.uuid4())
        if matches:
            self.contested.add(new)
            self.planned.problems.append(_suspected(candidate, matches))
        for hash_ in candidate.hashes:
            self.new_by_hash[hash_][new] = candidate
        return new

    def _matches(self, candidate: _Candidate) -> list[str]:
        old = {id_ for hash_ in candidate.hashes for id_ in self.found.get(hash_, ())}
        matches = {id_ for id_ in old if self._compatible(self.items[id_].cls, candidate.record.cls)}
        for hash_ in candidate.hashes:
            for id_, other in self.new_by_hash[hash_].items():
                if self._compatible(other.record.cls, candidate.record.cls):
                    matches.add(id_)
        return sorted(matches)

    def _compatible(self, one: str, other: str) -> bool:
        return self.context.catalogue.is_a(one, other) or self.context.catalogue.is_a(other, one)

    def _is_other_row(self, target: str, candidate: _Candidate) -> bool:
        """Whether the same scope speaks of the match under another key that stands in this input too.

        Within one scope two keys are two things, however alike: cloned machines share their serial numbers.
        """
        keys = {record.key for record in self.claims.get(target, ()) if record.scope == candidate.record.scope}
        for by_id in self.new_by_hash.values():
            if target in by_id and by_id[target].record.scope == candidate.record.scope:
                keys.add(by_id[target].record.key)
        keys.discard(candidate.record.key)
        return bool(keys) and any((candidate.record.scope, key) in self.context.present() for key in keys)


def _suspected(candidate: _Candidate, matches: Collection[str]) -> Problem:
    record = candidate.record
    others = ", ".join(matches)
    message = f"{record.cls}:{record.name} has the identity of {others} as well; it is kept apart, decide by hand."
    return Problem(Severity.WARNING, "DUPLICATE_SUSPECTED", message, record.where, record.key)


def _plan_target(target: str, group: Sequence[_Candidate], binder: _Binder) -> None:
    context, planned = binder.context, binder.planned
    fresh = {candidate.binding: _source_record(candidate, target, context) for candidate in group}
    others = [record for record in binder.claims.get(target, ()) if (record.scope, record.key) not in fresh]
    effective = fold_item([*others, *fresh.values()], context.catalogue)
    try:
        attributes = context.catalogue.check_item(effective.cls, effective.attributes)
    except CMDBError as error:
        planned.problems.extend(_problem(candidate.record, error) for candidate in group)
        return
    planned.records.extend(fresh.values())
    binding = next(iter(fresh.values())).binding
    hashes = identifiers(context.catalogue.cls(effective.cls), effective.name, attributes)
    item = binder.items.get(target)
    if item is None:
        taken = target in binder.contested or any(binder.found.get(hash_) for hash_ in hashes[:1])
        key = binding_key(*group[0].binding) if taken or not hashes else hashes[0]
        create = CreateItem(target, effective.cls, effective.name, attributes, key, hashes, effective.groups)
        planned.creates.append(create)
        planned.changes.append(PlannedChange("create", f"{create.cls}:{create.name}", binding))
        return
    update = difference(item, effective, hashes, binding_key(*group[0].binding))
    if update is None:
        planned.unchanged += len(group)
    else:
        planned.updates.append(update)
        planned.changes.append(PlannedChange("update", item.label, binding, changed_fields(item, update)))


def _source_record(candidate: _Candidate, target: str, context: Context) -> SourceRecord:
    return SourceRecord(
        scope=candidate.record.scope,
        key=candidate.record.key,
        kind=RecordKind.ITEM,
        target=target,
        digest=candidate.digest,
        body=candidate.claim.body(),
        run_id=context.run_id,
        seen_at=context.at,
    )


def difference(item: Item, effective: Effective, hashes: tuple[str, ...], fallback: str) -> UpdateItem | None:
    """The patch from an item to what it shall be, or ``None``; ``fallback`` is the identity when the old one is void."""
    attributes = _patch(item.attributes, effective.attributes)
    groups = _patch_groups(item.groups, effective.groups)
    void = item.identity_key in item.identifiers and item.identity_key not in hashes
    update = UpdateItem(
        id=item.id,
        expected_revision=item.revision,
        name=effective.name if effective.name != item.name else None,
        cls=effective.cls if effective.cls != item.cls else None,
        attributes=attributes,
        groups=groups,
        lifecycle=effective.lifecycle if effective.lifecycle is not item.lifecycle else None,
        identifiers=hashes if hashes != item.identifiers else None,
        identity_key=fallback if void else None,
    )
    changed = (update.name, update.cls, update.lifecycle, update.identifiers, update.identity_key)
    return update if attributes or groups or any(value is not None for value in changed) else None


def _patch(old: Mapping[str, JSONValue], new: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    patch = {name: new.get(name) for name in sorted(old.keys() | new.keys())}
    return {name: value for name, value in patch.items() if canonical(value) != canonical(old.get(name))}


def _patch_groups(old: Mapping[str, GroupSetting], new: Mapping[str, GroupSetting]) -> dict[str, GroupSetting | None]:
    names = sorted(old.keys() | new.keys())
    return {name: new.get(name) for name in names if old.get(name) != new.get(name)}


def changed_fields(item: Item, update: UpdateItem) -> dict[str, tuple[JSONValue, JSONValue]]:
    """Field → (old, new) of a patch, as a person reads it."""
    fields: dict[str, tuple[JSONValue, JSONValue]] = {
        name: (item.attributes.get(name), value) for name, value in update.attributes.items()
    }
    if update.name is not None:
        fields["name"] = (item.name, update.name)
    if update.cls is not None:
        fields["class"] = (item.cls, update.cls)
    if update.lifecycle is not None:
        fields["lifecycle"] = (str(item.lifecycle), str(update.lifecycle or Lifecycle.LIVE))
    for name, setting in update.groups.items():
        old = item.groups.get(name)
        fields[f"group {name}"] = (old.min_up if old else None, setting.min_up if setting else None)
    return fields
