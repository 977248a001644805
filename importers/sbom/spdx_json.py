"""SPDX 2.2 and 2.3 as JSON."""

from collections.abc import Iterator

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.fields import at, entries, text
from importers.sbom.bill import place_reference
from importers.sbom.relations import Relation
from importers.sbom.spdx import Content, Package


def content_of(value: JSONValue, file: str) -> Content:
    """A document taken apart."""
    described = [text({"": entry}, "") for entry in entries(value, "documentDescribes")]
    files = [text(entry, "SPDXID") for name in ("files", "snippets") for entry in entries(value, name)]
    return Content(
        text(value, "documentNamespace"),
        list(_packages(value, file)),
        list(_relations(value, file)),
        [id_ for id_ in described if id_],
        frozenset(files),
    )


def _packages(value: JSONValue, file: str) -> Iterator[Package]:
    for index, entry in enumerate(entries(value, "packages")):
        pointer = f"packages[{index}]"
        yield Package(
            id=text(entry, "SPDXID") or place_reference(pointer),
            where=Where(file, None, pointer),
            name=text(entry, "name"),
            version=text(entry, "versionInfo"),
            purpose=text(entry, "primaryPackagePurpose"),
            supplier=text(entry, "supplier"),
            location=text(entry, "downloadLocation"),
            description=text(entry, "summary") or text(entry, "description"),
            licences=[text(entry, "licenseConcluded"), text(entry, "licenseDeclared")],
            checksums=[(text(sum_, "algorithm"), text(sum_, "checksumValue")) for sum_ in entries(entry, "checksums")],
            references=[
                (text(ref, "referenceType"), text(ref, "referenceLocator")) for ref in entries(entry, "externalRefs")
            ],
        )


def _relations(value: JSONValue, file: str) -> Iterator[Relation]:
    for index, entry in enumerate(entries(value, "relationships")):
        yield Relation(
            text(entry, "spdxElementId"),
            text(entry, "relationshipType"),
            text(entry, "relatedSpdxElement"),
            Where(file, None, f"relationships[{index}]"),
        )


def is_third_version(value: JSONValue) -> bool:
    """Whether it is a graph of SPDX 3, which has nothing in common with those before."""
    context = at(value, "@context")
    return "spdx.org/rdf/3" in str(context)[:500] if context is not None else False
