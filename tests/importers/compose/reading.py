"""What Compose files say, taken apart for tests."""

from collections import Counter
from collections.abc import Sequence

from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from importers.base import Document, ReadOptions
from importers.compose import ComposeImporter
from tests.importers.sources import text_of

NO_OPTIONS = ReadOptions()


class Reading:
    """The observations of one call, by kind."""

    def __init__(self, documents: Sequence[Document], options: ReadOptions = NO_OPTIONS) -> None:
        self.observations = list(ComposeImporter().read_together(documents, options))
        self.items = [record for record in self.observations if isinstance(record, CIRecord)]
        self.edges = [record for record in self.observations if isinstance(record, RelationshipRecord)]
        self.problems = [record for record in self.observations if isinstance(record, Problem)]
        self._known_keys = {ByKey(record.scope, record.key) for record in self.items}

    def kinds(self) -> Counter[str]:
        """How many of each kind were declared."""
        return Counter(record.kind for record in self.items if record.kind)

    def item(self, key: str) -> CIRecord:
        """The one with that key."""
        (found,) = (record for record in self.items if record.key == key)
        return found

    def of_type(self, type_: str) -> list[RelationshipRecord]:
        """Edges of a type."""
        return [edge for edge in self.edges if edge.type == type_]

    def resolved(self, type_: str) -> list[RelationshipRecord]:
        """Edges of a type that lead to something that was read."""
        return [edge for edge in self.of_type(type_) if self._known(edge)]

    def pairs(self, type_: str) -> list[str]:
        """``from -> to`` of the edges of a type, with a question mark at what is not there."""
        return [f"{_name(e.from_ref)} -> {_name(e.to_ref)}{'' if self._known(e) else '?'}" for e in self.of_type(type_)]

    def codes(self) -> list[str]:
        """The codes of the problems, in order."""
        return [problem.code for problem in self.problems]

    def scopes(self) -> set[str]:
        """The scopes of all records."""
        return {str(scope) for scope in (*(item.scope for item in self.items), *(edge.scope for edge in self.edges))}

    def _known(self, edge: RelationshipRecord) -> bool:
        return edge.to_ref in self._known_keys


def reading(*lines: str, name: str = "compose.yaml") -> Reading:
    """What one file of these lines says."""
    return Reading([text_of(name, *lines)])


def _name(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return reference.key.partition("/")[2]
