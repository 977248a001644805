"""Source records as they will stand when the run is over: what the input holds was heard now."""

from collections.abc import Sequence
from dataclasses import replace

from cmdb.ingest.planning import Binding, Context
from cmdb.model.sources import SourceRecord


def as_heard(records: Sequence[SourceRecord], context: Context) -> Sequence[SourceRecord]:
    """The records of one item, those whose row stands in the input as heard at the time of the run.

    A source that is silent for long may yield to another one.  Which sources are silent must not depend on the batch
    in which their rows stand, nor on whether the rows changed.  Only where an age is declared and a record is older
    than that, the input is asked whether it holds the row.
    """
    if not context.catalogue.aging:
        return records
    ages = [age for record in records if (age := context.catalogue.aging.get(str(record.body.get("class"))))]
    if not ages or all(context.at - record.seen_at <= min(ages) for record in records):
        return records
    present = context.present()
    return [replace(record, seen_at=context.at) if _binding(record) in present else record for record in records]


def _binding(record: SourceRecord) -> Binding:
    return record.scope, record.key
