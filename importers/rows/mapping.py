"""Mapping files: how the columns of a foreign CSV or JSON file become items and relationships."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from cmdb.errors import BadInput
from cmdb.model.items import Basis, Effect
from cmdb.model.observations import Where
from cmdb.model.rows import Row, Text, told
from cmdb.model.values import JSONValue, Scalar
from importers.base import Document
from importers.text_input import malformed, whole_text
from importers.yaml_tree import Tree, parse_yaml

Raw: TypeAlias = dict[str, JSONValue]


class Cell(Row):
    """Where a value comes from: a column or a constant; then looked up in ``values``, then put into ``format``."""

    column: Text | None = None
    constant: Annotated[Scalar | None, Field(description="The value of every row.")] = None
    values: Annotated[dict[str, str], Field(description="What each text of the column becomes.", default_factory=dict)]
    format: Annotated[str, Field(pattern=r"\{\}", description="A text with {} where the value goes.")] = "{}"

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.constant is None):
            msg = "give either column or constant"
            raise ValueError(msg)
        return self

    def of(self, row: Mapping[str, JSONValue]) -> JSONValue:
        """The value in a row; ``None`` when the column is absent or empty.

        Raises:
            BadInput: the text of the column is not among ``values``.
        """
        value: JSONValue = self.constant if self.column is None else look_up(row, self.column)
        if value is None or value == "":
            return None
        if self.values:
            if str(value) not in self.values:
                message = f"The column {self.column} has a value that the mapping file does not know."
                raise BadInput(message, hint="Add it under values.")
            value = self.values[str(value)]
        return value if self.format == "{}" else self.format.replace("{}", str(value))


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _constant(value: object) -> object:
    return {"constant": value} if isinstance(value, str) else value


Column = Annotated[Cell, BeforeValidator(_column)]
"""A cell; a plain text is the name of a column."""
Constant = Annotated[Cell, BeforeValidator(_constant)]
"""A cell; a plain text is the value itself."""


class Edge(Row):
    """A relationship of each row's item: to what a cell names, or from it."""

    type: Text
    to: Column | None = None
    from_: Annotated[Column | None, Field(alias="from")] = None
    separator: Annotated[str, Field(min_length=1, description="Between several references in one cell.")] = ";"
    group: Text | None = None
    effect: Annotated[Effect | None, Field(strict=False)] = None
    basis: Annotated[Basis, Field(strict=False)] = Basis.DECLARED

    def references(self, row: Mapping[str, JSONValue]) -> list[str]:
        """The references in a row to the ends that are not its item."""
        cell = self.from_ if self.to is None else self.to
        text = str(cell.of(row) or "") if cell is not None else ""
        return [part.strip() for part in text.split(self.separator) if part.strip()]

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.to is None) == (self.from_ is None):
            msg = "give either to or from: the other end is the item of the row"
            raise ValueError(msg)
        return self


class FileMapping(Row):
    """A whole mapping file; a plain text is the name of a column, but for ``class``, where it is the class itself."""

    mapping: Literal[1]
    source: Text | None = None
    scope: Text | None = None
    rows: Annotated[Text | None, Field(description="Where a JSON file keeps its list of rows, such as result.")] = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1, description="Between the columns of a CSV file.")] = ","
    class_: Annotated[Constant, Field(alias="class")]
    name: Column
    key: Column | None = None
    attributes: Annotated[dict[str, Column], Field(default_factory=dict)]
    groups: Annotated[dict[str, Column], Field(default_factory=dict)]
    relationships: Annotated[list[Edge], Field(default_factory=list)]

    def rows_of(self, raw: JSONValue) -> list[Raw]:
        """The item of a foreign row, then its relationships, in the project's own form.

        Raises:
            BadInput: the row is not an object, or a value has no translation.
        """
        if not isinstance(raw, Mapping):
            raise BadInput("The row is not an object.", hint="Give an object with the columns as its keys.")
        item: Raw = {
            "class": self.class_.of(raw),
            "name": _text(self.name.of(raw)),
            "attributes": _present({name: cell.of(raw) for name, cell in self.attributes.items()}),
            "groups": {
                name: {"min_up": str(value)}
                for name, cell in self.groups.items()
                if (value := cell.of(raw)) is not None
            },
        }
        key = self.key.of(raw) if self.key is not None else None
        return [item if key is None else {**item, "key": _text(key)}, *self._relationships(raw)]

    def _relationships(self, raw: Mapping[str, JSONValue]) -> list[Raw]:
        return [_relationship(edge, reference) for edge in self.relationships for reference in edge.references(raw)]


def read_mapping(document: Document) -> FileMapping:
    """A mapping file.

    Raises:
        FileMalformed: not YAML, or not of the form of a mapping file; with the line and every fault.
        FileMissing: it cannot be opened.
    """
    where = Where(document.name, 1)
    tree = next(parse_yaml(whole_text(document), where), Tree(None))
    try:
        return FileMapping.model_validate(tree.value)
    except ValidationError as error:
        first = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.errors()[0]["loc"])
        first = first.removeprefix(".")
        hint = "Correct the mapping file; docs/imports.md shows one."
        raise malformed(f"{told(error)}.", Where(document.name, tree.line(first), first), hint) from error


def look_up(row: Mapping[str, JSONValue], column: str) -> JSONValue:
    """The value of a column: under its name, else along its name read as a path (``location.name``)."""
    if column in row:
        return row[column]
    value: JSONValue = row
    for part in column.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _text(value: JSONValue) -> JSONValue:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else value


def _present(values: Raw) -> Raw:
    return {name: value for name, value in values.items() if value is not None}


def _relationship(edge: Edge, reference: str) -> Raw:
    ends = (".", reference) if edge.to is not None else (reference, ".")
    row: Raw = {"type": edge.type, "from": ends[0], "to": ends[1], "group": edge.group, "basis": edge.basis.value}
    return row if edge.effect is None else {**row, "effect": edge.effect.value}
