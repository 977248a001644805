"""Files to objects: multi-document YAML, JSON, lists of all sorts; what cannot be read alone becomes a problem."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.fields import mapping, text
from importers.json_text import parse_json
from importers.kubernetes.kinds import Kind, kind_of
from importers.kubernetes.manifests import Manifest
from importers.places import Place
from importers.text_input import MAX_TREE_BYTES, as_problem, lines_of, malformed, require_utf8
from importers.yaml_tree import Tree, parse_yaml

Read: TypeAlias = Manifest | Problem

_SEPARATOR = re.compile(r"---(\s|\Z)")
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z")
_KEPT = ("apiVersion", "kind", "metadata", "spec", "status", "data")
_KEPT_OF_SECRET = ("apiVersion", "kind", "metadata")


def objects_of(document: Document, default_namespace: str) -> Iterator[Read]:
    """Every object in order, and a problem for each document or object that cannot be read.

    Raises:
        FileMalformed: no document of the file can be read; it is not UTF-8; it holds a NUL.
        FileMissing: it cannot be opened.
    """
    require_utf8(document)
    refused: FileMalformed | None = None
    read = 0
    for chunk in _chunks(document):
        try:
            for tree in _trees(chunk, document.name):
                read += 1
                yield from _objects(tree, document.name, default_namespace)
        except FileMalformed as error:
            refused = refused or error
            yield as_problem(error, Severity.INCOMPLETE, "Correct the document; nothing was taken from it.")
    if refused is not None and not read:
        raise refused


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The text of one document and the line it begins on."""

    text: str
    line: int


def _chunks(document: Document) -> Iterator[_Chunk]:
    held: list[str] = []
    size, start = 0, 1
    for number, line in lines_of(document):
        if "\x00" in line:
            raise malformed("holds a NUL character.", Where(document.name, number), "Remove it.")
        if _SEPARATOR.match(line) and held:
            yield _Chunk("".join(held), start)
            held, size, start = [], 0, number
        held.append(line)
        size += len(line)
        if size > MAX_TREE_BYTES:
            raise malformed(f"the document is larger than {MAX_TREE_BYTES} bytes.", Where(document.name, start))
    yield _Chunk("".join(held), start)


def _trees(chunk: _Chunk, file: str) -> Iterator[Tree]:
    where = Where(file, chunk.line)
    body = chunk.text.removeprefix("---").lstrip()
    if not body or all(not line.strip() or line.lstrip().startswith(("#", "%")) for line in body.splitlines()):
        return
    if body.startswith(("{", "[")):
        try:
            yield Tree(parse_json(chunk.text.removeprefix("---"), where))
        except FileMalformed:  # flow style YAML begins with a brace, too
            if file.endswith(".json"):
                raise
        else:
            return
    yield from parse_yaml(chunk.text, where)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an object of a list inherits from the list."""

    kind: str = ""
    api_version: str = ""


def _objects(tree: Tree, file: str, default_namespace: str) -> Iterator[Read]:
    pending: list[tuple[JSONValue, str, _Context]] = [(tree.value, "", _Context())]
    while pending:
        value, pointer, context = pending.pop()
        inner = value if isinstance(value, list) else _items_of(value)
        if inner is not None:
            prefix = pointer if isinstance(value, list) else f"{pointer}.items".lstrip(".")
            below = _context_of(value)
            pending += [(entry, f"{prefix}[{index}]", below) for index, entry in reversed(list(enumerate(inner)))]
        elif value is not None:
            yield _object(value, Place(file, tree, pointer), context, default_namespace)


def _items_of(value: JSONValue) -> list[JSONValue] | None:
    items = value.get("items") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(items, list):
        return None
    kind = value.get("kind", "List")
    return items if isinstance(kind, str) and kind.endswith("List") else None


def _context_of(value: JSONValue) -> _Context:
    kind = text(value, "kind").removesuffix("List")
    return _Context(kind, text(value, "apiVersion") if kind else "")


def _object(value: JSONValue, place: Place, context: _Context, default_namespace: str) -> Read:
    if not isinstance(value, Mapping):
        return _refused("NOT_AN_OBJECT", "This is not an object. Give apiVersion, kind and metadata.", place)
    word = text(value, "kind") or context.kind
    kind = kind_of(word, text(value, "apiVersion") or context.api_version)
    if not word:
        return _refused("OBJECT_WITHOUT_KIND", "The object has no kind. Give it one.", place)
    if kind is None:
        version = text(value, "apiVersion") or context.api_version or "no apiVersion"
        message = f"Objects of kind {word} ({version}) are not taken over."
        return Problem(Severity.INFO, "KIND_NOT_MAPPED", message, place.at(), word)
    return _manifest(kind, value, place, default_namespace)


def _manifest(kind: Kind, value: Mapping[str, JSONValue], place: Place, default_namespace: str) -> Read:
    name = text(value, "metadata", "name")
    if not name:
        return _refused("OBJECT_WITHOUT_NAME", f"The {kind.word} has no usable name. Give metadata.name.", place)
    namespace = (text(value, "metadata", "namespace") or default_namespace) if kind.namespaced else ""
    if namespace and not _NAMESPACE.match(namespace):
        message = f"The namespace of {kind.word}/{name} is not a DNS label. Correct metadata.namespace."
        return _refused("NAMESPACE_INVALID", message, place)
    kept = _KEPT_OF_SECRET if kind.word == "Secret" else _KEPT
    body: dict[str, JSONValue] = {key: value[key] for key in kept if key in value}
    body["metadata"] = {
        key: entry for key, entry in mapping(value, "metadata").items() if key not in ("annotations", "managedFields")
    }
    return Manifest(kind, name, namespace, body, place)


def _refused(code: str, message: str, place: Place) -> Problem:
    return Problem(Severity.ERROR, code, message, place.at())
