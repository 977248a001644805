"""The paths of the bulk endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route

from cmdb.app.bulk.answers import refusing
from cmdb.app.bulk.exports import Exports
from cmdb.app.bulk.imports import Imports
from cmdb.app.bulk.lanes import Lanes
from cmdb.ingest.engine import Order
from cmdb.practices.services import Services


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all bulk requests.

    ``actor`` is written into the history; ``largest`` is how many bytes a body unpacks to at most; ``imports`` and
    ``exports`` are how many go on at once; ``patience`` is how many seconds an import waits for a busy scope.
    """

    actor: str
    largest: int
    imports: int
    exports: int
    patience: float


def bulk_routes(services: Services, terms: Terms) -> Sequence[Route]:
    """``POST /imports``, ``GET /imports``, ``GET /imports/ID`` and ``GET /exports`` over one store."""
    order = Order(terms.actor, patience=terms.patience)
    imports = Imports(services, order, terms.largest, Lanes(terms.imports, "imports"))
    exports = Exports(services, Lanes(terms.exports, "exports"))
    return (
        Route("/imports", refusing(imports.post_or_list), methods=["GET", "POST"]),
        Route("/imports/{run:path}", refusing(imports.one), methods=["GET"]),
        Route("/exports", refusing(exports.get), methods=["GET"]),
    )
