"""Planning CI records: bind each to an item, fold all sources, and write down the difference."""

from collections.abc import Collection, Mapping, Sequence

from cmdb.errors import CMDBError, DuplicateKey
from cmdb.identify import binding_key
from cmdb.ingest.binding import Candidate, Subject, Subjects
from cmdb.ingest.checking import checked
from cmdb.ingest.evidence import Description, descriptions, identifiers_of
from cmdb.ingest.hearing import as_heard
from cmdb.ingest.planning import NOBODY, Binding, Context, Planned
from cmdb.ingest.reports import PlannedChange
from cmdb.ingest.suspicion import Suspicions
from cmdb.model.commits import CreateItem, UpdateItem
from cmdb.model.ids import new_id
from cmdb.model.items import GroupSetting, Item, Lifecycle
from cmdb.model.observations import CIRecord
from cmdb.model.sources import Bond, RecordKind, SourceRecord
from cmdb.model.values import JSONValue, canonical
from cmdb.reconcile import Effective, ItemClaim, fold_item


def plan_items(records: Sequence[CIRecord], context: Context) -> Planned:
    """The changes that a batch of CI records means, in at most four reads whatever its size.

    A row that is wrong becomes a :class:`Problem` and the others go on.  Rows equal to what their source last said
    are only seen.  A row whose identity is contested stays a CI of its own, with a warning: it is never guessed.
    """
    planned = Planned()
    candidates = list(checked(records, context, planned))
    known = context.reader.bonds([candidate.binding for candidate in candidates])
    news: list[Candidate] = []
    heard: list[tuple[Candidate, Bond]] = []
    for candidate in candidates:
        old = known.get(candidate.binding)
        if old is not None and old.kind is not RecordKind.ITEM:
            planned.refuse(candidate.record, _key_taken(candidate.record))
        elif old is not None and old.digest == candidate.digest and not old.gone:
            heard.append((candidate, old))
        else:
            news.append(candidate)
    planned.seen += [candidate.binding for candidate, _ in heard]
    planned.unchanged += len(heard)
    if news:
        _plan_news(news, known, context, planned)
    older = [old for candidate, old in heard if candidate.description.cls in context.catalogue.aging]
    aging = {old.target for old in older if old.target is not None}
    if aging:  # that these sources were heard again may make others silent for too long
        plan_targets(aging.difference(update.id for update in planned.updates), context, planned)
    return planned


def plan_targets(ids: Collection[str], context: Context, planned: Planned, said_by: Mapping[str, str] = NOBODY) -> None:
    """Bring items in line with what sources say of them now, in two reads; what nobody speaks of is retired.

    ``said_by`` names the binding whose word changes an item; else it is the first one that speaks of it.
    """
    items = context.reader.items(ids) if ids else {}
    claims = context.reader.records_of(items.keys()) if items else {}
    for id_, item in sorted(items.items()):
        records = claims.get(id_, ())
        try:
            update = _refolded(item, records, context)
        except CMDBError:  # said of the row at the next import of its source
            continue
        if update is not None:
            planned.updates.append(update)
            binding = said_by.get(id_) or (records[0].binding if records else "")
            planned.changes.append(change_of(item, update, binding))


def _refolded(item: Item, records: Sequence[SourceRecord], context: Context) -> UpdateItem | None:
    if all(ItemClaim.of(record.body).cls is None for record in records):
        gone = item.lifecycle is Lifecycle.RETIRED
        return None if gone else UpdateItem(item.id, item.revision, lifecycle=Lifecycle.RETIRED)
    effective = effective_of(records, context)
    hashes = identifiers_of(descriptions(records, context.catalogue), context.catalogue.cls(effective.cls))
    return difference(item, effective, hashes, binding_key(records[0].scope, records[0].key))


def _key_taken(record: CIRecord) -> DuplicateKey:
    return DuplicateKey(f"The key {record.key!r} is that of a relationship of its scope.")


def _plan_news(news: Sequence[Candidate], known: Mapping[Binding, Bond], context: Context, planned: Planned) -> None:
    subjects = Subjects(context, news, known)
    suspicions = Suspicions()
    touched: dict[str, Subject] = {}
    free: list[Candidate] = []
    for candidate in news:
        old = known.get(candidate.binding)
        subject = subjects.all.get(old.target) if old is not None and old.target is not None else None
        if subject is None:
            free.append(candidate)
        else:
            subjects.join(subject, candidate)
            touched[subject.id] = subject
    for subject in touched.values():
        _suspect_gained(subject, subjects, suspicions)
    for candidate in free:
        subject = _subject(candidate, subjects, context, suspicions)
        subjects.join(subject, candidate)
        touched[subject.id] = subject
    for subject in touched.values():
        _plan_subject(subject, subjects.taken, context, planned)
    created = {create.id for create in planned.creates}
    there = {id_ for id_, subject in subjects.all.items() if subject.item is not None or id_ in created}
    suspicions.plan(there, context, planned)


