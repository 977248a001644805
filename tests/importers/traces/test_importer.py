"""The traps of traces, one by one."""

import itertools
import json
from functools import partial

import pytest

from cmdb.errors import FileMalformed
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Basis
from cmdb.model.observations import Problem, Severity
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from cmdb.store.memory import MemoryStore
from importers.base import Document, ReadOptions
from importers.kubernetes import KubernetesImporter
from importers.rows import JsonImporter, NdjsonImporter
from importers.traces import TracesImporter
from tests.importers.stored import imported_twice
from tests.importers.traces.building import NANOS, At, Told, block, otlp
from tests.ingest.graphs import arrows

SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
FRONTEND = block("frontend", At(1), At(2, 1, CLIENT))
CART = block("cart", At(3, 2), At(4, 3, CLIENT, {"db.system": "redis", "server.address": "carts"}))


def test_a_span_under_a_span_of_another_service_is_an_observed_call() -> None:
    calls = Told(otlp(FRONTEND, CART)).calls()
    assert calls.keys() == {"frontend > cart", "cart > carts:6379"}
    assert {edge.basis for edge in calls.values()} == {Basis.OBSERVED}
    assert calls["frontend > cart"].attributes == {
        "calls": 1,
        "errors": 0,
        "last_seen_at": "2023-11-14T22:13:20Z",
    }


@pytest.mark.parametrize("blocks", list(itertools.permutations([FRONTEND, CART])), ids=("parent first", "child first"))
def test_the_order_of_lines_does_not_matter(blocks: tuple[JSONValue, ...]) -> None:
    assert Told(otlp(*blocks)).counts() == {"cart > carts:6379": (1, 0), "frontend > cart": (1, 0)}


def test_a_trace_may_be_spread_over_the_files_of_a_rotation() -> None:
    rotated = (otlp(CART, name="traces-1.jsonl"), otlp(FRONTEND, name="traces-2.jsonl"))
    told = Told(*rotated)
    assert told.counts() == Told(otlp(FRONTEND, CART)).counts()
    assert told.calls()["frontend > cart"].where.file == "traces-1.jsonl"


def test_spans_that_were_sent_twice_count_once() -> None:
    assert Told(otlp(FRONTEND, CART, FRONTEND, CART)).counts() == Told(otlp(FRONTEND, CART)).counts()


def test_a_call_inside_a_service_is_no_relationship() -> None:
    assert Told(otlp(block("cart", At(1), At(2, 1, CLIENT), At(3, 2)))).calls() == {}


def test_a_parent_that_was_not_sampled_is_not_guessed() -> None:
    told = Told(otlp(CART))
    assert told.calls().keys() == {"cart > carts:6379"}
    assert told.codes() == ["PARENT_MISSING"]


def test_whom_a_client_span_names_counts_only_when_nobody_answers_it() -> None:
    named = block("frontend", At(1), At(2, 1, CLIENT, {"peer.service": "kart"}))
    assert Told(otlp(named)).counts() == {"frontend > kart": (1, 0)}
    assert Told(otlp(named, block("cart", At(3, 2)))).counts() == {"frontend > cart": (1, 0)}


def test_client_spans_of_libraries_under_one_another_are_one_call() -> None:
    library = At(2, 1, CLIENT, {"peer.service": "kart"})
    assert Told(otlp(block("frontend", At(1), library, At(3, 2, CLIENT)), block("cart", At(4, 3)))).counts() == {
        "frontend > cart": (1, 0)
    }
    search = At(2, 1, CLIENT, {"db.system": "elasticsearch", "server.address": "logs"})
    told = Told(otlp(block("frontend", At(1), search, At(3, 2, CLIENT, {"server.address": "logs"}))))
    assert told.counts() == {"frontend > logs:9200": (1, 0)}
    assert told.codes() == []


def test_a_call_failed_when_its_server_or_its_client_span_did() -> None:
    failed_client = block("frontend", At(1, code=2), At(2, 1, CLIENT, code=2))
    assert Told(otlp(failed_client, block("cart", At(3, 2)))).counts() == {"frontend > cart": (1, 1)}
    assert Told(otlp(FRONTEND, block("cart", At(3, 2, code=2)))).counts() == {"frontend > cart": (1, 1)}
    failed_page = block("frontend", At(1, code=2))
    assert Told(otlp(failed_page, block("cart", At(3, 1)))).counts() == {"frontend > cart": (1, 0)}


