"""Everything the outside may call, on one store: what the server and the command line are given."""

from dataclasses import dataclass

from cmdb.ingest.duplicates import Duplicates
from cmdb.ingest.edits import Editor
from cmdb.ingest.engine import Ingest
from cmdb.model.catalogue import Catalogue
from cmdb.practices.assessor import Assessor
from cmdb.practices.records import Records
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Services:
    """One store and the services over it; safe to share between threads."""

    store: Store
    catalogue: Catalogue
    ingest: Ingest
    editor: Editor
    duplicates: Duplicates
    records: Records
    assessor: Assessor


def services(store: Store) -> Services:
    """Wire the services over a store."""
    editor = Editor(store)
    return Services(
        store=store,
        catalogue=store.catalogue,
        ingest=Ingest(store),
        editor=editor,
        duplicates=Duplicates(store),
        records=Records(store, editor),
        assessor=Assessor(store),
    )
