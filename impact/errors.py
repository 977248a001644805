"""What the mathematics refuses, each with a stable code.

::

    ValueError
    └── ImpactError
        ├── GraphError          the arrays or groups do not describe a graph
        │   └── MemberWithoutEffectError    an edge that passes nothing on stands in a named group
        ├── ThresholdError      neither a count nor a percentage
        ├── UnknownLabelError   not the name of a failure state or an effect
        └── UnknownNodeError    a node index outside the graph
"""

from typing import ClassVar


class ImpactError(ValueError):
    """Base of every refusal of this package.

    ``seen`` is one sentence about what was found, ``hint`` one about what to do.
    """

    code: ClassVar[str] = "IMPACT_INVALID"

    def __init__(self, seen: str, hint: str) -> None:
        """Keep both sentences and join them for the message."""
        super().__init__(f"{seen} {hint}")
        self.seen = seen
        self.hint = hint


class GraphError(ImpactError):
    """The arrays or groups handed to the compiler do not describe a graph."""

    code: ClassVar[str] = "GRAPH_INVALID"


class MemberWithoutEffectError(GraphError):
    """An edge with the effect ``none`` stands in a named group, where it would feign redundancy."""

    code: ClassVar[str] = "GRAPH_MEMBER_WITHOUT_EFFECT"

    def __init__(self, edge: int, group: str) -> None:
        """Name the edge by its position and the group by its name."""
        super().__init__(
            f"Edge {edge} passes nothing on and stands in the group {group!r}.",
            "Leave it out of the group: a member that cannot fail would feign redundancy.",
        )
        self.edge = edge
        self.group = group


class ThresholdError(ImpactError):
    """A threshold is neither a count of members nor a percentage of them."""

    code: ClassVar[str] = "THRESHOLD_INVALID"


class UnknownLabelError(ImpactError):
    """A text names no failure state or no effect."""

    code: ClassVar[str] = "LABEL_UNKNOWN"


class UnknownNodeError(ImpactError):
    """A node index lies outside the graph."""

    code: ClassVar[str] = "NODE_UNKNOWN"

    def __init__(self, node: int, size: int) -> None:
        """Name the index and the range that would have been right."""
        super().__init__(
            f"Node {node} is not in the graph.",
            f"Use an index from 0 to {size - 1}." if size else "The graph is empty.",
        )
        self.node = node