def test_over_a_queue_both_sides_need_the_queue_and_neither_the_other() -> None:
    queue = {"messaging.system": "kafka", "messaging.destination.name": "orders"}
    sender = block("checkout", At(1), At(2, 1, PRODUCER, queue))
    expected = {"accounting > orders": (1, 0), "checkout > orders": (1, 0)}
    assert Told(otlp(sender, block("accounting", At(3, 2, CONSUMER, queue)))).counts() == expected
    assert Told(otlp(sender, block("accounting", At(3, 2, CONSUMER)))).counts() == expected


def test_messages_over_a_queue_that_nobody_names_make_no_relationship() -> None:
    told = Told(otlp(block("checkout", At(1), At(2, 1, PRODUCER)), block("accounting", At(3, 2, CONSUMER))))
    assert told.calls() == {}
    assert told.codes() == ["QUEUE_UNKNOWN"]


def test_a_temporary_queue_is_none() -> None:
    reply = {
        "messaging.system": "rabbitmq",
        "messaging.destination.name": "amq.gen-X",
        "messaging.destination.temporary": "true",
    }
    assert Told(otlp(block("checkout", At(1, 0, PRODUCER, reply)))).calls() == {}


def test_names_that_differ_in_case_or_a_suffix_stay_apart_and_are_told() -> None:
    told = Told(otlp(block("Cart", At(1)), block("cart", At(2)), block("cart-service", At(3))))
    assert len(told.items) == 3
    (problem,) = [entry for entry in told.all if isinstance(entry, Problem)]
    assert (problem.code, problem.severity) == ("NAMES_ALIKE", Severity.INFO)
    assert "Cart, cart, cart-service" in problem.message


@pytest.mark.parametrize("name", ["", "unknown_service", "unknown_service:java", "OTLPResourceNoServiceName"])
def test_processes_that_were_given_no_name_do_not_become_one_service(name: str) -> None:
    told = Told(otlp(block(name, At(1))))
    assert told.items == {}
    assert told.codes() == ["SERVICE_UNNAMED"]


def test_environments_are_scopes_and_namespaces_are_in_the_key() -> None:
    document = otlp(
        block("api", At(1), service_namespace="shop", deployment_environment="prod"),
        block("api", At(2), service_namespace="back/office", deployment_environment="EU #1/blue"),
        block("api", At(3)),
    )
    assert set(Told(document).items) == {
        "prod#service/shop/api",
        "EU -1-blue#service/back%2Foffice/api",
        "default#service/api",
    }
    options = ReadOptions(source="traces/eu", boundary="test")
    assert TracesImporter().scopes(document, options) == (
        Scope("traces/eu", "EU -1-blue"),
        Scope("traces/eu", "prod"),
        Scope("traces/eu", "test"),
    )


def test_a_store_without_an_address_belongs_to_its_caller_only() -> None:
    def asking(service: str, span: int, **attributes: str) -> JSONValue:
        told = {"db.system": "postgresql"} | {name.replace("_", "."): value for name, value in attributes.items()}
        return block(service, At(span, 0, CLIENT, told))

    unaddressed = Told(otlp(asking("a", 1), asking("b", 2), asking("c", 3, server_address="127.0.0.1")))
    assert {key for key in unaddressed.items if "datastore" in key} == {
        "default#service/a/datastore/postgresql",
        "default#service/b/datastore/postgresql",
        "default#service/c/datastore/postgresql",
    }
    shared = Told(otlp(asking("a", 1, server_address="db"), asking("b", 2, net_peer_name="DB.", net_peer_port="5432")))
    assert {key for key in shared.items if "datastore" in key} == {"default#datastore/db:5432"}


def test_short_host_names_mean_another_host_in_each_namespace() -> None:
    def asking(span: int, host: str, namespace: str) -> JSONValue:
        told = {"db.system": "redis", "server.address": host}
        return block(f"s{span}", At(span, 0, CLIENT, told), k8s_namespace_name=namespace)

    told = Told(otlp(asking(1, "cache", "a"), asking(2, "cache", "b"), asking(3, "cache.a.svc.cluster.local", "b")))
    assert {key for key in told.items if "datastore" in key} == {
        "default#datastore/cache.a:6379",
        "default#datastore/cache.b:6379",
    }


def test_a_version_is_told_only_while_all_instances_agree() -> None:
    one = Told(otlp(block("a", At(1), service_version="1")))
    two = Told(otlp(block("a", At(1), service_version="1"), block("a", At(2), service_version="2")))
    assert one.items["default#service/a"].attributes["version"] == "1"
    assert "version" not in two.items["default#service/a"].attributes
    assert two.items["default#service/a"].unmapped == {"versions": ["1", "2"]}


