"""An answer with everything that is needed to check it later, in plain JSON types."""

from impact.graph import Graph
from impact.reasons import reason, spared
from impact.result import Impact
from impact.states import Effect


def proof(graph: Graph, impact: Impact) -> dict[str, object]:
    """Return the graph, the seeds and every reason as the arguments of ``checker.check``.

    Precondition: ``impact`` was evaluated on ``graph``. Edge numbers in the reasons are
    positions in ``edges``. O(edges + groups + relationships of all nodes with a reason).

    >>> from impact import ALONE, FailureState, evaluate
    >>> from impact.checker import check
    >>> graph = Graph.compile(2, [0], [1], [Effect.HARD], [ALONE])
    >>> saved = proof(graph, evaluate(graph, {1: FailureState.DOWN}))
    >>> saved["edges"], saved["seeds"]
    ([[0, 1, 'hard', None]], [[1, 'down']])
    >>> check(**saved)
    []
    """
    affected = [reason(graph, impact, node).as_dict() for node in impact.raised()]
    return {
        "edges": _edge_rows(graph),
        "groups": _group_rows(graph),
        "seeds": [[node, state.label] for node, state in impact.seeds.items()],
        "answer": {
            "affected": affected,
            "spared": [why.as_dict() for why in spared(graph, impact)],
        },
    }


def _edge_rows(graph: Graph) -> list[list[object]]:
    names: list[str | None] = [spec.name for spec in graph.groups]
    names.append(None)  # the group index of an edge that stands alone counts from the end
    labels = [effect.label for effect in Effect]
    return [
        [dependent, provider, labels[effect], names[group]]
        for dependent, provider, effect, group in zip(
            graph.dependents.tolist(),
            graph.providers.tolist(),
            graph.effects.tolist(),
            graph.group_of.tolist(),
            strict=True,
        )
    ]


def _group_rows(graph: Graph) -> list[list[object]]:
    return [
        [
            spec.owner,
            spec.name,
            str(spec.min_up),
            None if spec.degraded_below is None else str(spec.degraded_below),
        ]
        for spec in graph.groups
    ]
