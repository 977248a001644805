"""What some files of AWS say, taken apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.references import ByIdentifier, ByKey, Reference
from importers.aws import AwsImporter
from importers.base import Document, ReadOptions
from tests.importers.sources import FIXTURES, REAL_FILES

DEFAULTS = ReadOptions()
CASES = sorted(path for path in (FIXTURES / "aws").iterdir() if path.is_dir())


class Reading:
    """The observations of one call, by kind."""

    def __init__(self, documents: Sequence[Document], options: ReadOptions = DEFAULTS) -> None:
        self.all = list(AwsImporter().read_together(documents, options))
        self.items = [record for record in self.all if isinstance(record, CIRecord)]
        self.edges = [record for record in self.all if isinstance(record, RelationshipRecord)]
        self.problems = [record for record in self.all if isinstance(record, Problem)]

    def kinds(self) -> Counter[str]:
        return Counter(record.kind.rpartition("::")[2] for record in self.items if record.kind)

    def implied(self) -> Counter[str]:
        return Counter(record.cls for record in self.items if not record.kind)

    def item(self, key: str) -> CIRecord:
        (found,) = [record for record in self.items if record.key == key]
        return found

    def arrows(self, type_: str) -> list[str]:
        return sorted(f"{_short(edge.from_ref)} {_short(edge.to_ref)}" for edge in self.edges if edge.type == type_)

    def edge(self, type_: str, from_: str, to: str) -> RelationshipRecord:
        (found,) = [
            edge for edge in self.edges if (edge.type, _short(edge.from_ref), _short(edge.to_ref)) == (type_, from_, to)
        ]
        return found

    def codes(self) -> Counter[str]:
        return Counter(problem.code for problem in self.problems)

    def dangling(self) -> set[str]:
        keys = {(record.scope, record.key) for record in self.items}
        arns = {record.attributes.get("arn") for record in self.items}
        ends = [end for edge in self.edges for end in (edge.from_ref, edge.to_ref)]
        return {
            _short(end)
            for end in ends
            if not (isinstance(end, ByKey) and (end.scope, end.key) in keys)
            and not (isinstance(end, ByIdentifier) and end.value in arns)
        }


def _short(reference: Reference) -> str:
    return reference.key if isinstance(reference, ByKey) else str(reference).partition("=")[2]


def documents_in(folder: Path) -> tuple[Document, ...]:
    return tuple(Document.at(path) for path in sorted(folder.glob("*.json")))


def case(name: str, options: ReadOptions = DEFAULTS) -> Reading:
    return Reading(documents_in(FIXTURES / "aws" / name), options)


def real_folder(name: str) -> tuple[Document, ...]:
    documents = documents_in(REAL_FILES / "aws" / name)
    if not documents:
        pytest.skip(f"needs the real files aws/{name} beside the repository")
    return documents


def names_of(records: Iterable[CIRecord]) -> list[str]:
    return sorted(record.name for record in records)
