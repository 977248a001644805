"""With hard relationships alone, impact is plain reachability: networkx is the oracle."""

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.impact.naive import Edge, Estate
from tests.impact.strategies import evaluated

_NODES = st.integers(0, 19)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(_NODES, _NODES), max_size=40), st.sets(_NODES, max_size=3))
def test_what_falls_is_what_is_reachable_against_the_arrows(pairs: list[tuple[int, int]], seeds: set[int]) -> None:
    impact = evaluated(Estate(20, [Edge(*pair) for pair in pairs], seeds=dict.fromkeys(seeds, "down")))
    failing: nx.DiGraph[int] = nx.DiGraph((provider, dependent) for dependent, provider in pairs)
    failing.add_nodes_from(range(20))
    distances = nx.multi_source_dijkstra_path_length(failing, seeds) if seeds else {}
    assert {node: impact.distance(node) for node in impact.raised()} == distances
    assert {impact.state(node).label for node in impact.raised()} <= {"down"}
