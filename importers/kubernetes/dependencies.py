"""Inferred dependencies: a unit that mentions the host of an in-cluster service needs that service."""

from collections.abc import Iterator

from cmdb.model.items import Basis
from cmdb.model.observations import RelationshipRecord
from cmdb.model.references import ByKey
from importers.addresses import Address, Certainty
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.mentions import mentions_of
from importers.kubernetes.selection import selects

_SUFFIXES = (("svc", "cluster", "local"), ("svc",))
_SERVICE_ONLY, _SERVICE_IN_NAMESPACE, _POD_OF_SERVICE = 1, 2, 3
"""How many labels an in-cluster host has: ``db``, ``db.shop``, ``db-0.db.shop``."""


def dependency_edges(estate: Estate) -> Iterator[RelationshipRecord]:
    """One edge per mention, to a service of the input or to one that is not there; none to a service of itself."""
    namespaces = frozenset(estate.namespaces)
    for unit in estate.units():
        own = estate.reference_to(unit)
        for mention in mentions_of(estate, unit):
            to = service_of(estate, unit, mention.address, namespaces)
            if to is not None:
                evidence = mention.evidence
                yield RelationshipRecord(
                    own.scope, "CONNECTS_TO", own, to, Basis.INFERRED, evidence=(evidence,), where=evidence.where
                )


def service_of(estate: Estate, unit: Manifest, address: Address, namespaces: frozenset[str]) -> ByKey | None:
    """The service that a host means inside the unit's namespace, or ``None``: not in the cluster, or the unit itself.

    An explicit address that can only mean a service in the cluster is referred to even when the input has none.
    """
    candidates, certain = _candidates(address.host, unit.namespace, namespaces)
    for namespace, name in candidates:
        service = estate.find("Service", namespace, name)
        if service is not None:
            return None if selects(service, unit) else estate.reference_to(service)
    if not certain or address.certainty is not Certainty.EXPLICIT:
        return None
    namespace, name = candidates[0]
    return estate.reference("Service", namespace, name)


def _candidates(host: str, own: str, namespaces: frozenset[str]) -> tuple[list[tuple[str, str]], bool]:
    """Namespace and name of the services a host could mean, likeliest first; whether it can mean nothing else."""
    labels = host.split(".")
    if "_" in host:  # no name of a service has one
        return [], False
    for suffix in _SUFFIXES:
        if tuple(labels[-len(suffix) :]) == suffix:
            inside = labels[: -len(suffix)]
            usable = len(inside) in (_SERVICE_IN_NAMESPACE, _POD_OF_SERVICE)
            return [(inside[-1], inside[-2])] if usable else [], usable
    if len(labels) == _SERVICE_ONLY:
        return [(own, labels[0])], labels[0][0].isalpha()
    if len(labels) == _SERVICE_IN_NAMESPACE:
        return [(labels[1], labels[0]), (own, labels[1])], labels[1] in namespaces
    return [(labels[2], labels[1])] if len(labels) == _POD_OF_SERVICE else [], False
