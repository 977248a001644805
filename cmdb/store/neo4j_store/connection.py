"""One driver for a process, and the transactions that run over it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, TypeVar, cast
from urllib.parse import urlsplit

import neo4j
from neo4j import Auth, Driver, GraphDatabase, ManagedTransaction, Session, basic_auth, unit_of_work
from neo4j.exceptions import ConfigurationError

from cmdb.errors import StoreUnavailable, StoreURLInvalid
from cmdb.model.values import JSONValue
from cmdb.store.neo4j_store.failures import failures_named
from cmdb.store.neo4j_store.retrying import DELAY_GROWTH, FIRST_DELAY_SECONDS, RETRY_SECONDS, retried
from cmdb.store.neo4j_store.rows import Properties

T = TypeVar("T")
DriverTransaction: TypeAlias = ManagedTransaction | neo4j.Transaction
SCHEMES: Final = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
CONNECT_SECONDS: Final = 5.0
ACQUIRE_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
"""Deadline of one reading transaction, set by us and kept by the server."""
WRITE_SECONDS: Final = 60.0
"""Deadline of one writing transaction."""


class Transaction:
    """The statements of one transaction; every statement answers with exactly one record."""

    def __init__(self, transaction: DriverTransaction) -> None:
        self._transaction = transaction

    def record(self, statement: str, **parameters: object) -> Mapping[str, JSONValue]:
        """The one record of a statement, by column."""
        record = self._transaction.run(statement, parameters).single(strict=True)
        return {name: record[name] for name in record.keys()}  # noqa: SIM118 - a record iterates over its values

    def rows(self, statement: str, **parameters: object) -> list[Properties]:
        """The column ``rows`` of the one record: a list of maps."""
        return cast("list[Properties]", self.record(statement, **parameters)["rows"])

    def number(self, statement: str, **parameters: object) -> int:
        """The column ``number`` of the one record."""
        return cast("int", self.record(statement, **parameters)["number"])


class Connection:
    """Units of work against one database; the driver's errors come out as the project's."""

    def __init__(
        self,
        url: str,
        driver: Driver,
        database: str,
        statements: Callable[[DriverTransaction], Transaction] = Transaction,
    ) -> None:
        """Use a driver that answers; every transaction's statements go through what ``statements`` makes of it."""
        self.url = url
        self._statements = statements
        self._driver = driver
        self._database = database
        # Reads of this process see its own writes, also where a cluster answers them from another member.
        self._bookmarks = GraphDatabase.bookmark_manager()

    @classmethod
    def open(
        cls,
        url: str,
        auth: tuple[str, str] | None,
        database: str,
        statements: Callable[[DriverTransaction], Transaction] = Transaction,
    ) -> "Connection":
        """Connect and make sure that the server answers.

        Raises:
            StoreURLInvalid: a scheme that is none of Neo4j's, or a malformed address.
            StoreUnavailable: no answer within a few seconds, or the credentials are refused.
        """
        connection = cls(url, _driver(url, basic_auth(*auth) if auth else None), database, statements)
        try:
            with failures_named(url):
                connection._driver.verify_connectivity()
        except ValueError as error:  # the driver's answer to a host without an address
            connection.close()
            raise StoreUnavailable(f"The host of {url} has no address.") from error
        except BaseException:
            connection.close()
            raise
        return connection

    def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a reading unit of work; the driver may run it several times."""
        timed = unit_of_work(timeout=READ_SECONDS)(lambda transaction: work(self._statements(transaction)))
        with failures_named(self.url), self._session() as session:
            return session.execute_read(timed)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run a writing unit of work; it may run several times, so it must be idempotent."""
        with failures_named(self.url):
            return retried(lambda: self._written(work))

    def declare(self, statement: str) -> None:
        """Run one schema statement in a transaction of its own, again when it stood in another's way."""

        def work(transaction: ManagedTransaction) -> None:
            transaction.run(statement).consume()

        with self._session() as session:
            session.execute_write(unit_of_work(timeout=WRITE_SECONDS)(work))

    def close(self) -> None:
        """Close the driver; harmless twice."""
        self._driver.close()

    def _written(self, work: Callable[[Transaction], T]) -> T:
        with self._session() as session, session.begin_transaction(timeout=WRITE_SECONDS) as transaction:
            result = work(self._statements(transaction))
            transaction.commit()
            return result

    def _session(self) -> Session:
        return self._driver.session(database=self._database, bookmark_manager=self._bookmarks)


def _check_url(url: str) -> None:
    if "@" in url:
        raise StoreURLInvalid("The store URL holds a user or a password.", hint="Give them apart from the URL.")
    try:
        parts = urlsplit(url)
        complete = parts.scheme in SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        complete = False
    if not complete:
        raise StoreURLInvalid(f"{url} is not the URL of a Neo4j server.")


def _driver(url: str, auth: Auth | None) -> Driver:
    _check_url(url)
    try:
        return GraphDatabase.driver(
            url,
            auth=auth,
            connection_timeout=CONNECT_SECONDS,
            connection_acquisition_timeout=ACQUIRE_SECONDS,
            max_transaction_retry_time=RETRY_SECONDS,
            initial_retry_delay=FIRST_DELAY_SECONDS,
            retry_delay_multiplier=DELAY_GROWTH,
            telemetry_disabled=True,
            notifications_disabled_classifications=["UNRECOGNIZED"],
        )
    except ConfigurationError as error:
        raise StoreURLInvalid(f"The store URL {url} cannot be used: {error}.") from error
