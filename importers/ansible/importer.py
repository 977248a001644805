"""Ansible's inventories and facts."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import ClassVar, Final

from cmdb.model.observations import Observation
from cmdb.model.sources import Scope
from importers.ansible.contents import contents_of
from importers.ansible.records import Estate, observations_of
from importers.base import Document, Importer, ReadOptions

DEFAULT_SOURCE: Final = "ansible/default"
"""The source of what nobody has named."""

_CERTAIN, _LIKELY, _PERHAPS = 0.96, 0.9, 0.5

_FACTS: Final = re.compile(rb'"ansible_(?:facts|all_ipv4_addresses|hostname|fqdn|distribution|net_\w+|nodename)"\s*:')
_FAILED: Final = re.compile(rb'\A\s*\{[^{}\[\]]*"(?:unreachable)"\s*:\s*true')
_LISTED: Final = re.compile(rb'"_meta"\s*:\s*\{\s*"(?:hostvars|profile)"')
_LISTED_GROUP: Final = re.compile(rb'\A\s*\{\s*"[\w.-]+"\s*:\s*\{\s*"(?:hosts|children)"\s*:\s*[\[{]')
_TREE: Final = re.compile(
    rb"^(?:all|ungrouped):[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+(?:hosts|children|vars):", re.MULTILINE
)
_TREE_GROUP: Final = re.compile(
    rb"\A(?:---[ \t]*\r?\n|[ \t]*#.*\n|[ \t]*\r?\n)*[\w.-]+:[ \t]*\r?\n[ \t]+(?:hosts|children):[ \t]*\r?\n"
)
_SECTION: Final = re.compile(rb"^\[[\w.-]+\][ \t\r]*$", re.MULTILINE)
_SECTION_OF_GROUPS: Final = re.compile(rb"^\[[\w.-]+:(?:children|vars)\][ \t\r]*$", re.MULTILINE)
_VARIABLE: Final = re.compile(rb"\bansible_(?:host|ssh_host|user|port|connection|python_interpreter|network_os)\s*=")


class AnsibleImporter(Importer):
    """Inventories in INI, YAML and JSON with the facts of their hosts, in any number of files.

    A scope is an inventory, by the name of its file or ``--scope``; a key is a host's or group's name in it.  Facts
    belong to the inventory that has a host of their file's name.
    """

    name: ClassVar[str] = "ansible"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of facts and of trees with Ansible's words; less of sections alone, which other INI files have too."""
        text = head.removeprefix(b"\xef\xbb\xbf")
        if text.lstrip().startswith(b"{"):
            certain = any(pattern.search(text) for pattern in (_FACTS, _FAILED, _LISTED))
            return _CERTAIN if certain else _LIKELY if _LISTED_GROUP.search(text) else 0.0
        if b"apiVersion:" in text or text.lstrip().startswith((b"<", b"[{")):
            return 0.0
        if _TREE.search(text):
            return _CERTAIN
        if _TREE_GROUP.search(text) or _SECTION_OF_GROUPS.search(text):
            return _LIKELY
        if not _SECTION.search(text):
            return 0.0
        called = PurePosixPath(filename).name.removesuffix(".ini") in {"hosts", "inventory"}
        return _LIKELY if called or _VARIABLE.search(text) else _PERHAPS if filename.endswith(".ini") else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The inventory that the document is, or the one to which its facts belong."""
        return self.scopes_together([document], options)

    def scopes_together(self, documents: Sequence[Document], options: ReadOptions) -> tuple[Scope, ...]:
        """The inventories among the documents; facts belong to the one that is given with them."""
        estate = _estate(documents, options)
        return tuple(sorted(estate.scope(boundary) for boundary in estate.boundaries()))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then hosts and groups, then who is in which group."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All documents as one: the facts of a host become those of the host of the inventory."""
        yield from observations_of(_estate(documents, options))


def _estate(documents: Sequence[Document], options: ReadOptions) -> Estate:
    contents = contents_of(documents, options.boundary)
    return Estate.of(options.source or DEFAULT_SOURCE, options.boundary, contents)
