"""Rows as newline-delimited JSON: one row a line, read in constant memory."""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import ValidationError

from cmdb.errors import FileMalformed
from cmdb.model.observations import Observation, Severity, Where
from cmdb.model.rows import ImportFile
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.base import Document, Importer, ReadOptions
from importers.json_text import parse_json
from importers.rows.mapping import FileMapping, read_mapping
from importers.rows.reading import RowReader, scope_of
from importers.text_input import as_problem, lines_of, malformed, require_utf8

ROWS = "rows"
"""The form of an export that can be imported."""

_CERTAIN, _BY_NAME = 0.9, 0.5


class NdjsonImporter(Importer):
    """One JSON row a line; the first line may be an object with ``source`` and ``scope`` instead."""

    name: ClassVar[str] = "ndjson"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure of an export, and of a whole row in the first line if another line follows or the file is called so."""
        called = filename.lower().endswith((".ndjson", ".jsonl"))
        first, _, rest = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
        try:
            row = parse_json(first.decode(), Where())
        except (FileMalformed, UnicodeDecodeError):
            return _BY_NAME if called else 0.0
        if isinstance(row, dict) and row.keys() >= {"source", "scope", "export"}:
            return _CERTAIN
        is_row = isinstance(row, dict) and bool({"class", "type", "source", "scope"} & row.keys())
        if is_row and "apiVersion" not in first.decode() and (called or rest.lstrip().startswith(b"{")):
            return _CERTAIN
        return _BY_NAME if called else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The one scope of the file: its options', its first line's, or the mapping file's."""
        return (scope_of(document, options, _header(document), _mapping(options)),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Line by line; a bad line becomes a problem."""
        require_utf8(document)
        mapping, header = _mapping(options), _header(document)
        types = options.attribute_types if mapping is not None else {}
        reader = RowReader(scope_of(document, options, header, mapping), types, mapping)
        for number, line in lines_of(document):
            if (number == 1 and header is not None) or not line.strip():
                continue
            where = Where(document.name, number)
            try:
                raw = parse_json(line, where)
            except FileMalformed as error:
                yield as_problem(error, Severity.ERROR, "Correct the line.")
                continue
            yield from reader.read(raw, where)


def _mapping(options: ReadOptions) -> FileMapping | None:
    return read_mapping(options.mapping) if options.mapping is not None else None


def _header(document: Document) -> ImportFile | None:
    """The first line, when it says who speaks and nothing else.

    Raises:
        FileMalformed: it is that of an export in another form than rows.
    """
    _number, line = next(lines_of(document), (0, ""))
    where = Where(document.name, 1)
    try:
        value: JSONValue = parse_json(line, where)
        is_header = isinstance(value, dict) and bool(value) and value.keys() <= {"source", "scope", "export"}
        header = ImportFile.model_validate(value) if is_header else None
    except (FileMalformed, ValidationError):
        return None
    if header is not None and header.export is not None and header.export.form != ROWS:
        hint = f"Export it again in the form {ROWS}."
        raise malformed(f"an export in the form {header.export.form}, which is for comparing.", where, hint)
    return header
