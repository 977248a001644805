"""What a plan touches: the items and edges that it would alter, each before and after."""

from dataclasses import dataclass

from cmdb.model.commits import Delta


@dataclass(frozen=True, slots=True)
class TouchedGraph:
    """The difference that a plan makes to the graph at ``base_seq``; nothing of it is written.

    The same form as the difference between two points of history, so that what was written can be looked at in the
    same way: ``TouchedGraph(start, store.difference(start, end))``.
    """

    base_seq: int
    delta: Delta
