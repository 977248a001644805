"""``/imports``: rows in, and how the imports go."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cmdb.app.bulk.answers import answer
from cmdb.app.bulk.arrivals import Arrival, arrival_of
from cmdb.app.bulk.bodies import receive, require_small
from cmdb.app.bulk.lanes import Lanes
from cmdb.app.bulk.queries import RunsQuery
from cmdb.app.bulk.unpacking import Unpacking, unpacking_of
from cmdb.app.rendering.import_report import import_json
from cmdb.app.rendering.runs import run_json
from cmdb.errors import CMDBError, NotFound
from cmdb.ingest.engine import Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.sources import Run, RunState
from cmdb.model.values import fault_of
from cmdb.practices.services import Services

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Imports:
    """The import endpoints over one store; ``largest`` is how many bytes a body unpacks to at most."""

    services: Services
    order: Order
    largest: int
    lanes: Lanes

    async def post_or_list(self, request: Request) -> Response:
        """What stands under the one path of all imports."""
        return await (self.post(request) if request.method == "POST" else self.latest(request))

    async def post(self, request: Request) -> Response:
        """Import the body: 200 with the report, also when some rows were refused; 202 when it waits for a person."""
        unpacking = unpacking_of(request.headers.get("content-encoding", ""), self.largest)
        require_small(request, self.largest)
        with self.lanes.one(), TemporaryDirectory(prefix="cmdb-import-") as folder:
            path = Path(folder) / "body"
            arrival = arrival_of(request, path, self.services.catalogue, self.order)
            try:
                report = await self._import(request, path, arrival, unpacking)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
        place = {} if arrival.is_rehearsal else {"Location": f"/imports/{quote(report.run_id, safe='')}"}
        is_held = report.state is RunState.HELD and not arrival.is_rehearsal
        return answer(import_json(report, arrival.asked.listed), 202 if is_held else 200, place)

    async def one(self, request: Request) -> Response:
        """How one import goes, and which part of it to send next."""
        run_id = str(request.path_params["run"])
        run = await _in_thread(lambda: self.services.store.run(run_id)) if fault_of(run_id) is None else None
        if run is None:
            raise NotFound(f"There is no run {run_id}.", hint="GET /imports lists the latest ones.")
        return answer(_progress(run))

    async def latest(self, request: Request) -> Response:
        """The latest imports, newest first."""
        limit = RunsQuery.of(request.query_params).limit
        runs = await _in_thread(lambda: self.services.store.runs(limit))
        return answer({"runs": [_progress(run) for run in runs]})

    async def _import(self, request: Request, path: Path, arrival: Arrival, unpacking: Unpacking) -> ImportReport:
        before = await _in_thread(lambda: self._before(arrival))
        try:
            await receive(request, path, unpacking)
        except ClientDisconnect:
            await _in_thread(lambda: self._never_came(arrival, before, RunState.ABORTED, "the client went away"))
            raise
        except CMDBError as error:
            told = str(error)
            await _in_thread(lambda: self._never_came(arrival, before, RunState.FAILED, told))
            raise
        return await _in_thread(lambda: self._work(arrival))

    def _before(self, arrival: Arrival) -> Run:
        """The run as it is; says at once, before anything is sent, what would be refused in the end."""
        self.services.store.head()
        return self.services.ingest.before(arrival.order, arrival.part)

    def _never_came(self, arrival: Arrival, before: Run, state: RunState, message: str) -> None:
        """Write down that the body did not come in whole, unless there is nothing to be sent again."""
        was_taken = arrival.part is not None and arrival.part.number <= before.batches
        if not was_taken and not arrival.is_rehearsal:
            self.services.ingest.broken_off(before, state, message)

    def _work(self, arrival: Arrival) -> ImportReport:
        order, inputs = arrival.complete(), arrival.prepared.inputs
        if arrival.is_rehearsal:
            return self.services.ingest.plan(inputs, order)
        return self.services.ingest.run(inputs, order, part=arrival.part)


def _progress(run: Run) -> dict[str, object]:
    progress = {"rows": run.counts.get("rows", 0), "read": run.counts.get("read", 0)}
    return {**run_json(run), "progress": progress, "next_part": run.batches + 1 if run.state.takes_parts else None}


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Work that may take long, in a thread of its own: those of short questions stay free."""
    return await to_thread.run_sync(work, limiter=CapacityLimiter(1))
