"""Resources to CI records, and the modules that they only imply."""

from collections.abc import Iterator, Mapping
from typing import Final

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord
from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, number, text, texts
from importers.setting_names import names_secret
from importers.terraform.addresses import module_path
from importers.terraform.edges import lookups_of
from importers.terraform.estate import Estate
from importers.terraform.kept import kept_values
from importers.terraform.kinds import GENERIC, NO_CLOUD, class_of
from importers.terraform.resources import Resource

_NAMES: Final = ("name", "identifier", "cluster_identifier", "function_name", "display_name")
_STATES: Final = ("instance_state", "power_state", "status", "state")
_KUBERNETES: Final = "kubernetes_"
_NO_GROUPS: Final[Mapping[str, GroupSetting]] = {}
_MAX_NAME: Final = 256


def module_records(estate: Estate) -> Iterator[CIRecord]:
    """The modules that resources stand in, as groups without a life of their own, outer ones first."""
    paths = {
        path[:depth]
        for resource in estate.owned
        if (path := resource.address.modules)
        for depth in range(1, len(path) + 1)
    }
    for key in sorted(module_path(path) for path in paths):
        yield CIRecord(estate.scope, key, "HostGroup", key)


def record_of(estate: Estate, resource: Resource, groups: Mapping[str, GroupSetting] = _NO_GROUPS) -> CIRecord:
    """The record of a resource of the class that its type has."""
    cls = class_of(resource.type)
    attributes = _present(_attributes(estate, resource, cls))
    kept: dict[str, JSONValue] = {"values": kept_values(resource.type, resource.values, estate.secrets)}
    if "resource_id" not in attributes and not names_secret(resource.type):
        kept["id"] = text(resource.values, "id")
    kept |= {"status": resource.status, "lookups": list(dict.fromkeys(lookups_of(resource, estate)))}
    return CIRecord(
        estate.scope,
        resource.key,
        cls,
        name_of(resource, estate.secrets),
        attributes,
        groups,
        resource.type,
        estate.where(resource),
        _present(kept),
    )


def name_of(resource: Resource, secrets: frozenset[str]) -> str:
    """What the provider calls it; the address when that is not known, or is made for secrets."""
    told = [text(resource.values, "tags", "Name"), *(text(resource.values, field) for field in _NAMES)]
    told += [text(resource.values, "bucket")] if class_of(resource.type) == "ObjectStore" else []
    told += [text(block, "name") for block in entries(resource.values, "metadata")]
    if not names_secret(resource.type) or class_of(resource.type) not in {GENERIC, NO_CLOUD, "CloudSecret"}:
        for name in told:
            if name.strip() and len(name) <= _MAX_NAME and name not in secrets:
                return name
    return resource.key


def _attributes(estate: Estate, resource: Resource, cls: str) -> dict[str, JSONValue]:
    if resource.type.startswith(_KUBERNETES) and cls != NO_CLOUD:
        return _kubernetes(resource, cls)
    if cls == NO_CLOUD:
        return {"kind": resource.type}
    if cls == "DNSZone":
        return {}
    identity = estate.identities[resource.key]
    return {
        "arn": identity.global_name,
        "resource_id": identity.resource_id,
        "provider": identity.provider,
        "account": identity.account,
        "region": identity.region,
        "resource_type": resource.type,
        "state": next((state for field in _STATES if (state := text(resource.values, field))), ""),
    }


def _present(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


def _kubernetes(resource: Resource, cls: str) -> dict[str, JSONValue]:
    """What identifies an object of a cluster; the file does not say which cluster."""
    blocks = entries(resource.values, "metadata")
    metadata = mapping(blocks[0]) if blocks else {}
    word = resource.type.removeprefix(_KUBERNETES).removesuffix("_v1")
    kind = "".join(part.capitalize() for part in word.split("_")).replace("Daemonset", "DaemonSet")
    attributes: dict[str, JSONValue] = {
        "uid": text(metadata, "uid"),
        "namespace": text(metadata, "namespace"),
        "kind": kind,
        "labels": dict(texts(metadata, "labels")),
    }
    if cls == "Workload":
        specs = entries(resource.values, "spec")
        attributes["replicas"] = number(specs[0], "replicas") if specs else None
    return attributes
