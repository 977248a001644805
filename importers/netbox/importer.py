"""NetBox dumps and REST pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from cmdb.model.observations import Observation, Problem
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.evidence import merged
from importers.netbox.devices import Machines
from importers.netbox.estate import Estate, is_ci
from importers.netbox.links import link_edges
from importers.netbox.pages import Page, missing_pages
from importers.netbox.power import power_edges, power_groups
from importers.netbox.records import Groups, records_of
from importers.netbox.remarks import fallen_back, not_followed, not_taken, unknown_content_types
from importers.netbox.rows import Row, Skipped, rows_of
from importers.netbox.structure import lag_groups, structure_edges
from importers.netbox.wiring import Wiring

DEFAULT_SOURCE: Final = "netbox/default"
"""The source of an instance that nobody has named."""

_CERTAIN, _LIKELY, _PERHAPS = 0.97, 0.6, 0.4
_APPS: Final = ("dcim", "ipam", "circuits", "virtualization", "tenancy")
_SAY_EDGES: Final = {
    "dcim.cabletermination": "dcim.cable",
    "dcim.devicebay": "dcim.devicebay",
    "circuits.circuittermination": "circuits.circuittermination",
    "tenancy.contactassignment": "tenancy.contactassignment",
}
"""Models that become no CIs but edges, and the scope that these stand in."""


class NetBoxImporter(Importer):
    """Dumps made by ``manage.py dumpdata`` and JSON of the REST API, in any number of files.

    A scope is a model of an instance (``netbox/default/dcim.device``), a key the primary key.  Dumps are read an object
    at a time; what is kept of them is what is used, so memory grows with the inventory and not with its bookkeeping.
    """

    name: ClassVar[str] = "netbox"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure when the words of NetBox's apps stand where a dump or the API puts them."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith((b"[", b"{")):
            return 0.0
        packed = start.replace(b" ", b"").replace(b"\n", b"").replace(b"\r", b"").replace(b"\t", b"")
        dump = b'"model":"' in packed and (b'"fields":{' in packed or b'"pk":' in packed)
        if dump and any(b'"model":"%s.' % app in packed or b'"app_label":"%s"' % app in packed for app in _BYTES):
            return _CERTAIN
        rest = b'"url":"' in packed or b'"next":"' in packed
        if rest and any(b"/api/%s/" % app in packed for app in _BYTES):
            return _CERTAIN
        if dump:
            return _PERHAPS
        page = all(word in packed for word in (b'"count":', b'"next":', b'"previous":', b'"results":['))
        return _LIKELY if page else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """One for each model of which the document has rows."""
        contents = _contents([document], options)
        models = {
            _SAY_EDGES.get(model, model) for model in contents.estate.by_model if is_ci(model) or model in _SAY_EDGES
        }
        return tuple(sorted(contents.estate.scope(model) for model in models))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs model by model, then edges."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All documents as one instance: the rows of one refer to those of another."""
        contents = _contents(documents, options)
        estate = contents.estate
        machines, wiring = Machines.of(estate), Wiring.of(estate)
        power = power_edges(machines, wiring)
        yield from contents.problems
        yield from unknown_content_types(estate)
        yield from not_taken(contents.skipped)
        yield from fallen_back(machines)
        yield from not_followed(wiring)
        yield from records_of(machines, Groups({**lag_groups(estate).of, **power_groups(power, estate).of}))
        yield from merged(structure_edges(estate))
        yield from power
        yield from merged(link_edges(estate, wiring))


_BYTES: Final = tuple(app.encode() for app in _APPS)


@dataclass(slots=True)
class _Gathered:
    """What comes out of documents, sorted by what it is."""

    rows: list[Row] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def take(self, read: Row | Page | Problem | Skipped) -> None:
        match read:
            case Row():
                self.rows.append(read)
            case Page():
                self.pages.append(read)
            case Problem():
                self.problems.append(read)
            case Skipped():
                self.skipped.append(read)


@dataclass(frozen=True, slots=True)
class _Contents:
    """Documents taken apart: their rows, what is wrong with them, what is not looked at."""

    estate: Estate
    problems: Sequence[Problem]
    skipped: Sequence[Skipped]


def _contents(documents: Sequence[Document], options: ReadOptions) -> _Contents:
    gathered = _Gathered()
    for document in documents:
        for read in rows_of(document):
            gathered.take(read)
    estate, twice = Estate.of(options.source or DEFAULT_SOURCE, options.boundary, gathered.rows)
    given = {model: len(rows) for model, rows in estate.by_model.items()}
    missing = missing_pages(gathered.pages, given)
    return _Contents(estate, [*gathered.problems, *twice, *missing], gathered.skipped)
