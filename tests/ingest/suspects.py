"""Two CIs that may be one, and what is decided of them."""

from collections.abc import Sequence

from cmdb.ingest.duplicates import Verdict
from cmdb.ingest.edits import Request
from cmdb.ingest.references import find_one
from cmdb.ingest.reports import ImportReport
from cmdb.model.items import Item, Lifecycle
from cmdb.model.references import ById, ByIdentifier, ByName
from cmdb.store.port import Store
from tests.ingest.graphs import item, items
from tests.ingest.rows import CLOUD, WATCH, ci, edge, load


def asks(request_id: str = "decision", reason: str = "looked at both") -> Request:
    return Request("anna", reason, request_id)


def suspected(store: Store, **more: str) -> ImportReport:
    """Two hosts ``a`` (racks) and ``b`` (cloud) that came to have one serial number."""
    load(store, ci("a", serial="S-1", model="A"))
    load(store, ci("b", scope=CLOUD, serial="S-2", **more))
    return load(store, ci("b", scope=CLOUD, serial="S-1", **more))


def the_case(store: Store) -> Item:
    """The case of ``a`` and ``b``."""
    return find_one(ByName("DuplicateCase", "Host:a / Host:b"), store, store.catalogue)


def verdict(store: Store, request_id: str = "decision") -> Verdict:
    """A decision of that case."""
    return Verdict(ById(the_case(store).id), asks(request_id))


def host(store: Store, name: str) -> str:
    return item(store, name).id


def bound(store: Store) -> dict[str, list[str]]:
    """Who speaks of which live item, by its name."""
    said = store.records_of([entry.id for entry in items(store)])
    return {
        entry.name: [record.binding for record in said.get(entry.id, ())]
        for entry in items(store)
        if entry.lifecycle is Lifecycle.LIVE
    }


def linked(store: Store) -> None:
    """Relationships of both, in both directions, some of them the same."""
    load(
        store,
        ci("r", "Rack", code="R-1"),
        ci("x"),
        edge("a", "LOCATED_IN", "r"),
        edge("racks/hall-1#x", "LINKED_TO", "cloud/eu#b", scope=CLOUD, attributes={"note": "of the cloud"}),
        edge("racks/hall-1#x", "LINKED_TO", "racks/hall-1#a", attributes={"note": "of the racks"}),
        edge("cloud/eu#b", "LINKED_TO", "racks/hall-1#a", scope=CLOUD),
        edge(ByIdentifier("serial", "S-1"), "LINKED_TO", "racks/hall-1#x", scope=WATCH),
    )


def withdrawn_of(store: Store, given: Sequence[Item]) -> list[Item]:
    """Those of some cases that were withdrawn."""
    now = store.items([case.id for case in given]).values()
    return [case for case in now if case.lifecycle is Lifecycle.RETIRED]
