"""A commit until its outcome is known: repeated under its request id, which takes effect once."""

import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from neo4j.exceptions import ConstraintError

from cmdb.errors import BadInput, CMDBError, Conflict, NotFound, OutcomeUnknown, StoreUnavailable
from cmdb.model.commits import ChangeSet, Commit
from cmdb.store.neo4j_store.connection import Connection
from cmdb.store.neo4j_store.writing import Writer

ATTEMPTS: Final = 4
PAUSE_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Settler:
    """Commits change sets over a connection that may break at any point."""

    connection: Connection
    writer: Writer

    def commit(self, changes: ChangeSet) -> Commit:
        """Write once, and say how it ended.

        A lost answer and a lost race for something unique are settled by trying again: a commit that did happen is
        then found under its request id.

        Raises:
            Conflict, NotFound, BadInput: nothing was written, and the request id is not known.
            StoreUnavailable: nothing was written.
            OutcomeUnknown: an answer was lost and the store stays away.
        """
        call = uuid4().hex
        open_end: CMDBError | None = None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(changes, call)
            except OutcomeUnknown as error:
                open_end = error
            except StoreUnavailable as error:
                raise open_end or error from error
            except Conflict as error:
                if not isinstance(error.__cause__, ConstraintError):
                    raise
                open_end = open_end or error
            time.sleep(PAUSE_SECONDS * attempt)
        raise open_end or StoreUnavailable(f"{self.connection.url} took no commit.")

    def _attempt(self, changes: ChangeSet, call: str) -> Commit:
        try:
            return self.connection.write(lambda transaction: self.writer.commit(transaction, changes, call))
        except (Conflict, NotFound, BadInput):
            # The same request may have been written meanwhile, by an attempt whose answer was lost or by a twin.
            known = self.connection.write(lambda transaction: self.writer.known(transaction, changes, call))
            if known is None:
                raise
            return known