def test_the_workloads_that_run_a_service_are_a_group_of_which_one_is_enough() -> None:
    document = otlp(
        block("a", At(1), k8s_deployment_uid="7f1c2d34-1"), block("a", At(2), k8s_deployment_uid="7f1c2d34-2")
    )
    told = Told(document)
    assert told.items["default#service/a"].groups["workloads"].min_up == "1"
    assert [(str(edge.to_ref), edge.group) for edge in told.edges("RUNS_ON")] == [
        ("uid=7f1c2d34-1", "workloads"),
        ("uid=7f1c2d34-2", "workloads"),
    ]


def test_a_service_stands_on_the_deployment_that_the_cluster_knows_by_the_same_uid() -> None:
    uid = "7f1c2d34-0000-4000-8000-00000000a001"
    deployment: JSONValue = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "namespace": "shop", "uid": uid},
        "spec": {"template": {"metadata": {"labels": {"app": "cart"}}}},
    }
    store = MemoryStore(load_catalogue())
    manifests = Document("manifests.json", json.dumps(deployment).encode())
    traces = otlp(block("cart", At(1), k8s_deployment_uid=uid))
    reads = [
        partial(TracesImporter().read, traces, ReadOptions()),
        partial(KubernetesImporter().read, manifests, ReadOptions()),
    ]
    report = Ingest(store).run(reads, Order("a test", "traces"))
    assert report.counts.dangling == 0
    assert "cart RUNS_ON cart" in arrows(store)


@pytest.mark.parametrize("ended", [-1, None, "soon", "-5", str(10**30), 2**63 - 1, "9" * 5000])
def test_an_instant_that_no_calendar_has_is_left_out(ended: JSONValue) -> None:
    edge = Told(otlp(FRONTEND, block("cart", At(3, 2, ended=ended)))).calls()["frontend > cart"]
    assert "last_seen_at" not in edge.attributes or edge.attributes["last_seen_at"] == "2262-04-11T23:47:16Z"


def test_the_last_call_is_told_whatever_the_clocks_say() -> None:
    early, late = At(3, 2, ended=str(NANOS - 10**15)), At(4, 2, ended=str(NANOS + 10**10))
    edge = Told(otlp(FRONTEND, block("cart", late, early))).calls()["frontend > cart"]
    assert edge.attributes == {"calls": 2, "errors": 0, "last_seen_at": "2023-11-14T22:13:30Z"}


def test_a_broken_first_line_costs_that_line_only() -> None:
    whole = otlp(FRONTEND, CART).content
    assert isinstance(whole, bytes)
    told = Told(Document("traces.jsonl", b'spans":[]}]}\n' + whole))
    assert told.counts() == Told(otlp(FRONTEND, CART)).counts()
    assert told.codes() == ["LINE_MALFORMED"]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"resourceMetrics": []}', "7", '{"resourceSpans": 7}', "{", '{"a": 1}\n{"a": 2}']
)
def test_what_holds_no_traces_is_refused(text: str) -> None:
    with pytest.raises(FileMalformed):
        list(TracesImporter().read(Document("x.json", text.encode()), ReadOptions()))


@pytest.mark.parametrize("text", ['{"resourceSpans": []}', '{"data": []}', "[]", '{"batches": []}'])
def test_an_answer_without_traces_is_empty(text: str) -> None:
    assert list(TracesImporter().read(Document("x.json", text.encode()), ReadOptions())) == []


@pytest.mark.parametrize("wrapper", ["result", "trace"])
def test_wrapped_answers_of_query_interfaces_are_read(wrapper: str) -> None:
    text = json.dumps({wrapper: {"resourceSpans": [FRONTEND, CART]}})
    assert Told(Document("x.json", text.encode())).counts() == Told(otlp(FRONTEND, CART)).counts()
    assert TracesImporter().sniff(text.encode(), "x.json") > 0.9


def test_the_importers_of_rows_are_less_sure_of_traces() -> None:
    head = otlp(FRONTEND, CART).head()
    assert TracesImporter().sniff(head, "traces.jsonl") > NdjsonImporter().sniff(head, "traces.jsonl")
    assert TracesImporter().sniff(head, "traces.json") > JsonImporter().sniff(head, "traces.json")
    assert TracesImporter().sniff(b'{"items": [{"class": "Host", "name": "a"}]}', "a.json") == 0


def test_the_same_traces_again_change_nothing() -> None:
    runs = imported_twice(TracesImporter(), [otlp(FRONTEND, CART)], ReadOptions())
    assert (runs.first.counts.created, runs.first.counts.related) == (3, 2)
    assert runs.second.counts.changes == 0
    assert runs.heads[0] == runs.heads[1]
