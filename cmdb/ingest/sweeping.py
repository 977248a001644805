"""The sweep: what a source reported once and reports no longer is retired, if that can be believed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from cmdb.ingest.edges import plan_keys
from cmdb.ingest.items import plan_targets
from cmdb.ingest.orders import Sweep
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.planning import Planned
from cmdb.ingest.reader import Reader
from cmdb.ingest.reports import SweepReport
from cmdb.ingest.stages import Stage
from cmdb.ingest.work import PAGE, Work, filled
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.model.values import digest

FEW: Final = 10
"""So many CIs may always go."""
DIGITS: Final = 16
"""Hexadecimal digits of a sweep's digest: enough to name it, few enough to be copied by hand."""
SHARE: Final = 0.25
"""Beyond :data:`FEW`, at most this share of the CIs of a scope may go unconfirmed."""


def sweep(work: Work, order: Sweep, scopes: Collection[Scope], stage: Stage) -> SweepReport:
    """Retire what the scopes' sources did not report in this run: only their own claims, each batch one commit.

    Refused, with nothing written, after an incomplete read; and, unless the digest of exactly this sweep is given,
    after a failed row, after an empty read, and above max(:data:`FEW` CIs, :data:`SHARE`) of a scope.
    """
    found = [_survey(work, order, scope) for scope in sorted(scopes)]
    told = digest([line for survey in found for line in survey.told])[:DIGITS]
    refusal = "" if order.permits(told) and not work.is_incomplete else _refusal(work, found)
    report = SweepReport(
        tuple(str(survey.scope) for survey in found),
        sum(survey.items for survey in found),
        sum(survey.relationships for survey in found),
        told,
        refusal,
    )
    if not refusal:
        for survey in found:
            for records in _pages(_unseen(work, order, survey.scope)):
                work.apply(_plan(records, work, stage.reader), stage)
    return report


@dataclass(frozen=True, slots=True)
class _Survey:
    """What of a scope would go: how many CIs and relationships, of how many CIs; and which, as lines for a digest."""

    scope: Scope
    items: int
    relationships: int
    size: int
    told: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return self.size > 0 and self.items == self.size

    @property
    def is_much(self) -> bool:
        return self.items > max(FEW, SHARE * self.size)


def _survey(work: Work, order: Sweep, scope: Scope) -> _Survey:
    told: list[str] = []
    kinds = dict.fromkeys(RecordKind, 0)
    for record in _unseen(work, order, scope):
        kinds[record.kind] += 1
        told.append(f"{record.kind} {record.binding}")
    size = work.store.scope_sizes([scope]).get(scope, {}).get(RecordKind.ITEM, 0)
    return _Survey(scope, kinds[RecordKind.ITEM], kinds[RecordKind.RELATIONSHIP], size, told)


def _unseen(work: Work, order: Sweep, scope: Scope) -> Iterator[SourceRecord]:
    """The records of a scope that stand neither in this input nor in an earlier part of the run."""
    after: str | None = None
    spool = work.spool
    while page := work.store.unseen(scope, work.run_id, after, PAGE):
        after = page[-1].key
        for record in page:
            here = spool.items if record.kind is RecordKind.ITEM else spool.edges
            if (record.scope, record.key) not in here and not order.spares(record):
                yield record


def _refusal(work: Work, found: Sequence[_Survey]) -> str:
    if not any(survey.items or survey.relationships for survey in found):
        return ""
    if work.is_incomplete:
        return "the input was not read to its end"
    if work.failed:
        return f"{work.failed} rows failed, and what they are about could not be told from what is gone"
    for survey in found:
        if survey.is_empty:
            return f"nothing at all was read of {survey.scope}, which has {survey.size} CIs"
        if survey.is_much:
            return f"{survey.items} of the {survey.size} CIs of {survey.scope} would go, more than a quarter"
    return ""


def _plan(records: Sequence[SourceRecord], work: Work, reader: Reader) -> Planned:
    """CIs are marked as gone, claims to relationships dropped, and what they spoke of is folded anew.

    The records are taken as this run left them: one that was dangling before may lead somewhere now.
    """
    records = list(reader.records([(record.scope, record.key) for record in records]).values())
    planned = Planned()
    for record in records:
        if record.kind is RecordKind.ITEM:
            planned.records.append(replace(record, gone=True, run_id=work.run_id))
        else:
            planned.dropped.append((record.scope, record.key))
    overlay = Overlay(reader, work.base_seq)
    overlay.absorb(filled(work.unnumbered(), planned))
    context = work.context(overlay)
    said_by = {record.target: record.binding for record in records if record.target is not None}
    plan_targets(planned.targets(RecordKind.ITEM), context, planned, said_by)
    gone = {record.target for record in records if record.kind is RecordKind.RELATIONSHIP}
    plan_keys({key for key in gone if key is not None}, context, planned, said_by)
    return planned


def _pages(records: Iterable[SourceRecord]) -> Iterator[list[SourceRecord]]:
    iterator = iter(records)
    while page := list(islice(iterator, PAGE)):
        yield page