def _subject(candidate: Candidate, subjects: Subjects, context: Context, suspicions: Suspicions) -> Subject:
    """The item that a row without a binding is of: the one it names or the only one that agrees, else a new one."""
    if (named := subjects.named(candidate)) is not None:
        return named
    match = subjects.matching(candidate)
    if len(match.same) == 1 and not _is_other_row(match.same[0], candidate, context):
        subject = match.same[0]
    else:
        subject = Subject(new_id(), None, contested=bool(match.same))
    suspicions.add(candidate, subject, match.near)
    return subject


def _is_other_row(subject: Subject, candidate: Candidate, context: Context) -> bool:
    """Whether the same scope speaks of the match under another key that stands in this input too.

    Within one scope two keys are two things, however alike: cloned machines share their serial numbers.
    """
    others = [
        binding
        for binding in subject.claims
        if binding[0] == candidate.record.scope
        and binding != candidate.binding  # the same row may just have been written
    ]
    return bool(others) and any(binding in context.present() for binding in others)


def _suspect_gained(subject: Subject, subjects: Subjects, suspicions: Suspicions) -> None:
    """A CI that now has the identity of another one stays apart from it."""
    gained = subject.hashes.difference(subject.item.identifiers if subject.item else ())
    suspicions.add(subject.rows[-1], subject, subjects.alike(subject, gained))


def _plan_subject(subject: Subject, taken: set[str], context: Context, planned: Planned) -> None:
    effective, rows = _accepted(subject, context, planned)
    if effective is None:
        return
    planned.records.extend(subject.claims[row.binding] for row in rows)
    binding = subject.claims[rows[0].binding].binding
    fallback = binding_key(*rows[0].binding)
    told = subject.descriptions if len(rows) == len(subject.rows) else _descriptions_without(subject, rows, context)
    hashes = identifiers_of(told, context.catalogue.cls(effective.cls))
    if subject.item is None:
        planned.unshared.extend(hash_ for hash_ in hashes if hash_ not in taken)
        free = bool(hashes) and not subject.contested and hashes[0] not in taken
        key = hashes[0] if free else fallback
        taken.add(key)
        planned.creates.append(
            CreateItem(subject.id, effective.cls, effective.name, effective.attributes, key, hashes, effective.groups)
        )
        planned.changes.append(PlannedChange("create", f"{effective.cls}:{effective.name}", binding))
        return
    gained = set(hashes).difference(subject.item.identifiers, taken)
    planned.unshared.extend(sorted(gained))
    update = difference(subject.item, effective, hashes, fallback)
    if update is None:
        planned.unchanged += len(rows)
    else:
        planned.updates.append(update)
        planned.changes.append(change_of(subject.item, update, binding))


def _descriptions_without(subject: Subject, rows: Sequence[Candidate], context: Context) -> Sequence[Description]:
    """What is said of an item by all but the rows that were refused."""
    refused = {row.binding for row in subject.rows}.difference(row.binding for row in rows)
    claims = (record for binding, record in subject.claims.items() if binding not in refused)
    return descriptions(claims, context.catalogue)


def _accepted(subject: Subject, context: Context, planned: Planned) -> tuple[Effective | None, Sequence[Candidate]]:
    """The effective item with all its rows; when they do not fit together, with those that do, one after another."""
    fresh = {row.binding for row in subject.rows}
    claims = [record for binding, record in subject.claims.items() if binding not in fresh]
    try:
        return effective_of([*claims, *(subject.claims[row.binding] for row in subject.rows)], context), subject.rows
    except CMDBError as error:
        if len(subject.rows) == 1:
            planned.refuse(subject.rows[0].record, error)
            return None, ()
    accepted: list[Candidate] = []
    effective: Effective | None = None
    for row in subject.rows:
        try:
            effective = effective_of([*claims, subject.claims[row.binding]], context)
        except CMDBError as error:
            planned.refuse(row.record, error)
        else:
            claims.append(subject.claims[row.binding])
            accepted.append(row)
    return effective if accepted else None, accepted


def effective_of(claims: Sequence[SourceRecord], context: Context) -> Effective:
    """What is said of an item together, as the catalogue accepts it.

    Raises:
        BadInput and its kinds: it does not fit together.
    """
    effective = fold_item(as_heard(claims, context), context.catalogue)
    return effective.with_attributes(context.catalogue.check_item(effective.cls, effective.attributes))


def difference(item: Item, effective: Effective, hashes: tuple[str, ...], fallback: str) -> UpdateItem | None:
    """The patch from an item to what it shall be, or ``None``.

    ``fallback`` becomes the identity when the old one no longer identifies the item.
    """
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


def change_of(item: Item, update: UpdateItem, binding: str) -> PlannedChange:
    """An update as a person reads it: to retire or restore a CI is more than to update it."""
    actions = {Lifecycle.RETIRED: "retire", Lifecycle.LIVE: "restore", None: "update"}
    return PlannedChange(actions[update.lifecycle], item.label, binding, changed_fields(item, update))


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
        fields["lifecycle"] = (str(item.lifecycle), str(update.lifecycle))
    for name, setting in update.groups.items():
        fields[f"group {name}"] = (_thresholds(item.groups.get(name)), _thresholds(setting))
    return fields


def _thresholds(setting: GroupSetting | None) -> JSONValue:
    if setting is None:
        return None
    below = f", degraded below {setting.degraded_below}" if setting.degraded_below is not None else ""
    return f"{setting.min_up}{below}"
