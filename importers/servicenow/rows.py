"""Documents to rows: answers of the Table API and of the CMDB Instance API, and which table each row is of."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.fields import entries, mapping
from importers.json_text import parse_json
from importers.servicenow.cells import Cell, cell
from importers.servicenow.tables import table_of
from importers.text_input import malformed, whole_text

_FILE: Final = re.compile(
    r"(cmdb_[a-z0-9_]*[a-z0-9]|sys_user[a-z_]*|core_company|cmn_location|customer_account|service_offering"
    r"|[a-z_]*credential[a-z_]*)"
)
_SHAPES: Final[Mapping[str, frozenset[str]]] = {
    "cmdb_rel_ci": frozenset({"parent", "child", "type"}),
    "cmdb_rel_type": frozenset({"parent_descriptor", "child_descriptor"}),
    "sys_user_grmember": frozenset({"user", "group"}),
    "sys_user": frozenset({"user_name"}),
}
"""Fields by which rows of tables without ``sys_class_name`` are known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its table, its fields, where it stands, and, of an instance, its relations in both directions."""

    table: str
    fields: Mapping[str, JSONValue]
    where: Where
    outbound: tuple[JSONValue, ...] = ()
    inbound: tuple[JSONValue, ...] = ()

    def cell(self, name: str) -> Cell:
        """A field of the row."""
        return cell(self.fields, name)

    def at(self, name: str) -> Where:
        """The place of a field."""
        return Where(self.where.file, self.where.line, f"{self.where.pointer}.{name}")

    @property
    def key(self) -> str:
        """Its ``sys_id``."""
        return self.cell("sys_id").text


@dataclass(frozen=True, slots=True)
class Table:
    """All rows of one document, and the host of the instance that its links lead to, if they lead to one."""

    rows: tuple[Row, ...]
    instance: str = field(default="")


def table_in(document: Document) -> Table:
    """The rows of a document.

    Raises:
        FileMalformed: it is not JSON, or no answer of an instance.
        FileMissing: it cannot be opened.
    """
    content = parse_json(whole_text(document), Where(document.name, 1))
    if not isinstance(content, Mapping) or not {"result", "records"} & content.keys():
        hint = "Save the whole answer of the Table API or of the CMDB Instance API."
        raise malformed('there is no "result".', Where(document.name, 1), hint)
    name = "result" if "result" in content else "records"
    rows = tuple(_rows(content[name], name, document.name))
    found = (instance for row in rows for value in _links(row) if (instance := value.instance))
    return Table(rows, next(found, ""))


def _rows(result: JSONValue, pointer: str, file: str) -> Iterator[Row]:
    if isinstance(result, list):
        for index, entry in enumerate(result):
            yield from _rows_of(entry, f"{pointer}[{index}]", file)
    else:
        yield from _rows_of(result, pointer, file)


def _rows_of(value: JSONValue, pointer: str, file: str) -> Iterator[Row]:
    if not isinstance(value, Mapping):
        yield Row("", {}, Where(file, pointer=pointer))
        return
    inner = value.get("attributes")
    if isinstance(inner, Mapping) and "sys_id" not in value:  # CIs have a field of this name, too
        relations = (tuple(entries(value, f"{way}_relations")) for way in ("outbound", "inbound"))
        where = Where(file, pointer=f"{pointer}.attributes")
        yield Row(_table(inner, "cmdb_ci"), inner, where, *relations)
    else:
        yield Row(_table(value, _table_of_file(file)), value, Where(file, pointer=pointer))


def _table(fields: Mapping[str, JSONValue], otherwise: str) -> str:
    told = cell(fields, "sys_class_name")
    if told.text:
        return table_of(told.value or told.shown)
    shape = next((table for table, names in _SHAPES.items() if names <= fields.keys()), "")
    return otherwise or shape


def _table_of_file(file: str) -> str:
    match = _FILE.match(PurePath(file).name.lower().partition(".")[0])
    return match.group(1) if match else ""


def _links(row: Row) -> Iterator[Cell]:
    for name in row.fields:
        yield row.cell(name)
    for relation in (*row.outbound, *row.inbound):
        yield from (cell(mapping(relation), name) for name in mapping(relation))
