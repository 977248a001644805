"""Everything the outside may call, on one store: what the server and the command line are given."""

from dataclasses import dataclass

from cmdb.ingest.duplicates import Duplicates
from cmdb.ingest.edits import Editor
from cmdb.ingest.engine import Ingest
from cmdb.ingest.plans import Plans
from cmdb.model.catalogue import Catalogue
from cmdb.practices.assessor import Assessor
from cmdb.practices.policy import Policy, PolicyGuard, default_policy
from cmdb.practices.records import Records
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Services:
    """One store and the services over it; safe to share between threads."""

    store: Store
    catalogue: Catalogue
    ingest: Ingest
    plans: Plans
    editor: Editor
    duplicates: Duplicates
    records: Records
    assessor: Assessor


def services(store: Store, policy: Policy | None = None) -> Services:
    """Wire the services over a store; ``policy`` says what imports are held for, the built-in one when not given."""
    editor = Editor(store)
    guard = PolicyGuard(default_policy() if policy is None else policy)
    return Services(
        store=store,
        catalogue=store.catalogue,
        ingest=Ingest(store, guard),
        plans=Plans(store, guard),
        editor=editor,
        duplicates=Duplicates(store),
        records=Records(store, editor),
        assessor=Assessor(store),
    )
