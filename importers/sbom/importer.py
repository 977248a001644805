"""Software bills of material in the formats CycloneDX and SPDX."""

from collections.abc import Iterator
from typing import ClassVar, Final

from cmdb.model.observations import Observation, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.fields import text
from importers.json_text import parse_json
from importers.sbom import cyclonedx, spdx, spdx_json, spdx_tags
from importers.sbom.bill import Bill
from importers.sbom.cyclonedx_xml import tree_of
from importers.sbom.records import records_of
from importers.sbom.scoping import scope_of
from importers.text_input import malformed, whole_text
from importers.xml_text import root_name

_CERTAIN, _SURE = 0.97, 0.92
_BOM: Final = b"\xef\xbb\xbf"
_HINT: Final = "Give CycloneDX 1.2 to 1.6 as JSON or XML, or SPDX 2.2 or 2.3 as JSON or tags and values."
_CYCLONEDX_XML: Final = b"cyclonedx.org/schema/bom"


class SbomImporter(Importer):
    """CycloneDX 1.2 to 1.6 as JSON and XML, SPDX 2.2 and 2.3 as JSON and as tags and values.

    The document is held in memory as a whole.
    """

    name: ClassVar[str] = "sbom"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure by the marks that each of the formats has to have."""
        start = head.removeprefix(_BOM).lstrip()
        if start.startswith(b"<"):
            is_bill = root_name(head).rpartition(":")[2] == "bom" and _CYCLONEDX_XML in start
            return _CERTAIN if is_bill else 0.0
        if not start.startswith(b"{"):
            return _CERTAIN if b"SPDXVersion: SPDX-" in start else 0.0
        if b'"bomFormat"' in start and b'"CycloneDX"' in start:
            return _CERTAIN
        if b'"spdxVersion"' in start and b'"SPDX-' in start:
            return _CERTAIN
        if b"spdx.org/rdf/3" in start and b'"@graph"' in start:
            return _CERTAIN
        return _SURE if b'"SPDXID"' in start and b'"SPDXRef-' in start else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The one scope of the bill: what it describes."""
        return (scope_of(_bill(document), options),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then parts in the order of the bill, the addresses of services, and relationships."""
        bill = _bill(document)
        yield from records_of(bill, scope_of(bill, options))


def _bill(document: Document) -> Bill:
    head = document.head().removeprefix(_BOM).lstrip()
    if head.startswith(b"<"):
        return cyclonedx.bill_of(*tree_of(document))
    if head.startswith(b"{"):
        return _bill_of_json(document)
    if b"SPDXVersion:" in head:
        return spdx.bill_of(spdx_tags.content_of(document))
    raise malformed("this is no bill of material.", Where(document.name), _HINT)


def _bill_of_json(document: Document) -> Bill:
    value = parse_json(whole_text(document), Where(document.name, 1))
    if text(value, "bomFormat") == "CycloneDX":
        return cyclonedx.bill_of(value, cyclonedx.Place(document.name))
    if spdx_json.is_third_version(value):
        hint = "Write it as SPDX 2.3 or CycloneDX, which the tools that write SPDX 3 can do as well."
        raise malformed("SPDX 3 is not read.", Where(document.name), hint)
    version = text(value, "spdxVersion")
    if version.startswith(spdx.VERSIONS):
        return spdx.bill_of(spdx_json.content_of(value, document.name))
    raise malformed("this is no bill of material that is read.", Where(document.name), _HINT)
