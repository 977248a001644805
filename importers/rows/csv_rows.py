"""Rows as CSV: one line a CI or record with its relationships, or one line a relationship."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from cmdb.model.observations import Observation, Problem, Severity, Where
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.base import Document, Importer, ReadOptions
from importers.rows.mapping import FileMapping, read_mapping
from importers.rows.reading import SELF, RowReader, key_hint, scope_of
from importers.text_input import lines_of, malformed, require_utf8

_ITEM_FIELDS: Final = ("class", "name", "key")
_EDGE_FIELDS: Final = ("type", "from", "to", "group", "effect", "basis")
_RELATIONSHIP, _GROUP = "relationship.", "group."
_IN_GROUP = re.compile(r"(?P<reference>.+?)@(?P<group>[a-z][a-z0-9_-]*)?\Z")
_CERTAIN, _BY_NAME = 0.9, 0.3


class CsvImporter(Importer):
    """CSV with a header line, read line by line in constant memory."""

    name: ClassVar[str] = "csv"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of a header line of the project's own; a little of any file that is called so."""
        first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip().decode("utf-8", "replace")
        columns = {column.strip().strip('"') for column in first.split(",")}
        if {"class", "name"} <= columns or {"type", "from", "to"} <= columns:
            return _CERTAIN
        return _BY_NAME if filename.lower().endswith(".csv") else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The one scope of the file: its options', or the mapping file's."""
        with document.open():
            return (scope_of(document, options, mapping=_mapping(options)),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Line by line: the item, then its relationships; a bad line becomes a problem."""
        require_utf8(document)
        mapping = _mapping(options)
        reader = RowReader(scope_of(document, options, mapping=mapping), options.attribute_types, mapping)
        table = _Table(document, mapping)
        for cells in table.rows():
            if isinstance(cells, Problem):
                yield cells
            elif mapping is not None:
                yield from reader.read(dict(zip(table.header, cells.values, strict=True)), cells.where)
            else:
                yield from reader.read_together(_rows_of(table.header, cells.values), cells.where)


@dataclass(frozen=True, slots=True)
class _Cells:
    """One line's cells, as many as the header has."""

    values: tuple[str, ...]
    where: Where


class _Table:
    """The lines under a header."""

    def __init__(self, document: Document, mapping: FileMapping | None) -> None:
        self._file = document.name
        lines = (line for _number, line in lines_of(document))
        self._reader = csv.reader(lines, strict=True, delimiter=mapping.delimiter if mapping is not None else ",")
        self.header = self._read_header()
        if mapping is None:
            self._require_own_columns()

    def _read_header(self) -> tuple[str, ...]:
        where = Where(self._file, 1)
        try:
            header = tuple(cell.strip() for cell in next(self._reader, []))
        except csv.Error as error:
            raise malformed(f"the header is not CSV: {error}.", where) from error
        if not header:
            raise malformed("the file has no header line.", where, "Begin with the names of the columns.")
        twice = next((name for index, name in enumerate(header) if name in header[:index] or not name), None)
        if twice is not None:
            raise malformed(f"the column {twice!r} is empty or stands twice.", where, "Name each column once.")
        return header

    def _require_own_columns(self) -> None:
        if not {"class", "name"} <= set(self.header) and not {"type", "from", "to"} <= set(self.header):
            hint = "Use the columns class and name, or type, from and to; or give a mapping file."
            raise malformed("the columns are not those of rows.", Where(self._file, 1), hint)

    def rows(self) -> Iterator[_Cells | Problem]:
        """The lines in order; what is not CSV, or has another number of cells, as problems."""
        while True:
            where = Where(self._file, self._reader.line_num + 1)
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Problem(Severity.INCOMPLETE, "FILE_MALFORMED", f"Not CSV: {error}. Correct the quotes.", where)
                continue
            if len(cells) == len(self.header):
                yield _Cells(tuple(cells), where)
            elif cells:
                message = f"The line has {len(cells)} cells under {len(self.header)} columns. Give each column one."
                yield Problem(Severity.ERROR, "WRONG_COLUMNS", message, where, key_hint({"key": cells[0]}))


def _mapping(options: ReadOptions) -> FileMapping | None:
    return read_mapping(options.mapping) if options.mapping is not None else None


def _rows_of(header: Sequence[str], cells: Sequence[str]) -> list[dict[str, JSONValue]]:
    filled = {column: text.strip() for column, text in zip(header, cells, strict=True) if text.strip()}
    if {"class", "name"} <= set(header):
        return [_item(filled), *_relationships(filled)]
    return [_with_attributes(filled, _EDGE_FIELDS)]


def _item(filled: dict[str, str]) -> dict[str, JSONValue]:
    plain = {column: text for column, text in filled.items() if not column.startswith((_RELATIONSHIP, _GROUP))}
    groups: dict[str, JSONValue] = {
        column.removeprefix(_GROUP): {"min_up": text} for column, text in filled.items() if column.startswith(_GROUP)
    }
    return {"class": "", **_with_attributes(plain, _ITEM_FIELDS), "groups": groups}


def _with_attributes(filled: dict[str, str], fields: Sequence[str]) -> dict[str, JSONValue]:
    attributes: dict[str, JSONValue] = {column: text for column, text in filled.items() if column not in fields}
    row: dict[str, JSONValue] = {column: text for column, text in filled.items() if column in fields}
    return {**row, "attributes": attributes}


def _relationships(filled: dict[str, str]) -> Iterator[dict[str, JSONValue]]:
    for column, text in filled.items():
        if column.startswith(_RELATIONSHIP):
            for reference in filter(None, (part.strip() for part in text.split(";"))):
                match = _IN_GROUP.match(reference)
                to, group = (match["reference"], match["group"]) if match is not None else (reference, None)
                yield {"type": column.removeprefix(_RELATIONSHIP), "from": SELF, "to": to, "group": group}
