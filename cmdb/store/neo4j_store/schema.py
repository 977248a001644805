"""What a database must have before it can hold a store: rules, one clock, and a schema of our version."""

from collections.abc import Iterable
from typing import Final, cast
from uuid import uuid4

from neo4j.exceptions import ClientError

from cmdb.errors import StoreMissing, StoreVersionUnsupported
from cmdb.model.catalogue import Catalogue
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection
from cmdb.store.neo4j_store.failures import failures_named
from cmdb.store.port import SCHEMA_VERSION

NEVER: Final = -(2**63)
"""Instant of the clock before the first commit."""
_ALREADY_THERE: Final = frozenset(
    {
        "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
        "Neo.ClientError.Schema.ConstraintAlreadyExists",
        "Neo.ClientError.Schema.IndexAlreadyExists",
    }
)


def prepare(connection: Connection, catalogue: Catalogue) -> str:
    """Found the store where there is none, add the rules that are missing, and return the id of the store.

    The first time costs a schema transaction for each relationship type of the catalogue, later only what is new.

    Raises:
        StoreVersionUnsupported: the database holds a store of another or of no version.
        StoreUnavailable: the server does not answer.
    """
    _check_version(connection)
    _add_rules(connection, catalogue)
    return connection.write(
        lambda transaction: str(
            transaction.record(cypher.FOUND, version=SCHEMA_VERSION, store_id=str(uuid4()), never=NEVER)["store_id"]
        )
    )


def require(connection: Connection) -> None:
    """Accept a database that holds a store of this version; nothing is written.

    Raises:
        StoreMissing: the database is empty.
        StoreVersionUnsupported, StoreUnavailable: as for :func:`prepare`.
    """
    if _check_version(connection) is None:
        raise StoreMissing(f"The database at {connection.url} is empty: it holds no store yet.")


def _check_version(connection: Connection) -> object:
    """The version of the store; ``None`` for an empty database."""
    stored = connection.read(lambda transaction: transaction.record(cypher.STORED_SCHEMA))
    version = stored["version"]
    if version is None and stored["used"]:
        msg = f"The database at {connection.url} holds a graph without a schema version."
        raise StoreVersionUnsupported(msg, hint="Use an empty database.")
    if version not in {None, SCHEMA_VERSION}:
        msg = f"The store at {connection.url} has schema version {version}; this is version {SCHEMA_VERSION}."
        raise StoreVersionUnsupported(msg, details={"found": version, "supported": SCHEMA_VERSION})
    return version


def _add_rules(connection: Connection, catalogue: Catalogue) -> None:
    rules = cypher.schema_rules(tuple(catalogue.relationship_types))
    there = connection.read(lambda transaction: transaction.record(cypher.RULE_NAMES))["names"]
    missing = rules.keys() - set(cast("Iterable[str]", there))
    with failures_named(connection.url):
        for name in sorted(missing):
            _declare(connection, rules[name])
        if missing:
            connection.declare(cypher.AWAIT_INDEXES)


def _declare(connection: Connection, statement: str) -> None:
    try:
        connection.declare(statement)
    except ClientError as error:
        if error.code not in _ALREADY_THERE:
            raise
