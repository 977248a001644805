"""``POST /imports``: rows in, whatever way they come, and every way to be refused."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient
from typing_extensions import override

from cmdb.errors import StoreUnavailable
from cmdb.ingest.engine import Ingest
from cmdb.ingest.guard import Judgement, Unguarded
from cmdb.ingest.rehearsal import Rehearsal
from cmdb.model.sources import Lease, RunState, Scope
from cmdb.practices.services import services
from cmdb.store.memory import MemoryStore
from cmdb.store.port import GraphRead
from tests.app.bulk.serving import HOSTS, Server, application, body, code
from tests.builders import gadgets
from tests.ingest.graphs import names

MANIFEST = b"apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"


def test_rows_are_imported_and_reported_as_on_the_command_line(server: Server) -> None:
    rows = body({"type": "LINKED_TO", "from": "Host:h0", "to": "Host:h1"}, *HOSTS[:2])
    answer = server.send(rows, "source=inventory&scope=hq")
    report = server.imported(rows, "source=inventory&scope=hq")
    assert answer.headers["location"] == f"/imports/{answer.json()['run_id']}"
    assert report.keys() == [
        "run_id", "state", "dry_run", "replayed", "complete", "base_seq", "seq", "digest", "counts", "objects",
        "classes", "relationships", "problems", "dangling", "changes", "omitted", "sweep", "held_because", "plan_id",
    ]  # fmt: skip
    assert report.text("state") == "succeeded"
    assert report.number("counts", "changes") == 0
    assert names(server.store) == ["h0", "h1"]
    (record,) = server.store.records([(Scope("inventory", "hq"), "Host:h0")]).values()
    assert record.target is not None
    assert server.store.commits(0)[0].actor == "api"


def test_a_body_may_come_in_pieces_and_packed(light: Server) -> None:
    packed = gzip.compress(body(*HOSTS[:10])) + gzip.compress(body(*HOSTS[10:]))

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(packed), 7):
            yield packed[start : start + 7]

    report = light.imported(pieces(), content_encoding="gzip")
    assert report.number("counts", "created") == 20


def test_any_format_is_read_when_it_is_named(light: Server) -> None:
    answer = light.http.post("/imports?format=kubernetes&source=kubernetes/prod", content=MANIFEST)
    assert answer.json()["objects"] == {"Service": 1}
    csv = light.http.post("/imports?format=csv", content=b"class,name\nHost,h1\n", headers={"content-type": "text/csv"})
    assert csv.json()["counts"]["created"] == 1


def test_rows_that_are_wrong_are_reported_with_their_line_and_the_others_taken(light: Server) -> None:
    report = light.imported(body(HOSTS[0]) + b'{"class": "Spaceship", "name": "x"}\nnonsense\n' + body(HOSTS[1]))
    assert (report.text("state"), report.number("counts", "failed")) == ("succeeded_with_errors", 2)
    told = [(row.text("file"), row.number("line"), row.text("code")) for row in report.rows("problems")]
    assert told == [("body", 3, "FILE_MALFORMED"), ("body", 2, "UNKNOWN_CLASS")]
    assert names(light.store) == ["h0", "h1"]


def test_a_dry_run_says_the_same_and_writes_nothing(server: Server) -> None:
    plan = server.imported(body(*HOSTS), "source=lab&dryRun=true")
    assert (plan.at("dry_run").value, plan.number("counts", "created")) == (True, 20)
    assert (server.store.head(), server.store.runs()) == (0, [])
    done = server.imported(body(*HOSTS))
    assert done.text("digest") == plan.text("digest")


def test_a_report_lists_no_more_than_is_asked_for_and_counts_the_rest(light: Server) -> None:
    report = light.imported(body(*HOSTS), "source=lab&listed=3")
    assert (len(report.rows("changes")), report.number("omitted", "changes")) == (3, 17)
    many = body(*({"class": "Host", "name": f"x{number}"} for number in range(1_500)))
    report = light.imported(many, "source=lab")
    assert (len(report.rows("changes")), report.number("omitted", "changes")) == (1_000, 500)


def test_the_same_key_imports_the_same_rows_once_and_refuses_others(server: Server) -> None:
    first = server.imported(body(*HOSTS), idempotency_key="monday 1")
    head = server.store.head()
    again = server.imported(body(*HOSTS), idempotency_key="monday 1")
    assert (first.text("run_id"), again.text("run_id")) == ("monday 1", "monday 1")
    assert (first.at("replayed").value, again.at("replayed").value) == (False, True)
    assert again.at("counts").value == first.at("counts").value
    assert (again.number("omitted", "changes"), server.store.head()) == (20, head)
    other = server.send(body({"class": "Host", "name": "other"}), idempotency_key="monday 1")
    assert code(other) == (409, "IDEMPOTENCY_MISMATCH")
    assert "other" not in names(server.store)


# --- in parts


def test_a_run_is_sent_in_parts_and_says_what_to_send_next(server: Server) -> None:
    first = server.imported(body(*HOSTS[:10]), "source=lab&run=night/7&part=1")
    assert first.text("run_id") == "night/7"
    going = server.http.get("/imports/night/7").json()
    assert (going["state"], going["batches"], going["next_part"]) == ("running", 1, 2)
    assert going["progress"] == {"rows": 10, "read": 10}
    assert code(server.send(body(*HOSTS[:10]), "source=lab&run=night/7&part=3")) == (409, "PART_OUT_OF_ORDER")
    again = server.imported(body(*HOSTS[:10]), "source=lab&run=night/7&part=1")
    assert again.number("counts", "changes") == 0
    server.imported(body(*HOSTS[10:]), "source=lab&run=night/7&part=2&last=true")
    over = server.http.get("/imports/night/7").json()
    assert (over["state"], over["counts"]["created"], over["next_part"]) == ("succeeded", 20, None)
    assert code(server.send(body(*HOSTS), "source=lab&run=night/7&part=3")) == (409, "RUN_OVER")


def test_a_run_in_parts_sweeps_at_its_end(server: Server) -> None:
    server.imported(body(*HOSTS))
    server.imported(body(*HOSTS[:10]), "source=lab&run=n&part=1&sweep=true")
    assert len(names(server.store)) == 20
    report = server.imported(body(*HOSTS[10:18]), "source=lab&run=n&part=2&last=true&sweep=true")
    assert (report.number("sweep", "items"), report.number("counts", "retired")) == (2, 2)
    assert len(names(server.store)) == 18


def test_a_sweep_that_takes_too_much_is_done_when_it_is_confirmed(light: Server) -> None:
    light.imported(body(*HOSTS))
    refused = light.imported(b"", "source=lab&sweep=true")
    assert (refused.at("complete").value, refused.number("counts", "retired")) == (False, 0)
    assert "nothing at all was read" in refused.text("sweep", "refusal")
    done = light.imported(b"", f"source=lab&confirm={refused.text('sweep', 'digest')}")
    assert (done.number("counts", "retired"), names(light.store)) == (20, [])


class Cautious(Unguarded):
    """Lets nothing pass that changes what is there."""

    @property
    @override
    def is_open(self) -> bool:
        return False

    @override
    def judge(self, rehearsal: Rehearsal) -> Judgement:
        return Judgement(("it is Friday",) if rehearsal.report.counts.changes else ())


def test_what_a_person_must_look_at_is_accepted_and_not_done() -> None:
    with MemoryStore(gadgets()) as store:
        guarded = replace(services(store), ingest=Ingest(store, Cautious()))
        with TestClient(application(guarded)) as http:
            server = Server(http, store)
            server.imported(body(*HOSTS), "source=lab")
            planned = server.send(body(*HOSTS, {"class": "Host", "name": "new"}), "source=lab&dryRun=true")
            held = server.send(body(*HOSTS, {"class": "Host", "name": "new"}), "source=lab&run=r&part=1")
            assert (planned.status_code, held.status_code) == (200, 202)
            assert (held.json()["state"], held.json()["complete"]) == ("held", False)
            assert held.json()["held_because"] == planned.json()["held_because"] == ["it is Friday"]
            assert (store.plan(held.json()["plan_id"]) is not None, planned.json()["plan_id"]) == (True, None)
            assert http.get("/imports/r").json()["state"] == "held"
        assert "new" not in names(store)


# --- refused


@pytest.mark.parametrize(
    "query",
    [
        "dryrun=true",
        "sweep=perhaps",
        "source=lab&source=other",
        "source=a%23b",
        "source=a&scope=b/c",
        "source=a%00b",
        "run=r",
        "part=1",
        "run=r&part=0",
        "last=true",
        "run=r&part=1&dryRun=true",
        "run=a%20b&part=1",
        "listed=10001",
        f"run={'r' * 201}&part=1",
    ],
)
def test_a_question_that_is_not_understood_is_refused(light: Server, query: str) -> None:
    status, kind = code(light.send(body(*HOSTS), query))
    assert (status, kind in {"BAD_USER_INPUT", "INVALID_REFERENCE"}) == (400, True)
    assert (light.store.head(), light.store.runs()) == (0, [])


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_cannot_be_kept_is_refused(light: Server, key: str) -> None:
    assert code(light.send(body(*HOSTS), idempotency_key=key)) == (400, "BAD_USER_INPUT")
    beside = light.send(body(*HOSTS), "run=r&part=1", idempotency_key="k")
    assert code(beside) == (400, "BAD_USER_INPUT")


def test_what_is_no_known_format_is_refused(light: Server) -> None:
    for media_type in ("application/json", "text/csv", ""):
        answer = light.http.post("/imports", content=b"{}", headers={"content-type": media_type})
        assert code(answer) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert code(light.send(b"", "format=punched-cards")) == (400, "FORMAT_UNKNOWN")
    packed = light.send(b"", content_encoding="br")
    assert (code(packed), packed.headers["accept-encoding"]) == ((415, "UNSUPPORTED_MEDIA_TYPE"), "gzip")
    assert light.store.runs() == []


def test_what_cannot_be_read_at_all_is_refused_and_written_down(light: Server) -> None:
    assert code(light.send(b'{"class": "Host", "name": "\xff"}\n')) == (400, "FILE_MALFORMED")
    for content in (b"no gzip", gzip.compress(body(*HOSTS))[:-5]):
        assert code(light.send(content, content_encoding="gzip")) == (400, "FILE_MALFORMED")
    assert {run.state for run in light.store.runs()} == {RunState.FAILED}
    assert (len(light.store.runs()), light.store.head()) == (3, 0)


def test_a_body_has_a_largest_size_however_it_comes() -> None:
    with MemoryStore(gadgets()) as store, TestClient(application(store, import_bytes=1_000)) as http:
        small = Server(http, store)
        assert small.send(b"\n" * 1_000).status_code == 200
        assert code(small.send(b"\n" * 1_001)) == (413, "PAYLOAD_TOO_LARGE")
        assert code(small.send(iter([b"\n" * 600, b"\n" * 401]))) == (413, "PAYLOAD_TOO_LARGE")
        assert code(small.send(gzip.compress(b"\n" * 1_001), content_encoding="gzip")) == (413, "PAYLOAD_TOO_LARGE")
        again = small.send(b"\n" * 1_001, "run=r&part=1")
        assert (again.status_code, small.store.run("r")) == (413, None)
        small.send(iter([b"\n" * 1_001]), "run=r&part=1")
        assert http.get("/imports/r").json()["next_part"] == 1


def test_a_bomb_is_refused_long_before_it_is_unpacked(light: Server) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 50_000
    assert code(light.send(bomb, content_encoding="gzip")) == (413, "PAYLOAD_TOO_LARGE")


def test_a_scope_that_is_being_imported_is_to_be_tried_again(server: Server) -> None:
    lease = Lease(Scope("lab"), "another", "elsewhere/1", datetime.now(UTC) + timedelta(minutes=1))
    assert not server.store.hold([lease], datetime.now(UTC))
    busy = server.send(body(*HOSTS), "source=lab&run=r&part=1")
    assert (code(busy), busy.headers["retry-after"]) == ((429, "SCOPE_BUSY"), "5")
    server.store.free("another")
    assert server.send(body(*HOSTS), "source=lab&run=r&part=1&last=true").status_code == 200
    assert server.http.get("/imports/r").json()["state"] == "succeeded"


class Away(MemoryStore):
    """A store that does not answer any more."""

    def head(self) -> int:
        raise StoreUnavailable("The store is away.")

    def graph(self, at: int | None = None) -> GraphRead:
        raise StoreUnavailable(f"The store is away, at {at}.")

    def run(self, run_id: str) -> None:
        raise StoreUnavailable(f"The store is away, and so is {run_id}.")


def test_a_store_that_is_away_is_to_be_tried_again() -> None:
    with TestClient(application(Away(gadgets()))) as http:
        for answer in (http.post("/imports?format=csv", content=b""), http.get("/imports/x"), http.get("/exports")):
            assert (code(answer), answer.headers["retry-after"]) == ((503, "STORE_UNAVAILABLE"), "10")


def test_without_the_token_nobody_imports_or_exports() -> None:
    with MemoryStore(gadgets()) as store, TestClient(application(store, api_token="secret-token")) as http:
        for answer in (http.post("/imports", content=b""), http.get("/imports"), http.get("/exports")):
            assert code(answer) == (401, "UNAUTHENTICATED")
            assert answer.headers["www-authenticate"] == 'Bearer realm="cmdb"'
        answer = http.get("/imports", headers={"authorization": "Bearer secret-token"})
        assert answer.json() == {"runs": []}


# --- how imports go


def test_imports_are_listed_newest_first(server: Server) -> None:
    server.imported(body(*HOSTS), idempotency_key="one")
    server.imported(body(*HOSTS), idempotency_key="two")
    listed = server.http.get("/imports?limit=1").json()
    assert [run["id"] for run in listed["runs"]] == ["two"]
    assert (listed["runs"][0]["scopes"], listed["runs"][0]["actor"]) == (["lab/default"], "api")
    assert code(server.http.get("/imports?limit=0")) == (400, "BAD_USER_INPUT")
    assert code(server.http.get("/imports/nothing")) == (404, "NOT_FOUND")
    assert code(server.http.get("/imports/a%00b")) == (404, "NOT_FOUND")
    assert server.http.delete("/imports").status_code == 405
