"""Impact of failures on a dependency graph with redundancy groups: pure mathematics, no I/O.

Compile a ``Graph``, ``evaluate`` it from seeds, ask ``reason`` why. ``impact.checker`` checks a
saved ``proof`` on its own.
"""

from impact.closure import evaluate
from impact.downfall import Downfall, Downfalls, HardEdge
from impact.errors import (
    GraphError,
    ImpactError,
    MemberWithoutEffectError,
    ThresholdError,
    UnknownLabelError,
    UnknownNodeError,
)
from impact.graph import ALONE, Graph, GroupSpec
from impact.proof import proof
from impact.reasons import (
    Arithmetic,
    FailedMember,
    GroupReason,
    Reason,
    arithmetic,
    reason,
    spared,
    spared_nodes,
)
from impact.result import Impact
from impact.single import BitRows, SingleFailures, count_by_lane, lane_flags
from impact.states import Effect, FailureState, contribution
from impact.threshold import Threshold

__all__ = [
    "ALONE",
    "Arithmetic",
    "BitRows",
    "Downfall",
    "Downfalls",
    "Effect",
    "FailedMember",
    "FailureState",
    "Graph",
    "GraphError",
    "GroupReason",
    "GroupSpec",
    "HardEdge",
    "Impact",
    "ImpactError",
    "MemberWithoutEffectError",
    "Reason",
    "SingleFailures",
    "Threshold",
    "ThresholdError",
    "UnknownLabelError",
    "UnknownNodeError",
    "arithmetic",
    "contribution",
    "count_by_lane",
    "evaluate",
    "lane_flags",
    "proof",
    "reason",
    "spared",
    "spared_nodes",
]
