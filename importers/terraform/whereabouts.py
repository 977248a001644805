"""The account and region of things that do not tell them, by the configuration of their provider."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from importers.amazon import BY_TERRAFORM_TYPE, kind_of_id
from importers.terraform.identity import Identity, arn_of
from importers.terraform.kinds import known_type
from importers.terraform.resources import Resource


def located(resources: Iterable[Resource], identities: Mapping[str, Identity]) -> dict[str, Identity]:
    """The identities, those of EC2 ids without a place completed by what their neighbours tell; linear.

    One configuration of the AWS provider (``provider["registry.example/hashicorp/aws"].east``) is of one account and
    one region.  When all its resources that tell theirs agree, it is also that of a gateway which tells nothing but
    ``nat-0a1b2c3d``.  What ``terraform show -json`` prints does not name configurations: there nothing is completed.
    """
    found = dict(identities)
    places: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    homeless: list[Resource] = []
    for resource in resources:
        own = identities[resource.key]
        if own.provider != "aws" or "provider" not in resource.provider:
            continue
        if own.global_name and own.account and own.region:
            places[resource.provider].add((own.account, own.region))
        elif not own.global_name and _is_of_ec2(resource, own):
            homeless.append(resource)
    for resource in homeless:
        if len(places[resource.provider]) == 1:
            found[resource.key] = _placed(identities[resource.key], *places[resource.provider])
    return found


def _is_of_ec2(resource: Resource, own: Identity) -> bool:
    kind = kind_of_id(own.resource_id.partition("-")[0])
    return kind is not None and BY_TERRAFORM_TYPE.get(known_type(resource.type)) == kind


def _placed(own: Identity, place: tuple[str, str]) -> Identity:
    account, region = own.account or place[0], own.region or place[1]
    placed = replace(own, account=account, region=region)
    return replace(placed, global_name=arn_of(own.resource_id, placed))
