"""Where things are kept: the scope and key of each, by its type and id."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.aws.compute_table import IMPLIED_BY
from importers.aws.declarations import Reach
from importers.aws.network_table import ZONE
from importers.aws.table import BY_TYPE

UNKNOWN: Final = "unknown"
"""Stands for the account or region that nothing tells."""
ACCOUNT: Final = "AWS::Account"
REGION: Final = "AWS::Region"
GLOBAL: Final = "global"
"""Boundary of what an account has in no region."""


@dataclass(frozen=True, slots=True)
class Layout(ABC):
    """The source, account and region that an input speaks for; ``account`` and ``region`` are empty when unknown."""

    source: str
    account: str
    region: str

    @abstractmethod
    def binding(self, type_: str, id_: str) -> ByKey:
        """Where a thing of that type and id is kept, whether the input has it or not."""


@dataclass(frozen=True, slots=True)
class ListLayout(Layout):
    """Each list is a scope of its own, as each is complete or missing for itself; keys are the ids in it.

    The account, its region and a zone are scopes of one thing, so that the lists that only name them stay complete.
    """

    listed: frozenset[str] = field(default_factory=frozenset)

    def binding(self, type_: str, id_: str) -> ByKey:
        """``us-west-2:AWS::EC2::VPC#vpc-1``; what instances imply is kept with them unless it is listed."""
        if type_ in {ACCOUNT, REGION, ZONE}:
            return ByKey(Scope(self.source, _part(id_)), id_)
        return ByKey(self.scope_of(type_), id_)

    def scope_of(self, type_: str) -> Scope:
        """The scope of a list."""
        kept_with = type_ if type_ in self.listed else IMPLIED_BY.get(type_, type_)
        listing = BY_TYPE.get(kept_with)
        is_global = listing is not None and listing.reach is Reach.GLOBAL
        return Scope(self.source, _part(f"{GLOBAL if is_global else self.region or UNKNOWN}:{kept_with}"))


@dataclass(frozen=True, slots=True)
class ItemLayout(Layout):
    """All that is recorded of an account in a region is one scope; keys are ``type/id``."""

    def binding(self, type_: str, id_: str) -> ByKey:
        """``us-west-2#AWS::EC2::VPC/vpc-1``."""
        listing = BY_TYPE.get(type_)
        is_global = type_ == ACCOUNT or (listing is not None and listing.reach is Reach.GLOBAL)
        return ByKey(Scope(self.source, GLOBAL if is_global else _part(self.region or UNKNOWN)), f"{type_}/{id_}")


def _part(text: str) -> str:
    return text.replace("/", ":").replace("#", ":")
