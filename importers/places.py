"""Where an object of a document stands."""

from dataclasses import dataclass

from cmdb.model.observations import Where
from importers.yaml_tree import Tree


@dataclass(frozen=True, slots=True)
class Place:
    """The file of an object, the document with its lines, and the pointer to the object in the document."""

    file: str
    tree: Tree
    prefix: str = ""

    def at(self, pointer: str = "") -> Where:
        """The place of the object, or of a field of it."""
        full = f"{self.prefix}.{pointer}".strip(".") if self.prefix else pointer
        return Where(self.file, self.tree.line(full), full)
