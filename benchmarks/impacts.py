"""Impact with redundancy beside networkx, which can only say what is reachable."""

from collections.abc import Iterator
from functools import partial

import networkx as nx

import impact
from benchmarks.estate import Estate
from benchmarks.timing import Comparison, compare
from cmdb.app.wiring import open_store
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.practices.dependencies import DependencyGraph, compile_graph

QUESTIONS = (("Host", "host-7"), ("PDU", "pdu-0-a"), ("Switch", "core-a"))


def measure(hosts: int, turns: int) -> Iterator[Comparison]:
    """One host, one power feed, one core switch: what goes down, beside everything that depends on it somehow."""
    store = open_store("memory:", load_catalogue())
    Ingest(store).run([Estate(hosts).observations], Order("bench", "bench"))
    compiled = compile_graph(store.graph(), store.catalogue)
    rival = _networkx(compiled)
    numbers = {(item.cls, item.name): number for number, item in enumerate(compiled.items)}
    for question in QUESTIONS:
        seed = numbers[question]
        ours = impact.evaluate(compiled.graph, {seed: impact.FailureState.DOWN})
        down = sum(ours.state(number) is impact.FailureState.DOWN for number in ours.raised())
        reached = len(nx.ancestors(rival, seed)) + 1
        yield compare(
            f"{question[1]}: {down} down, {len(ours.raised()) - down} at risk",
            f"networkx.ancestors: {reached} reached",
            reached,
            (
                partial(impact.evaluate, compiled.graph, {seed: impact.FailureState.DOWN}),
                partial(nx.ancestors, rival, seed),
            ),
            turns,
        )


def _networkx(compiled: DependencyGraph) -> "nx.DiGraph[int]":
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(compiled.graph.size))
    graph.add_edges_from(zip(compiled.graph.dependents.tolist(), compiled.graph.providers.tolist(), strict=True))
    return graph
