"""Under which names the services of a project can be reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.compose.definitions import Definition
from importers.compose.project import Project
from importers.fields import entries, text


@dataclass(frozen=True, slots=True)
class Names:
    """The services by each name in lower case; more than one service under a name means that nobody knows which."""

    project: Project
    owners: Mapping[str, tuple[str, ...]]
    places: Mapping[str, Where]

    @classmethod
    def of(cls, project: Project) -> "Names":
        """Index names of services, containers and hosts, and aliases in networks; a service's own name comes first."""
        owners: dict[str, tuple[str, ...]] = {name.lower(): (name,) for name in project.services}
        own = frozenset(owners)
        places: dict[str, Where] = {}
        for service, definition in project.services.items():
            for name, where in _other_names(definition):
                if name not in own and service not in owners.get(name, ()):
                    owners[name] = (*owners.get(name, ()), service)
                    places.setdefault(name, where)
        return cls(project, owners, places)

    def service(self, host: str, aliases: Mapping[str, str]) -> str | None:
        """The service that a host means to one with these links; ``None`` for none, or when it could be several."""
        owners = self.owners.get(aliases.get(host, host), ())
        return owners[0] if len(owners) == 1 else None

    def is_ambiguous(self, host: str) -> bool:
        """Whether several services answer to the name."""
        return len(self.owners.get(host, ())) > 1

    def problems(self) -> Iterator[Problem]:
        """One for each name that several services bear."""
        for name, owners in self.owners.items():
            if len(owners) > 1:
                message = f"The name {name} is that of {', '.join(owners)}: no dependency is taken from it. Rename one."
                yield Problem(Severity.WARNING, "NAME_AMBIGUOUS", message, self.places[name], name)


def links_of(definition: Definition) -> dict[str, str]:
    """The names that a service has for others by its links: ``db:database`` makes ``database`` mean ``db``."""
    pairs = (text(entry.value).partition(":") for entry in definition.of("links").values())
    return {(alias or service).lower(): service.lower() for service, _, alias in pairs if service}


def _other_names(definition: Definition) -> Iterator[tuple[str, Where]]:
    found: list[tuple[JSONValue, Where]] = []
    for attribute in ("container_name", "hostname"):
        entry = definition.single(attribute)
        found += [(entry.value, entry.where)] if entry is not None and entry.complete else []
    for entry in definition.of("networks").values():
        found += [(alias, entry.where) for alias in entries(entry.value, "aliases")]
    yield from ((text(name).lower(), where) for name, where in found if text(name))
