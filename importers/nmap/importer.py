"""Nmap's XML: hosts that answered and their open ports."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import ClassVar, Final

from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, Evidence, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.nmap.hosts import Port, address_of, is_up, names_of, open_ports_of, told_of
from importers.text_input import malformed
from importers.xml_text import Element, parts_of, root_name

DEFAULT_SOURCE = "nmap"
ROOT = "nmaprun"

_CERTAIN: Final = 0.98
_LONGEST_INSTANT: Final = 19


class NmapImporter(Importer):
    """What ``nmap -oX`` writes, in constant memory.

    A scan says something of the hosts that answered and nothing of the others, so each address is a boundary of its
    own: a host that is silent today is not missing from anything.
    """

    name: ClassVar[str] = "nmap"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure by the name of the root element."""
        return _CERTAIN if root_name(head) == ROOT else 0.0

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Each host with its open ports, in the order of the scan; then what is wrong with the scan as a whole."""
        return _Scan(document, options).observations()

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """The newest scan first: what it says of a host or port counts, older ones add what it did not look at."""
        told: set[str] = set()
        for document in sorted(documents, key=_newest_first):
            yield from _Scan(document, options, told).observations()


@dataclass(slots=True)
class _Scan:
    """One pass over a scan; ``told`` are the hosts and ports that a newer scan has spoken of already."""

    document: Document
    options: ReadOptions
    told: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    silent: int = 0
    finished: bool = False

    def observations(self) -> Iterator[Observation]:
        parts = parts_of(self.document)
        _require_scan(next(parts), self.document.name)
        for part in parts:
            if isinstance(part, Problem):
                self.finished = True  # the problem says already that something is missing
                yield part
                continue
            if part.name == "host":
                yield from self._host(part)
            elif part.name == "runstats":
                end = part.find("finished")
                self.finished = end is not None and end.get("exit") in {"", "success"}
        yield from self._whole()

    def _host(self, host: Element) -> Iterator[Observation]:
        address, where = address_of(host), Where(self.document.name, host.line)
        if not is_up(host):
            self.silent += 1
        elif address is None:
            message = "The host has no IP address. Nothing was taken from it."
            yield Problem(Severity.ERROR, "HOST_WITHOUT_ADDRESS", message, where)
        elif str(address) in self.seen:
            message = f"{address} was scanned twice; the first result counts."
            yield Problem(Severity.WARNING, "HOST_TWICE", message, where, str(address))
        else:
            self.seen.add(str(address))
            yield from self._scanned(host, address, where)

    def _scanned(self, host: Element, address: IPv4Address | IPv6Address, where: Where) -> Iterator[Observation]:
        if address.is_loopback:
            message = f"{address} is whichever machine ran the scan. Name that machine with --source nmap/NAME."
            yield Problem(Severity.WARNING, "LOOPBACK_SCANNED", message, where, str(address))
        yield from self._device(host, str(address), where)

    def _device(self, host: Element, key: str, where: Where) -> Iterator[Observation]:
        scope = Scope(self.options.source or DEFAULT_SOURCE, self.options.boundary or key)
        name, said = next(iter(names_of(host)), key), {"addresses": [key]}
        if self._is_new(key):
            yield CIRecord(scope, key, "OtherDevice", name, said, kind="host", where=where, unmapped=told_of(host))
        yield from self._endpoints(host, ByKey(scope, key))

    def _is_new(self, key: str) -> bool:
        new = key not in self.told
        self.told.add(key)
        return new

    def _endpoints(self, host: Element, owner: ByKey) -> Iterator[Observation]:
        for port in open_ports_of(host):
            key, where = _endpoint_key(owner.key, port), Where(self.document.name, port.line)
            if not self._is_new(key):
                continue
            yield CIRecord(owner.scope, key, "Endpoint", key, kind="port", where=where, unmapped=port.service)
            evidence = (Evidence("open port", where),)
            ends = ByKey(owner.scope, key), owner
            yield RelationshipRecord(
                owner.scope, "PROVIDED_BY", *ends, basis=Basis.OBSERVED, evidence=evidence, where=where
            )

    def _whole(self) -> Iterator[Problem]:
        where = Where(self.document.name, 1)
        if self.silent:
            message = f"Addresses that did not answer: {self.silent}. Nothing is said of them."
            yield Problem(Severity.INFO, "HOSTS_SILENT", message, where)
        if not self.finished:
            message = "The scan did not end by itself, so hosts may be missing. Scan again."
            yield Problem(Severity.INCOMPLETE, "SCAN_NOT_FINISHED", message, where)


def _newest_first(document: Document) -> tuple[int, str]:
    root = next(parts_of(document))
    start = root.get("start") if isinstance(root, Element) else ""
    return -int(start) if start.isdecimal() and len(start) < _LONGEST_INSTANT else 0, document.name


def _endpoint_key(address: str, port: Port) -> str:
    host = f"[{address}]" if ":" in address else address
    return f"{host}:{port.number}/{port.protocol}"


def _require_scan(root: Element | Problem, file: str) -> None:
    """Refuse what is no scan, and what other scanners write in a similar form."""
    if not isinstance(root, Element) or root.name != ROOT:
        seen = root.name[:64] if isinstance(root, Element) else ""
        raise malformed(f"the root is <{seen}>, so this is no scan.", Where(file, 1), "Write it with nmap -oX FILE.")
    if (scanner := root.get("scanner") or "nmap") != "nmap":
        raise malformed(f"a scan of {scanner[:64]}, not of nmap.", Where(file, root.line), "Scan with nmap -oX FILE.")
