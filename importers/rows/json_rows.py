"""Rows as JSON: a list of rows, or an object that says who speaks and has the rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from pydantic import ValidationError

from cmdb.model.observations import Observation, Where
from cmdb.model.rows import ImportFile, told
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.base import Document, Importer, ReadOptions
from importers.json_text import parse_json
from importers.rows.mapping import FileMapping, look_up, read_mapping
from importers.rows.reading import RowReader, scope_of
from importers.text_input import malformed, whole_text

_LISTS: Final = ("items", "relationships")
_CERTAIN, _BY_NAME = 0.85, 0.2


class JsonImporter(Importer):
    """One JSON text, held as a whole; use newline-delimited JSON for what is large."""

    name: ClassVar[str] = "json"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of a list or object with the words of rows; a little of any file that is called so."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith((b"[", b"{")):
            return 0.0
        is_rows = any(word in start for word in (b'"class"', b'"items"', b'"relationships"', b'"from"'))
        if is_rows and b'"apiVersion"' not in start and not filename.lower().endswith((".ndjson", ".jsonl")):
            return _CERTAIN
        return _BY_NAME if filename.lower().endswith(".json") else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The one scope of the file: its options', its own, or the mapping file's."""
        return (_contents(document, options).scope,)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Row by row in the order of the file; a bad row becomes a problem."""
        contents = _contents(document, options)
        types = options.attribute_types if contents.mapping is not None else {}
        reader = RowReader(contents.scope, types, contents.mapping)
        for raw, pointer in contents.rows:
            yield from reader.read(raw, Where(document.name, pointer=pointer))


@dataclass(frozen=True, slots=True)
class _Contents:
    """A file taken apart: whose it is, and its rows with their pointers."""

    scope: Scope
    rows: list[tuple[JSONValue, str]]
    mapping: FileMapping | None


def _contents(document: Document, options: ReadOptions) -> _Contents:
    value = parse_json(whole_text(document), Where(document.name, 1))
    mapping = read_mapping(options.mapping) if options.mapping is not None else None
    if mapping is not None:
        found = look_up(value, mapping.rows) if mapping.rows and isinstance(value, Mapping) else value
        return _Contents(
            scope_of(document, options, mapping=mapping), _list(found, mapping.rows or "", document), mapping
        )
    if isinstance(value, Mapping) and not {"class", "type"} & value.keys():
        rows = [row for field in _LISTS for row in _list(value.get(field, []), field, document)]
        return _Contents(scope_of(document, options, _header(value, document)), rows, None)
    return _Contents(scope_of(document, options), _list(value, "", document), None)


def _list(value: JSONValue, pointer: str, document: Document) -> list[tuple[JSONValue, str]]:
    if isinstance(value, list):
        return [(row, f"{pointer}[{index}]") for index, row in enumerate(value)]
    if isinstance(value, Mapping):
        return [(value, pointer)]
    hint = "Give a list of rows, or an object with items and relationships."
    raise malformed("there is no list of rows here.", Where(document.name, pointer=pointer), hint)


def _header(value: Mapping[str, JSONValue], document: Document) -> ImportFile:
    try:
        return ImportFile.model_validate({field: entry for field, entry in value.items() if field not in _LISTS})
    except ValidationError as error:
        hint = "Give source, scope, items and relationships."
        raise malformed(f"{told(error)}.", Where(document.name), hint) from error
