"""Short ways to say what a source describes, and to import it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from cmdb.ingest.edits import NewItem
from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import CIRecord, Evidence, Observation, RelationshipRecord, Where
from cmdb.model.references import ByKey, Reference, parse_reference
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.store.port import Store

RACKS = Scope("racks", "hall-1")
CLOUD = Scope("cloud", "eu")
WATCH = Scope("watch", "all")
FILE = Path("estate.csv").name


def ci(key: str, cls: str = "Host", /, *, scope: Scope = RACKS, name: str | None = None, **said: JSONValue) -> CIRecord:
    """A CI that is named like its key unless said otherwise."""
    return CIRecord(scope, key, cls, key if name is None else name, said, kind=cls, where=Where(FILE, 1))


def grouped(record: CIRecord, **groups: str | GroupSetting) -> CIRecord:
    """The same CI with redundancy groups; a text is the least number that must be up."""
    settings = {name: GroupSetting(g) if isinstance(g, str) else g for name, g in groups.items()}
    return replace(record, groups=settings)


def edge(  # noqa: PLR0913 - a row has this many columns
    from_: str | Reference,
    type_: str,
    to: str | Reference,
    /,
    *,
    scope: Scope = RACKS,
    basis: Basis = Basis.DECLARED,
    group: str | None = None,
    effect: Effect | None = None,
    attributes: Mapping[str, JSONValue] | None = None,
    origin: str = "column",
) -> RelationshipRecord:
    """A relationship; a text is a key of the same scope, or a reference when it has a colon or a hash."""
    return RelationshipRecord(
        scope, type_, ref(from_, scope), ref(to, scope), basis, group, effect, attributes or {},
        (Evidence(origin, Where(FILE, 7)),), Where(FILE, 7),
    )  # fmt: skip


def ref(text: str | Reference, scope: Scope) -> Reference:
    if not isinstance(text, str):
        return text
    return parse_reference(text) if {":", "#"} & set(text) else ByKey(scope, text)


ORDER = Order("tester", "test")


def load(store: Store, *rows: Observation, order: Order = ORDER) -> ImportReport:
    """Import rows as one input."""
    return Ingest(store).run([lambda: rows], order)


def load_each(store: Store, *inputs: Sequence[Observation]) -> ImportReport:
    """Import several inputs in one run."""
    return Ingest(store).run([partial(iter, rows) for rows in inputs], ORDER)


def plan(store: Store, *rows: Observation, order: Order = ORDER) -> ImportReport:
    """What importing the rows would do."""
    return Ingest(store).plan([lambda: rows], order)


def new_host(name: str, **attributes: JSONValue) -> NewItem:
    """A host to create by hand."""
    return NewItem("Host", name, attributes)
