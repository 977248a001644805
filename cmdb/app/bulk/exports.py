"""``/exports``: the whole graph out, as it was asked for."""

from collections.abc import Generator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from cmdb.app.bulk.downloads import Download, accepts_gzip
from cmdb.app.bulk.lanes import Lanes
from cmdb.app.bulk.queries import ExportQuery
from cmdb.model.items import Lifecycle
from cmdb.practices.exporting import selection_of
from cmdb.practices.moments import as_of, seq_of
from cmdb.practices.services import Services


@dataclass(frozen=True, slots=True)
class Exports:
    """The export endpoint over one store."""

    services: Services
    lanes: Lanes

    async def get(self, request: Request) -> Response:
        """The export; it begins when it is sent."""
        asked = ExportQuery.of(request.query_params)
        is_packed = accepts_gzip(request.headers.get("accept-encoding", ""))
        return Download(self._pieces(asked), self.lanes, "gzip" if is_packed else "identity")

    def _pieces(self, asked: ExportQuery) -> Generator[bytes]:
        store = self.services.store
        lifecycles = frozenset(Lifecycle) if asked.retired else frozenset({Lifecycle.LIVE})
        selection = selection_of(self.services.catalogue, asked.form, asked.classes, lifecycles)
        at = seq_of(store, as_of(asked.as_of) if asked.as_of is not None else None)
        yield from asked.form.pieces(store, at, selection)
