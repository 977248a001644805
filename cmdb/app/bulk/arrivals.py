"""One import as it was asked for: what the request says, before its body has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from starlette.requests import Request

from cmdb.app.bulk.queries import LONGEST, ImportQuery
from cmdb.app.imports import Prepared, Wanted, prepare
from cmdb.errors import BadInput, MediaTypeUnsupported
from cmdb.ingest.engine import Order, Part, Sweep
from cmdb.model.catalogue import Catalogue
from cmdb.model.sources import Scope
from importers.base import Document

ROWS: Final = "ndjson"
"""The format of a body that is not named."""
ROWS_TYPES: Final = frozenset({"application/x-ndjson", "application/ndjson"})
"""Its media types."""
BODY: Final = "body"
"""What the body is called where a report names the place of a problem."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who wants what imported, and the part of a run that it is, if it is one."""

    asked: ImportQuery
    order: Order
    part: Part | None
    prepared: Prepared

    @property
    def is_rehearsal(self) -> bool:
        """Whether nothing is to be written."""
        return self.asked.dry_run

    def complete(self) -> Order:
        """The order, once the body has come: a sweep also speaks for scopes of which there is nothing in it.

        Raises:
            FileMalformed: the body.
        """
        return self.order if self.order.sweep is None else replace(self.order, scopes=self.prepared.scopes())


def arrival_of(request: Request, path: Path, catalogue: Catalogue, order: Order) -> Arrival:
    """What a request asks for; its body will be in the file.  ``order`` says what holds for all requests.

    Raises:
        BadInput: the query string or the idempotency key.  MediaTypeUnsupported, FormatUnknown: the body's format.
    """
    asked = ImportQuery.of(request.query_params)
    if asked.source is not None:
        Scope(asked.source, asked.scope or "default")
    wanted = Wanted(_format(asked, request.headers), asked.source, asked.scope, change=asked.change)
    sweep = Sweep(asked.confirm) if asked.sweep or asked.confirm is not None else None
    return Arrival(
        asked,
        replace(order, source=asked.source or "", reason=asked.reason, request_id=_key(asked, request), sweep=sweep),
        Part(asked.part, asked.last) if asked.part is not None else None,
        prepare([Document(BODY, path)], wanted, catalogue),
    )


def _format(asked: ImportQuery, headers: Mapping[str, str]) -> str:
    if asked.format is not None:
        return asked.format
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in ROWS_TYPES:
        return ROWS
    hint = "Send rows as application/x-ndjson, or name the format with ?format=."
    raise MediaTypeUnsupported(f"The Content-Type is {media_type or 'missing'}.", hint=hint)


def _key(asked: ImportQuery, request: Request) -> str | None:
    """The id under which the import happens once: of the run, or of this request."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return asked.run
    if asked.run is not None:
        raise BadInput("Both an Idempotency-Key and a run are given.", hint="A part is known by its run and number.")
    if not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        hint = f"Use 1 to {LONGEST} printable ASCII characters."
        raise BadInput("The Idempotency-Key cannot be used.", hint=hint)
    return key
