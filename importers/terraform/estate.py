"""All resources of one file, indexed: what dependencies and attribute values are resolved against."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.fields import entries, text
from importers.terraform.addresses import Address, parse_address
from importers.terraform.identity import Identity, global_name, identity_of
from importers.terraform.kinds import is_aspect
from importers.terraform.resources import Dependency, Reach, Resource
from importers.terraform.whereabouts import located

K = TypeVar("K")

_NAMES = ("name", "identifier", "cluster_identifier", "cluster_id", "account_id", "email")
_HOSTS = (
    "dns_name", "fqdn", "endpoint", "address", "domain_name", "bucket_domain_name", "bucket_regional_domain_name",
    "public_dns", "private_dns", "public_ip", "private_ip", "ip_address", "private_ip_address", "public_ip_address",
    "access_ip_v4", "default_hostname", "hostname",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estate:
    """The resources in the order of the file, and indexes of them by key, block, id, name and host."""

    file: str
    scope: Scope
    resources: tuple[Resource, ...]
    identities: Mapping[str, Identity]
    by_key: Mapping[str, Resource]
    by_block: Mapping[Address, tuple[Resource, ...]]
    by_id: Mapping[str, tuple[Resource, ...]]
    by_name: Mapping[str, tuple[Resource, ...]]
    by_host: Mapping[str, tuple[Resource, ...]]
    secrets: frozenset[str]

    @classmethod
    def of(cls, scope: Scope, file: str, found: Sequence[Resource]) -> tuple["Estate", tuple[Problem, ...]]:
        """Index the resources; of two with one address the first is kept and the second is a problem."""
        by_key: dict[str, Resource] = {}
        problems: list[Problem] = []
        for resource in found:
            if resource.key in by_key:
                problems.append(_twice(resource, file))
            by_key.setdefault(resource.key, resource)
        resources = tuple(by_key.values())
        current = [resource for resource in resources if not resource.deposed]
        estate = cls(
            file,
            scope,
            resources,
            located(resources, {resource.key: identity_of(resource) for resource in resources}),
            by_key,
            _index((resource.address.block, resource) for resource in current),
            _by_id(current),
            _index((name, resource) for resource in current for name in _texts(resource, _NAMES)),
            _index((name, resource) for resource in current for name in _texts(resource, _HOSTS)),
            frozenset(secret for resource in found for secret in resource.secrets),
        )
        return estate, tuple(problems)

    @property
    def owned(self) -> Iterator[Resource]:
        """The resources that the state manages; the others are lookups of what somebody else does."""
        return (resource for resource in self.resources if not resource.address.is_lookup)

    @property
    def lookups(self) -> Iterator[Resource]:
        """The data resources."""
        return (resource for resource in self.resources if resource.address.is_lookup)

    def reference(self, resource: Resource) -> ByKey:
        """A reference to a resource of the file."""
        return ByKey(self.scope, resource.key)

    def where(self, resource: Resource, field: str = "") -> Where:
        """The place of a resource, or of a field of it."""
        return Where(self.file, pointer=f"{resource.pointer}.{field}" if field else resource.pointer)

    def named(self, dependency: Dependency, dependent: Resource) -> tuple[Resource, ...]:
        """The resources that an entry of a dependency list means: one, or all instances of a block.

        The entry has no index where the resource has one; its instances that stand in another instance of a module
        that both share cannot be meant.  Constant time, times the instances.
        """
        address = parse_address(dependency.text)
        if address is None:
            return ()
        inner = address.within(dependent.address.modules)
        first, second = (inner, address) if dependency.reach is Reach.RELATIVE else (address, inner)
        return self._at(first, dependent) or self._at(second, dependent)

    def _at(self, address: Address, dependent: Resource) -> tuple[Resource, ...]:
        exact = self.by_key.get(str(address))
        if exact is not None or address.resource.index:
            return (exact,) if exact is not None else ()
        instances = self.by_block.get(address.block, ())
        return tuple(resource for resource in instances if _reachable(resource.address, dependent.address))


def _reachable(address: Address, other: Address) -> bool:
    """Whether both stand in the same instances of the modules that they share."""
    for one, two in zip(address.modules, other.modules, strict=False):
        if one.name != two.name:
            return True
        if one.index != two.index:
            return False
    return True


def _ids(resource: Resource) -> Iterator[str]:
    for field in ("id", "arn", "self_link"):
        if value := text(resource.values, field):
            yield value
            if name := global_name(value):
                yield name
                yield name.lower()


def _by_id(resources: Iterable[Resource]) -> dict[str, tuple[Resource, ...]]:
    """The resources by their ids; a side of another resource that bears the other's id gives way to it."""
    held = [(is_aspect(resource.type), name, resource) for resource in resources for name in _ids(resource)]
    sides = _index((name, resource) for is_side, name, resource in held if is_side)
    return sides | _index((name, resource) for is_side, name, resource in held if not is_side)


def _texts(resource: Resource, fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        if value := text(resource.values, field):
            yield value
    for block in entries(resource.values, "metadata"):
        if name := text(block, "name"):
            yield name


def _index(pairs: Iterable[tuple[K, Resource]]) -> dict[K, tuple[Resource, ...]]:
    found: defaultdict[K, dict[str, Resource]] = defaultdict(dict)
    for name, resource in pairs:
        found[name][resource.key] = resource
    return {name: tuple(resources.values()) for name, resources in found.items()}


def _twice(resource: Resource, file: str) -> Problem:
    message = f"{resource.key} stands twice; the first was taken. Remove one of them."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, Where(file, pointer=resource.pointer), resource.key)
