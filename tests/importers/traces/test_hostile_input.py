import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.traces import TracesImporter
from tests.importers.test_hostile_input import read, require_storable

WORDS = st.sampled_from(
    [
        "resourceSpans", "scopeSpans", "instrumentationLibrarySpans", "spans", "resource", "attributes", "key", "value",
        "stringValue", "intValue", "traceId", "spanId", "parentSpanId", "parentId", "id", "kind", "status", "code",
        "links", "endTimeUnixNano", "service.name", "service.namespace", "deployment.environment", "peer.service",
        "db.system", "server.address", "server.port", "messaging.system", "messaging.destination.name", "data",
        "traceID", "spanID", "processes", "processID", "serviceName", "references", "refType", "CHILD_OF", "tags",
        "startTime", "duration", "timestamp", "localEndpoint", "remoteEndpoint", "annotations", "binaryAnnotations",
        "endpoint", "cs", "sr", "sa", "ms", "CLIENT", "SERVER", "PRODUCER", "client", "a", "1", "01", "b/c", "#", "%2F",
        "[::1]", "h:99999999", "postgres://a:b@c/d", "", "\x00", "\ud800",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
PAIRS = st.lists(st.fixed_dictionaries({"key": WORDS, "value": TREES | st.dictionaries(WORDS, WORDS)}), max_size=8)
IDS = st.sampled_from(["1", "2", "01", "a", "", "AAAAAAAAAAE="]) | TREES
NAMES = st.sampled_from(["frontend", "cart", "redis", ""]) | TREES


@settings(max_examples=150, deadline=None)
@given(tree=TREES, wrapper=st.sampled_from(["resourceSpans", "batches", "data", "spans", ""]))
def test_any_tree_gives_only_observations_or_a_refusal(tree: object, wrapper: str) -> None:
    require_storable(read(TracesImporter(), json.dumps({wrapper: tree} if wrapper else tree).encode()))


@settings(max_examples=150, deadline=None)
@given(
    spans=st.lists(
        st.fixed_dictionaries({"traceId": IDS, "spanId": IDS, "parentSpanId": IDS, "kind": TREES, "attributes": PAIRS}),
        max_size=5,
    ),
    resource=PAIRS,
    name=WORDS,
)
def test_any_shape_under_the_words_of_otlp_is_survived(spans: list[object], resource: list[object], name: str) -> None:
    attributes = [{"key": "service.name", "value": {"stringValue": name}}, *resource]
    block = {"resource": {"attributes": attributes}, "scopeSpans": [{"spans": spans}]}
    require_storable(read(TracesImporter(), json.dumps({"resourceSpans": [block, block]}).encode()))


@settings(max_examples=150, deadline=None)
@given(
    spans=st.lists(
        st.fixed_dictionaries(
            {
                "traceId": IDS,
                "id": IDS,
                "parentId": IDS,
                "kind": WORDS,
                "localEndpoint": st.fixed_dictionaries({"serviceName": NAMES}) | TREES,
                "remoteEndpoint": TREES,
                "annotations": st.lists(TREES, max_size=3),
                "binaryAnnotations": PAIRS,
                "tags": TREES,
            }
        ),
        max_size=6,
    )
)
def test_any_shape_under_the_words_of_zipkin_is_survived(spans: list[object]) -> None:
    require_storable(read(TracesImporter(), json.dumps(spans).encode()))


@settings(max_examples=150, deadline=None)
@given(
    spans=st.lists(
        st.fixed_dictionaries(
            {"traceID": IDS, "spanID": IDS, "references": TREES, "tags": PAIRS, "processID": IDS, "startTime": TREES}
        ),
        max_size=6,
    ),
    processes=st.dictionaries(st.sampled_from(["1", "2", "a"]), st.fixed_dictionaries({"serviceName": NAMES}) | TREES),
)
def test_any_shape_under_the_words_of_jaeger_is_survived(spans: list[object], processes: object) -> None:
    text = json.dumps({"data": [{"traceID": "1", "spans": spans, "processes": processes}]})
    require_storable(read(TracesImporter(), text.encode()))


@pytest.mark.parametrize(
    "spans",
    [
        [{"traceId": "1", "id": "2", "parentId": "2", "kind": "CLIENT", "localEndpoint": {"serviceName": "a"}}],
        [
            {"traceId": "1", "id": one, "parentId": other, "kind": "CLIENT", "localEndpoint": {"serviceName": "a"}}
            for one, other in (("2", "3"), ("3", "4"), ("4", "2"))
        ],
    ],
    ids=["its own parent", "a ring"],
)
def test_rings_of_parents_come_to_an_end(spans: list[dict[str, object]]) -> None:
    assert read(TracesImporter(), json.dumps([*spans, *spans]).encode())
