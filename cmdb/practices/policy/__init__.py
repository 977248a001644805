"""What an import may do to what is there before a person has looked at it."""

from cmdb.practices.policy.declarations import EffectLimits, Limit, Policy, ScopeLimits
from cmdb.practices.policy.judging import PolicyGuard
from cmdb.practices.policy.loading import NO_POLICY, default_policy, load_policy

__all__ = [
    "NO_POLICY",
    "EffectLimits",
    "Limit",
    "Policy",
    "PolicyGuard",
    "ScopeLimits",
    "default_policy",
    "load_policy",
]
