"""What the driver reports, in the words of the project."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    ConstraintError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)

from cmdb.errors import Conflict, OutcomeUnknown, StoreError, StoreUnavailable, StoreURLInvalid, TooHeavy

ENTITY_NOT_FOUND = "Neo.ClientError.Statement.EntityNotFound"
_NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"
_OUT_OF_TIME = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockAcquisitionTimeout")
_NO_MEMORY = (
    "MemoryPoolOutOfMemoryError",
    "TransactionMemoryLimit",
    "TransactionOutOfMemoryError",
    "OutOfMemoryError",
)
_NO_RIGHTS = ("AuthorizationExpired", "Forbidden", "AuthenticationRateLimit", "CredentialsExpired", "Unauthorized")


@contextmanager
def failures_named(url: str) -> Iterator[None]:
    """Turn the driver's errors inside the block into those of the project.

    Raises:
        StoreUnavailable: the server is away, refuses the credentials, has no such database, or is too busy.
        Conflict: a constraint was met that another writer's commit fulfils.
        OutcomeUnknown: the connection broke while a commit was on its way.
        TooHeavy: the server has not the memory.
        StoreError: the server refused a statement.
    """
    try:
        yield
    except IncompleteCommit as error:
        raise OutcomeUnknown(f"The connection to {url} broke while a commit was on its way.") from error
    except AuthError as error:
        raise _refused(url) from error
    except (ServiceUnavailable, SessionExpired) as error:
        raise StoreUnavailable(f"The store at {url} does not answer.") from error
    except ConfigurationError as error:
        raise StoreURLInvalid(f"The store URL {url} cannot be used: {error}.") from error
    except ConstraintError as error:
        raise Conflict(
            "Another writer was first with something unique; nothing was written.", hint="Try again."
        ) from error
    except Neo4jError as error:
        raise _named(url, error) from error
    except DriverError as error:
        raise StoreUnavailable(f"The connection to {url} failed: {error}.") from error


def _refused(url: str) -> StoreUnavailable:
    hint = "Check the user and the password, and wait a little after several wrong ones."
    return StoreUnavailable(f"The store at {url} refuses the user or the password.", hint=hint)


def _named(url: str, error: Neo4jError) -> StoreError:
    code = error.code or ""
    if code == _NO_DATABASE:
        return StoreUnavailable(f"The server at {url} has no such database.", hint="Check the name of the database.")
    if code.endswith(_NO_RIGHTS):
        return _refused(url)
    if is_too_heavy(error):
        return TooHeavy(f"The store has not the memory for so much at once ({code}); nothing was written.")
    if code.endswith(_OUT_OF_TIME) or isinstance(error, TransientError):
        return StoreUnavailable(f"The store at {url} is too busy ({code}).", hint="Try again in a little while.")
    return StoreError(f"The store at {url} refused a statement: {error.message}", details={"code": code})


def is_too_heavy(error: Neo4jError) -> bool:
    """Whether what was asked needs more memory than the server gives to one transaction."""
    return (error.code or "").endswith(_NO_MEMORY)


def is_gone(error: DriverError | Neo4jError) -> bool:
    """Whether a statement met a node or relationship that another transaction was removing: it is worth another try."""
    return isinstance(error, ClientError) and error.code == ENTITY_NOT_FOUND
