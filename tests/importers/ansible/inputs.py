"""Inventories and facts for the tests of Ansible's importer."""

import json
from collections.abc import Sequence

from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from importers.ansible import AnsibleImporter
from importers.base import Document, ReadOptions
from tests.importers.sources import FIXTURES

DEFAULTS = ReadOptions()
FOLDER = FIXTURES / "ansible"
INVENTORY = Document.at(FOLDER / "production.ini")
FACTS = tuple(Document.at(path) for path in sorted((FOLDER / "facts").iterdir()))
PRODUCTION = (INVENTORY, *FACTS)
STAGING = Document.at(FOLDER / "staging.yml")
LISTED = Document.at(FOLDER / "listed.json")


def facts(host: str, **values: object) -> Document:
    """A file of facts, with the prefix that Ansible gives them."""
    body = {f"ansible_{name}": value for name, value in values.items()}
    return Document(f"facts/{host}", json.dumps({"ansible_facts": body}).encode())


def read(*documents: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(AnsibleImporter().read_together(documents, options))


def items(observations: Sequence[Observation]) -> dict[str, CIRecord]:
    """The hosts and groups by key."""
    return {record.key: record for record in observations if isinstance(record, CIRecord)}


def memberships(observations: Sequence[Observation]) -> list[tuple[str, str]]:
    """Who is in which group."""
    records = [record for record in observations if isinstance(record, RelationshipRecord)]
    return [(_key(record.from_ref), _key(record.to_ref)) for record in records]


def codes(observations: Sequence[Observation]) -> list[str]:
    return [problem.code for problem in observations if isinstance(problem, Problem)]


def _key(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return reference.key
