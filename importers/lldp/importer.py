"""Layer-1 topologies and LLDP neighbours as JSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import ClassVar, Final

from cmdb.errors import InvalidReference
from cmdb.model.observations import Observation, Problem, Where
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.base import Document, Importer, ReadOptions
from importers.json_text import parse_json
from importers.lldp.cabling import DEVICES_BOUNDARY, Report, cabling
from importers.lldp.layer1 import EDGES, cables_of
from importers.lldp.lldpctl import ROOT, neighbours_of
from importers.lldp.sightings import Found, Sighting
from importers.text_input import malformed, whole_text

DEFAULT_SOURCE: Final = "lldp/default"
"""The source of a network that nobody has named."""
TOPOLOGY_BOUNDARY: Final = "topology"
"""Boundary of the links of a layer-1 topology."""

_CERTAIN: Final = 0.95
_NEIGHBOURS: Final = re.compile(rb'\s*\{\s*"lldp"\s*:')
_CABLE: Final = (b'"edges"', b'"node1"', b'"node2"', b'"interfaceName"')
_HOST: Final = re.compile(r"[^\s#/\x00-][^\s#/\x00]*\Z")
_SUFFIX: Final = re.compile(r"(\.lldp(ctl)?)?\.json0?\Z", re.IGNORECASE)


class LldpImporter(Importer):
    """Layer-1 topologies, and what ``lldpctl`` prints on one host.

    ``ReadOptions.source`` names the network (``lldp/hq``).  ``ReadOptions.boundary`` names the host on which
    ``lldpctl`` ran (without it, it is the file's name), or the boundary of a topology.
    """

    name: ClassVar[str] = "lldp"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of a topology's words, and of an object that begins with ``lldp``."""
        start = head.removeprefix(b"\xef\xbb\xbf")
        return _CERTAIN if _NEIGHBOURS.match(start) or all(word in start for word in _CABLE) else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The scope of devices and ports, and that of the links that this file speaks of."""
        source = options.source or DEFAULT_SOURCE
        return tuple(sorted({Scope(source, DEVICES_BOUNDARY), _links_scope(document, _content(document), options)}))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then devices and ports in the order of the file, then links."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """Several hosts, and topologies, as one network: a device that many see is told once.

        Raises:
            InvalidReference: one name is given for several hosts.
        """
        contents = [(document, _content(document)) for document in documents]
        if options.boundary and sum(ROOT in content for _, content in contents) > 1:
            msg = f"{options.boundary!r} cannot be the name of several hosts."
            raise InvalidReference(msg, hint="Name each file like its host, or import them one by one.")
        reports: list[Report] = []
        for document, content in contents:
            scope = _links_scope(document, content, options)
            found = list(_found(document, content, scope))
            yield from (entry for entry in found if isinstance(entry, Problem))
            sightings = tuple(entry for entry in found if isinstance(entry, Sighting))
            reports.append(Report(scope, "chassis" if ROOT in content else "host", sightings))
        yield from cabling(reports)


def _found(document: Document, content: Mapping[str, JSONValue], scope: Scope) -> Iterator[Found]:
    if ROOT in content:
        yield from neighbours_of(content, scope.boundary, document.name)
    else:
        yield from cables_of(content, document.name)


def _content(document: Document) -> Mapping[str, JSONValue]:
    content = parse_json(whole_text(document), Where(document.name, 1))
    if not isinstance(content, Mapping) or not (ROOT in content or isinstance(content.get(EDGES), list)):
        hint = "Give a layer-1 topology, or what lldpctl prints with -f json or -f json0."
        raise malformed('there is neither "edges" nor "lldp".', Where(document.name, 1), hint)
    return content


def _links_scope(document: Document, content: Mapping[str, JSONValue], options: ReadOptions) -> Scope:
    host = _SUFFIX.sub("", PurePath(document.name).name) if ROOT in content else TOPOLOGY_BOUNDARY
    boundary = options.boundary or host
    if ROOT in content and not _HOST.match(boundary):
        msg = f"{document.name} does not tell on which host it was made."
        raise InvalidReference(msg, hint="Name the host with --scope, or the file like the host.")
    return Scope(options.source or DEFAULT_SOURCE, boundary)
