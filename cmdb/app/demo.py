"""The sample estate of Meridian Outdoor, a company made up for it, and a change that hits it."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from cmdb.app.imports import Prepared, Wanted, prepare
from cmdb.errors import FileMissing
from cmdb.ingest.edits import Request
from cmdb.ingest.engine import Order
from cmdb.ingest.reports import ImportReport
from cmdb.ingest.session import Progress
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item
from cmdb.model.references import ByName
from cmdb.practices.answers import Seed
from cmdb.practices.records import NewRecord
from cmdb.practices.services import Services
from importers.base import Document

CLUSTER: Final = "kubernetes/meridian-prod"
"""The source of the estate's manifests; its files of rows speak for themselves."""

REQUEST: Final = "sample-estate/CHG-2041"
"""The same request every time: the change is registered once."""

CHANGE: Final = NewRecord(
    "Change",
    "CHG-2041",
    {
        "code": "CHG-2041",
        "change_type": "normal",
        "description": "Replace the worn power distribution unit A of rack 2 and update the firmware of core switch 1.",
        "window_start": "2026-11-28T22:00:00Z",
        "window_end": "2026-11-29T02:00:00Z",
        "requested_by": "Marek Dvorak",
    },
    affects=(Seed(ByName("PDU", "ams1-r2-a")), Seed(ByName("Switch", "core-1"))),
    links=(("OWNED_BY", ByName("Team", "Network Operations")),),
)


def estate() -> tuple[Document, ...]:
    """Every file of the estate, in order of its name."""
    return tuple(_documents(files("cmdb.app").joinpath("estate"), "estate"))


def prepare_estate(catalogue: Catalogue) -> Prepared:
    """The estate, ready to be imported as one run: its manifests in the name of their cluster."""
    documents = estate()
    manifests = [document for document in documents if "/kubernetes/" in document.name]
    rows = [document for document in documents if document not in manifests]
    return prepare(manifests, Wanted(source=CLUSTER), catalogue).and_also(prepare(rows, Wanted(), catalogue))


def import_estate(services: Services, prepared: Prepared, actor: str, advance: Progress) -> ImportReport:
    """Import the estate; a second time it changes nothing."""
    return services.ingest.run(prepared.inputs, Order(actor, reason="sample estate"), advance)


def register_change(services: Services, actor: str) -> Item:
    """Register the change; a second time it is the same one.

    Raises:
        NotFound, AmbiguousName: what it affects is not, or not alone, in the store.
        DuplicateIdentity: there is another change of that number.
    """
    return services.records.register(CHANGE, Request(actor, "sample estate", REQUEST))


def _documents(folder: Traversable, name: str) -> list[Document]:
    found: list[Document] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        inside = f"{name}/{entry.name}"
        if entry.is_dir():
            found += _documents(entry, inside)
        elif entry.name.endswith((".csv", ".json", ".yaml")):
            found.append(_document(entry, inside))
    return found


def _document(entry: Traversable, name: str) -> Document:
    try:
        return Document(name, entry.read_bytes())
    except OSError as error:
        raise FileMissing(
            f"The sample file {name} cannot be read: {error.strerror}.", hint="Install cmdb again."
        ) from error
