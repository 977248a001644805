"""All lists that are known, found by where they stand and by what they hold."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from importers.aws.compute_table import MACHINES, SERVERLESS
from importers.aws.data_table import DATABASE_LISTS, STORES
from importers.aws.declarations import Link, Listing, contained, protected
from importers.aws.identity_table import IDENTITIES
from importers.aws.network_table import BALANCERS, GROUP, NETWORKS, SUBNET, VPC

_ALL: Final = (*NETWORKS, *BALANCERS, *MACHINES, *SERVERLESS, *DATABASE_LISTS, *STORES, *IDENTITIES)

LOOKUPS: Final = frozenset({"Tags", "TagDescriptions", "ResourceTagMappingList", "InstanceStatuses"})
"""Lists that say something of things which other lists hold."""
HEALTH: Final = frozenset({"TargetHealthDescriptions", "LoadBalancerTargetHealth"})
"""Lists of the targets of target groups."""
PASSED_OVER: Final = frozenset(
    {"AccessKeyMetadata", "Instances", "KeyPairs", "LoadBalancerAttributes", "MovingAddressStatuses",
     "VirtualMFADevices"}
)  # fmt: skip
"""Lists of which nothing is taken: credentials, and what says nothing of things that are there."""
SHARED_WORDS: Final = frozenset(
    {"Buckets", "Clusters", "FileSystems", "Functions", "Groups", "Hosts", "Images", "Keys", "Listeners", "Policies",
     "Roles", "Snapshots", "Topics", "Users", "Volumes", "cluster", "clusters", "repositories", "services"}
)  # fmt: skip
"""Lists of several services that are called the same: an empty one does not say whose it is."""
MARKERS: Final = frozenset({"NextToken", "nextToken", "NextMarker", "Marker"})
"""What stands beside a list that goes on elsewhere."""

UNKNOWN_LINKS: Final[tuple[Link, ...]] = (
    contained("VpcId", VPC),
    contained("SubnetId", SUBNET),
    contained("SubnetIds[]", SUBNET, "subnets"),
    protected("SecurityGroupIds[]", GROUP),
)
"""The fields that mean the same in lists of any kind."""


def _by_path() -> dict[str, tuple[Listing, ...]]:
    found: defaultdict[str, list[Listing]] = defaultdict(list)
    for listing in _ALL:
        for path in listing.paths:
            found[path].append(listing)
    return {path: tuple(listings) for path, listings in found.items()}


BY_PATH: Final[Mapping[str, Sequence[Listing]]] = _by_path()
BY_FIELD: Final[Mapping[str, Sequence[str]]] = {
    field: tuple(path for path in BY_PATH if path.split("[")[0] == field)
    for field in dict.fromkeys(path.split("[")[0] for path in BY_PATH)
}
"""The paths that begin with each field of an answer."""
BY_TYPE: Final[Mapping[str, Listing]] = {listing.type: listing for listing in reversed(_ALL)}
"""The first declaration of each type."""
