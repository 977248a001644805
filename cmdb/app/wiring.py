"""From settings to services: the one place that names the adapters of the store."""

from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from cmdb.app.settings import Settings
from cmdb.errors import StoreMissing, StoreURLInvalid
from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.practices.policy import NO_POLICY, Policy, default_policy, load_policy
from cmdb.practices.policy.declarations import NONE
from cmdb.practices.services import Services, services
from cmdb.store.port import Store

MEMORY: Final = "memory:"
SQLITE: Final = "sqlite:///"
BOLT: Final = frozenset({"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"})
"""Schemes of the Neo4j driver: routed or direct, in clear, encrypted, or encrypted with any certificate."""


class Absent(Enum):
    """What to do where there is no store yet."""

    FOUND = "found"
    """Make one: the command writes."""
    REFUSE = "refuse"
    """Say so: the command would find nothing in a new one."""
    EMPTY = "empty"
    """Work on an empty graph that nothing is kept of: the command tells what would be."""


def open_store(
    url: str,
    catalogue: Catalogue,
    user: str | None = None,
    password: str | None = None,
    absent: Absent = Absent.FOUND,
) -> Store:
    """Open the store that a URL names; only the adapter concerned is imported.

    ``sqlite:///a/b`` is the relative path ``a/b``, ``sqlite:////a/b`` the absolute one.

    Raises:
        StoreURLInvalid: a URL of no known kind, or one that holds a user or password.
        StoreUnavailable, StoreVersionUnsupported: the store does not answer, or is of another version.
        StoreMissing: there is none yet, and ``absent`` refuses that.
    """
    if url == MEMORY:
        return _in_memory(catalogue)
    try:
        return _opened(url, catalogue, user, password, absent)
    except StoreMissing:
        if absent is Absent.EMPTY:
            return _in_memory(catalogue)
        raise


def _in_memory(catalogue: Catalogue) -> Store:
    from cmdb.store.memory import MemoryStore  # noqa: PLC0415 - an adapter is loaded only where it is used

    return MemoryStore(catalogue)


def _opened(url: str, catalogue: Catalogue, user: str | None, password: str | None, absent: Absent) -> Store:
    if url.startswith(SQLITE):
        from cmdb.store.sqlite import SQLiteStore  # noqa: PLC0415 - as above

        on_file = SQLiteStore.open if absent is Absent.FOUND else SQLiteStore.open_existing
        return on_file(sqlite_path(url), catalogue)
    if _scheme(url) in BOLT:
        from cmdb.store.neo4j_store import Neo4jStore  # noqa: PLC0415 - as above

        on_server = Neo4jStore.open if absent is Absent.FOUND else Neo4jStore.open_existing
        return on_server(url, catalogue, user=user, password=password)
    raise StoreURLInvalid(f"{url!r} names no store.")


def sqlite_path(url: str) -> Path:
    """The file of a SQLite URL.

    Raises:
        StoreURLInvalid: the URL has no path.

    >>> sqlite_path("sqlite:///data/cmdb.db").as_posix(), sqlite_path("sqlite:////var/cmdb.db").as_posix()
    ('data/cmdb.db', '/var/cmdb.db')
    """
    path = unquote(url.removeprefix(SQLITE))
    if not path or path.endswith("/") or "?" in path:
        raise StoreURLInvalid(f"{url!r} names no file.", hint="Write sqlite:///cmdb.db or sqlite:////var/lib/cmdb.db.")
    return Path(path)


def _scheme(url: str) -> str:
    """The scheme of a URL with a host; refuses credentials, which would end up in logs and process lists."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise StoreURLInvalid("The URL of the store cannot be read.") from error
    if parts.username is not None or parts.password is not None:
        raise StoreURLInvalid(
            "The URL of the store holds a user or password.",
            hint="Give them as CMDB_STORE_USER and CMDB_STORE_PASSWORD.",
        )
    return parts.scheme if parts.hostname else ""


def open_services(settings: Settings, absent: Absent = Absent.FOUND) -> Services:
    """Load the catalogue, open the store and wire the services over it; close ``services.store`` when done.

    Raises:
        CatalogueInvalid, PolicyInvalid, FileMissing: a catalogue file, or the policy.  And as :func:`open_store`.
    """
    catalogue = load_catalogue(*settings.catalogue)
    policy = policy_named(settings.import_policy)
    store = open_store(settings.store, catalogue, settings.store_user, settings.password, absent)
    return services(store, policy)


def policy_named(name: str | None) -> Policy:
    """The policy of a file; the built-in one for nothing, none at all for ``none``.

    Raises:
        PolicyInvalid, FileMissing: the file.
    """
    if name is None:
        return default_policy()
    return NO_POLICY if name == NONE else load_policy(Path(name))
