"""What is known of a thing, whichever format told it, and the CI record that it becomes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Where
from cmdb.model.references import ByIdentifier, ByKey
from cmdb.model.values import JSONValue
from importers.amazon import resource_name
from importers.aws.arns import is_region, parse_arn
from importers.aws.declarations import Listing
from importers.keepable import kept, kept_text, looks_secret
from importers.setting_names import names_secret

_DOCUMENTS: Final = frozenset(
    {"userdata", "environment", "content", "policydocument", "policy", "accesspolicies", "assumerolepolicydocument",
     "customergatewayconfiguration", "document", "codesha256", "requesterid", "tags"}
)  # fmt: skip
"""Fields that hold documents, scripts or settings of people's own, which may hold anything."""
_RESTLESS: Final = frozenset(
    {"latestrestorabletime", "availableipaddresscount", "lastresourceanalyzed", "lastresourceanalyzedat",
     "lastaccesseddate", "passwordlastused", "rolelastused", "revisionid", "volumequeuelength"}
)  # fmt: skip
"""Fields that change by themselves from one answer to the next."""
_IN_SERVICE: Final = frozenset({"running", "available", "active", "in-use", "ok", "completed", "inservice", "enabled"})
_PLANNED: Final = frozenset({"pending", "creating", "provisioning"})
_OUT: Final = frozenset(
    {"stopped", "stopping", "shutting-down", "terminated", "deleted", "deleting", "failed", "error", "inactive",
     "disabled"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing: its type, where it is kept, and what identifies and describes it; empty texts are unknown."""

    listing: Listing
    id: str
    binding: ByKey
    name: str
    arn: str
    account: str
    region: str
    state: str
    tags: tuple[str, ...]
    body: Mapping[str, JSONValue]
    where: Where
    kind: str
    facts: Mapping[str, JSONValue] = field(default_factory=dict)

    def is_at(self, reference: object) -> bool:
        """Whether a reference leads to this very thing."""
        return reference in {self.binding, ByIdentifier("arn", self.arn)}


def formed_arn(listing: Listing, id_: str, account: str, region: str) -> str:
    """The resource name that a thing without a told one has, or ``""`` while its account or region is not known."""
    told = region if is_region(region) else ""
    return resource_name(listing.kind, id_, ending(id_), account, told)


def ending(id_: str) -> str:
    """The name in an id: what stands last in a resource name or address, else all of it."""
    arn = parse_arn(id_)
    if arn is not None:
        return arn.last
    return (id_.rstrip("/").rpartition("/")[2] or id_) if "://" in id_ else id_


def tag_texts(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Tags as ``key=value``, those left out that hold secrets by name or by look."""
    return tuple(
        dict.fromkeys(
            f"{key}={value}" for key, value in pairs if key and not names_secret(key) and not looks_secret(value)
        )
    )


def record_of(resource: Resource, groups: Mapping[str, GroupSetting]) -> CIRecord:
    """The CI record of a thing."""
    listing = resource.listing
    kind = listing.kind
    unique = kind.prefix and resource.id.startswith(f"{kind.prefix}-")
    attributes: dict[str, JSONValue] = {
        "arn": resource.arn,
        "resource_id": resource.id if unique or kind.cls in _NAMED_BY_ID else "",
        "provider": "aws",
        "account": resource.account,
        "region": resource.region,
        "resource_type": listing.type,
        "state": resource.state,
        "status": _status(resource.state),
        "description": kept_text(resource.body.get("Description") or resource.body.get("description")),
        "tags": list(resource.tags),
    }
    return CIRecord(
        resource.binding.scope,
        resource.binding.key,
        kind.cls,
        resource.name,
        {name: value for name, value in attributes.items() if value not in ("", [])},
        groups,
        resource.kind,
        resource.where,
        _unmapped(resource),
    )


_NAMED_BY_ID: Final = frozenset({"CloudRegion", "CloudAccount", "AvailabilityZone"})


def _status(state: str) -> str:
    word = re.sub(r"\s", "", state).lower()
    if word in _IN_SERVICE:
        return "in_service"
    if word in _PLANNED:
        return "planned"
    return "out_of_service" if word in _OUT else ""


def _unmapped(resource: Resource) -> dict[str, JSONValue]:
    """What the attributes and links do not say already, and may be kept."""
    listing = resource.listing
    paths = [
        listing.id,
        listing.name,
        listing.arn,
        listing.state,
        listing.owner,
        *(link.path for link in listing.links),
    ]
    said = {part.split(".")[0].split("[")[0].lower() for path in paths for part in path.split("|")}
    dropped = _DOCUMENTS | _RESTLESS | said | {"description", "regionname"}
    facts = {**resource.body, **resource.facts}
    return kept({name: value for name, value in facts.items() if name.lower() not in dropped})
