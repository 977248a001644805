"""One project with all its files laid over one another: what records and edges are made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.compose.definitions import Definition, Entry
from importers.fields import text

STARTED: Final = "service_started"
COMPLETED: Final = "service_completed_successfully"


@dataclass(frozen=True, slots=True)
class Project:
    """A project: services that can run, and by section the networks, volumes, configurations and secrets declared.

    ``patched`` are the services that its files change and none defines: there are other files, which were not read.
    ``profiles`` are those that its environment files switch on.
    """

    scope: Scope
    name: str
    where: Where
    services: Mapping[str, Definition]
    patched: frozenset[str]
    sections: Mapping[str, Mapping[str, Entry]]
    profiles: frozenset[str]

    @property
    def own(self) -> ByKey:
        """A reference to the project itself."""
        return self.reference("project", self.name)

    def reference(self, kind: str, name: str) -> ByKey:
        """A reference to a thing of the project, whether it has it or not."""
        return ByKey(self.scope, f"{kind}/{name}")

    def jobs(self) -> frozenset[str]:
        """The services for which another one waits until they have done their work and ended."""
        waits = (item for service in self.services.values() for item in service.of("depends_on").items())
        return frozenset(name for name, entry in waits if condition_of(entry) == COMPLETED)


def condition_of(entry: Entry) -> str:
    """What an entry of ``depends_on`` waits for."""
    return text(entry.value, "condition") or STARTED
