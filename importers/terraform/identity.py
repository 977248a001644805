"""What identifies a resource over sources: its global name, and its id at a provider, account and region."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from importers.amazon import kind_of_id, resource_name
from importers.fields import text
from importers.setting_names import names_secret
from importers.terraform.kinds import family_of, is_aspect, is_known
from importers.terraform.resources import Resource

_PROVIDERS: Final[Mapping[str, str]] = {
    "aws": "aws", "azurerm": "azure", "azuread": "azure", "azapi": "azure", "google": "google", "google-beta": "google",
}  # fmt: skip
_SOURCE_ADDRESS = re.compile(r'provider\["([^"]+)"\]')
_ARN = re.compile(r"arn:[a-z-]+:[\w.-]+:([a-z0-9-]*):(\d{12}|aws|):\S{1,1000}")
_AZURE = re.compile(r"/subscriptions/([^/\s]+)/\S{1,1000}", re.IGNORECASE)
_GOOGLE = re.compile(
    r"(?:https:)?//(?:(?P<service>[a-z0-9-]+)\.)?googleapis\.com/(?:(?P<first>[a-z]+)/)?(?:v\d\w*|beta|alpha)/"
    r"(?P<path>projects/(?P<project>[^/\s]+)/\S{1,1000})"
)
_SHORT = re.compile(r"([a-z]{1,12})-([0-9a-f]{8}|[0-9a-f]{17})")
_UUID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{12,24}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a resource's place at its provider; empty texts where nothing is known."""

    provider: str
    account: str = ""
    region: str = ""
    global_name: str = ""
    """ARN, Azure resource id, or Google's full resource name."""
    resource_id: str = ""


def identity_of(resource: Resource) -> Identity:
    """The identity that a resource's own attributes tell.

    A side of another resource (a policy, an attachment) often bears the other's id: it has no identity of its own.
    """
    provider = provider_of(resource)
    name = "" if is_aspect(resource.type) else _own_global_name(resource)
    account, region = _place(resource, name)
    return Identity(provider, account, region, name, _own_id(resource, name))


def provider_of(resource: Resource) -> str:
    """The provider's name in one word, however its file spells it; from the type where it does not say.

    ``provider.aws``, ``provider["registry.example/hashicorp/aws"].east``, ``hashicorp/aws`` and ``aws.east`` are one.
    """
    match = _SOURCE_ADDRESS.search(resource.provider)
    told = match.group(1) if match else resource.provider.rpartition("provider.")[2]
    name = told.rpartition("/")[2] if "/" in told else told.partition(".")[0]
    word = name or family_of(resource.type)
    return _PROVIDERS.get(word, word)


def global_name(value: str) -> str:
    """The one form of a name that is unique in the world, or ``""`` when the text is none.

    >>> global_name("arn:aws:iam::123123123123:role/app"), global_name("app")
    ('arn:aws:iam::123123123123:role/app', '')
    >>> global_name("https://www.googleapis.com/compute/v1/projects/shop/zones/z/disks/d")
    '//compute.googleapis.com/projects/shop/zones/z/disks/d'
    """
    if _ARN.fullmatch(value) or _AZURE.fullmatch(value):
        return value
    match = _GOOGLE.fullmatch(value)
    if match is None:
        return ""
    service = match["service"] if match["service"] not in {None, "www"} else match["first"]
    return f"//{service}.googleapis.com/{match['path']}" if service else ""


def is_distinctive(value: str) -> bool:
    """Whether two equal texts of this form mean one thing: global names, UUIDs, ids such as ``vpc-1b20b966``."""
    return bool(
        global_name(value) or _SHORT.fullmatch(value) or _UUID.fullmatch(value) or _LONG_NUMBER.fullmatch(value)
    )


def arn_of(short: str, near: Identity) -> str:
    """The ARN of an EC2 id in the account and region of the resource that names it; ``""`` when they are not known.

    An id that belongs to another account gives a name that nothing bears, never one of something else.
    """
    match = _SHORT.fullmatch(short)
    kind = kind_of_id(match.group(1)) if match else None
    if kind is None or near.provider != "aws" or not (near.account and near.region):
        return ""
    return resource_name(kind, short, short, near.account, near.region)


def _own_global_name(resource: Resource) -> str:
    for field in ("arn", "self_link", "id"):
        if name := global_name(text(resource.values, field)):
            return name
    return ""


def _own_id(resource: Resource, name: str) -> str:
    value = text(resource.values, "id")
    if not value or is_aspect(resource.type) or (names_secret(resource.type) and not name):
        return ""
    if not is_known(resource.type) and not is_distinctive(value):
        return ""
    return name if provider_of(resource) == "google" and name else value


def _place(resource: Resource, name: str) -> tuple[str, str]:
    """Account and region."""
    values = resource.values
    account, region = text(values, "owner_id"), text(values, "region")
    zone = text(values, "availability_zone") or text(values, "zone").rpartition("/")[2]
    if match := _ARN.fullmatch(name):
        account, region = match.group(2) or account, match.group(1) or region
    elif match := _AZURE.fullmatch(name):
        account, region = match.group(1), text(values, "location").replace(" ", "").lower()
    elif match := _GOOGLE.fullmatch(text(values, "self_link")):
        account = match["project"]
    account = account or text(values, "project") or text(values, "tenant_id")
    return account, region.rpartition("/")[2] or _region_of_zone(zone)


def _region_of_zone(zone: str) -> str:
    """``eu-west-1`` of ``eu-west-1a``, ``europe-west1`` of ``europe-west1-b``."""
    if re.fullmatch(r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]", zone):
        return zone[:-1]
    return zone.rpartition("-")[0] if re.fullmatch(r"[a-z]+-[a-z]+\d-[a-z]", zone) else ""
