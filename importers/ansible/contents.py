"""Documents taken apart: inventories by name, the facts of hosts, and what could not be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.ansible.facts import Facts, facts_of, host_of, is_facts
from importers.ansible.ini_inventory import read_ini
from importers.ansible.inventory import Inventory
from importers.ansible.tree_inventory import OWN_TAGS, Source, is_inventory, read_tree
from importers.base import Document
from importers.json_text import parse_json
from importers.text_input import as_problem, malformed, whole_text
from importers.yaml_tree import Tree, parse_yaml

_ENDINGS: Final = (".ini", ".cfg", ".yml", ".yaml", ".json")
_GENERIC: Final = frozenset({"hosts", "inventory", "main", "all"})
_UNUSABLE: Final = re.compile(r"[#/\x00\ud800-\udfff]")
_SECTION: Final = re.compile(r"^[ \t]*\[[^\[\]\s]+\][ \t]*(?:[#;].*)?$", re.MULTILINE)


@dataclass(slots=True)
class Contents:
    """What the documents of one call say."""

    inventories: dict[str, Inventory] = field(default_factory=dict)
    facts: list[Facts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    """The hosts that the files which could not be read are called by."""

    def inventory(self, name: str) -> Inventory:
        """The inventory of that name, made when there is none."""
        return self.inventories.setdefault(name, Inventory(name))


def contents_of(documents: Sequence[Document], boundary: str | None) -> Contents:
    """All documents taken apart; one of several that cannot be read is a problem, for others may stand without it.

    Raises:
        FileMalformed: none of the documents can be read.
        FileMissing: one cannot be opened.
    """
    contents = Contents()
    refused: FileMalformed | None = None
    read = 0
    for document in documents:
        try:
            _take(document, contents, boundary or inventory_name(document.name))
            read += 1
        except FileMalformed as error:
            refused = refused or error
            advice = "What an earlier import said of it stands; make the file anew."
            contents.problems.append(as_problem(error, Severity.INCOMPLETE, advice))
            contents.unread.add(host_of(document.name))
    if refused is not None and not read:
        raise refused
    return contents


def inventory_name(document_name: str) -> str:
    """The name of the inventory that a file is of: its own, or its folder's where it is called as all are.

    >>> inventory_name("production.ini"), inventory_name("inventories/staging/hosts.yml"), inventory_name("hosts")
    ('production', 'staging', 'hosts')
    """
    path = PurePosixPath(document_name.replace("\\", "/"))
    name = path.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    if name in _GENERIC and path.parent.name:
        name = path.parent.name
    return _UNUSABLE.sub("-", name).strip() or "default"


def _take(document: Document, contents: Contents, boundary: str) -> None:
    text = whole_text(document)
    start = text.lstrip()[:1]
    if not start:
        return
    if "\x00" in text:
        raise malformed("holds a NUL character.", Where(document.name, text[: text.index("\x00")].count("\n") + 1))
    if start == "{":
        value = parse_json(text, Where(document.name, 1))
        _take_tree(Source(value, lambda pointer: Where(document.name, pointer=pointer)), contents, boundary)
    elif document.name.lower().endswith((".yml", ".yaml")) or start == "-" or _is_yaml(text):
        _take_yaml(text, document, contents, boundary)
    elif _SECTION.search(text) or document.name.lower().endswith(".ini"):
        read_ini(document, contents.inventory(boundary))
    else:
        raise _foreign(Where(document.name))


def _is_yaml(text: str) -> bool:
    """Whether the first line that says something opens a group of a tree."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", ";")))
    return re.match(r"[\w.-]+:\s*(?:#.*)?\Z", next(lines, "")) is not None


def _take_yaml(text: str, document: Document, contents: Contents, boundary: str) -> None:
    for tree in parse_yaml(text, Where(document.name, 1), OWN_TAGS):
        if tree.value is not None:
            _take_tree(_source(tree, document.name), contents, boundary)


def _source(tree: Tree, file: str) -> Source:
    encrypted = frozenset(pointer for pointer, tag in tree.tags.items() if tag != "!unsafe")
    return Source(tree.value, lambda pointer: Where(file, tree.line(pointer), pointer), encrypted)


def _take_tree(source: Source, contents: Contents, boundary: str) -> None:
    value: JSONValue = source.value
    if is_facts(value):
        contents.facts.append(facts_of(source.where("").file, value))
    elif is_inventory(value):
        read_tree(source, contents.inventory(boundary))
    else:
        raise _foreign(source.where(""))


def _foreign(where: Where) -> FileMalformed:
    hint = "Give an inventory (INI, YAML, ansible-inventory --list), or the facts of one host as JSON."
    return malformed("neither an inventory nor the facts of a host.", where, hint)
