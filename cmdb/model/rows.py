"""Rows: how CIs, records and relationships are written in the project's own files and in the import mutation.

A row is an item (it has ``class``) or a relationship (it has ``type``).  References are written as an id, as
``Class:name``, as ``source/scope#key``, or as the bare key of a row of the same scope.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cmdb.errors import BadInput, WrongType
from cmdb.model.catalogue import AttributeType
from cmdb.model.catalogue.declarations import ThresholdText
from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import CIRecord, RelationshipRecord, Where
from cmdb.model.references import reference_of
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, fault_of

_NUMBER = re.compile(r"[-+]?\d{1,30}(\.\d{1,30})?([eE][-+]?\d{1,4})?\Z", re.ASCII)

Text = Annotated[str, Field(min_length=1, max_length=4096)]
AttributeTypes: TypeAlias = Mapping[str, AttributeType]

NO_TYPES: Final[AttributeTypes] = MappingProxyType({})
"""For rows whose values are typed already: nothing is read from texts."""


class Row(BaseModel):
    """Base of all rows: frozen, nothing unknown, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class GroupRow(Row):
    """How many members of a redundancy group must be up: a count such as "2" or a percentage such as "50%"."""

    min_up: ThresholdText = "1"
    degraded_below: ThresholdText | None = None


class ItemRow(Row):
    """One CI or record: its class, its name, its key in the scope (``Class:name`` by default), what is known of it."""

    class_: Annotated[Text, Field(alias="class", description="Class as the catalogue names it.")]
    name: Annotated[Text, Field(description="Name of the CI or record.")]
    key: Annotated[Text | None, Field(description="Key inside the scope; Class:name when absent.")] = None
    attributes: Annotated[
        dict[str, object], Field(description="Values by the names of the class's attributes.", default_factory=dict)
    ]
    groups: Annotated[
        dict[str, GroupRow], Field(description="Redundancy groups and what they need.", default_factory=dict)
    ]

    @property
    def scope_key(self) -> str:
        """The key inside the scope."""
        return self.key or f"{self.class_}:{self.name}"


class RelationshipRow(Row):
    """One edge, from the dependent to what it depends on, as the catalogue's type says."""

    type: Annotated[Text, Field(description="Relationship type as the catalogue names it.")]
    from_: Annotated[Text, Field(alias="from", description="Reference to the first end.")]
    to: Annotated[Text, Field(description="Reference to the second end.")]
    group: Annotated[Text | None, Field(description="Redundancy group of the dependent that the edge joins.")] = None
    effect: Annotated[Effect | None, Field(strict=False, description="Overrides the effect of the type.")] = None
    basis: Annotated[Basis, Field(strict=False, description="What the edge rests on.")] = Basis.DECLARED
    attributes: Annotated[
        dict[str, object], Field(description="Values by the names of the type's attributes.", default_factory=dict)
    ]


AnyRow: TypeAlias = ItemRow | RelationshipRow


class ExportNote(Row):
    """What an export says of itself: its form, the point in history, the store."""

    form: Annotated[Text, Field(description="rows; another form cannot be imported.")]
    seq: Annotated[int, Field(ge=0, description="The commit after which the graph was so.")] = 0
    store: Annotated[str, Field(description="The id of the store.")] = ""
    left_out: Annotated[
        dict[str, int], Field(description="How many of a class are not exported.", default_factory=dict)
    ]


class ImportFile(Row):
    """A JSON file as one object: who says so, then the rows."""

    source: Annotated[Text | None, Field(description="Source instance; files when absent.")] = None
    scope: Annotated[Text | None, Field(description="Boundary inside the source; default when absent.")] = None
    export: Annotated[ExportNote | None, Field(description="What an export says of itself.")] = None
    items: Annotated[list[ItemRow], Field(default_factory=list)]
    relationships: Annotated[list[RelationshipRow], Field(default_factory=list)]


def parse_row(value: JSONValue) -> AnyRow:
    """A row of untyped data: with ``class`` an item, with ``type`` a relationship.

    Raises:
        BadInput: it is neither, or not of that form; says every field that is wrong.

    >>> parse_row({"class": "Host", "name": "db-1"}).scope_key
    'Host:db-1'
    """
    if not isinstance(value, Mapping) or ("class" in value) == ("type" in value):
        hint = "An item has class and name, a relationship has type, from and to."
        raise BadInput("The row is neither an item nor a relationship.", hint=hint)
    model: type[AnyRow] = ItemRow if "class" in value else RelationshipRow
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise BadInput(f"The row is not of the right form: {told(error)}.", hint="Correct the fields named.") from error


def told(error: ValidationError) -> str:
    """Every fault of a validation as ``field: message``, in one line, without the values."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    text = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults)
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def observations_of(
    row: AnyRow, scope: Scope, where: Where, attribute_types: AttributeTypes = NO_TYPES
) -> CIRecord | RelationshipRecord:
    """What a row says, in a scope.

    ``attribute_types`` are given where a format knows texts only: texts of attributes of another type are then read as
    values of it.

    Raises:
        BadInput: a value that no store can hold; a text that is not of the attribute's type (``WrongType``).
    """
    _require_storable("\n".join(_texts(row)), "A field")
    attributes = {
        name: _value(name, value, attribute_types.get(name)) for name, value in sorted(row.attributes.items())
    }
    if isinstance(row, ItemRow):
        groups = {name: GroupSetting(group.min_up, group.degraded_below) for name, group in row.groups.items()}
        return CIRecord(scope, row.scope_key, row.class_, row.name, attributes, groups, row.class_, where)
    return RelationshipRecord(
        scope,
        row.type,
        reference_of(row.from_, scope),
        reference_of(row.to, scope),
        row.basis,
        row.group,
        row.effect,
        attributes,
        where=where,
    )


def read_value(name: str, text: str, type_: AttributeType) -> JSONValue:
    """A text as a value of a type: numbers, true and false, lists separated by ``;``, JSON; other types stay texts.

    Raises:
        WrongType: naming the attribute and what its texts look like.

    >>> read_value("addresses", "10.0.0.1; 10.0.0.2", AttributeType.LIST)
    ['10.0.0.1', '10.0.0.2']
    """
    reader = _READERS.get(type_)
    if reader is None:
        return text
    try:
        return reader(text.strip())
    except ValueError as error:
        raise WrongType(f"{name} is not a {type_}.", hint=f"Write {_LOOKS[type_]}.") from error


def _texts(row: AnyRow) -> tuple[str, ...]:
    if isinstance(row, ItemRow):
        return (row.class_, row.name, row.scope_key, *row.attributes, *row.groups)
    return (row.type, row.from_, row.to, row.group or "", *row.attributes)


def _value(name: str, value: object, type_: AttributeType | None) -> JSONValue:
    plain = _plain(name, value)
    if not (isinstance(plain, str) and plain.isascii() and "\x00" not in plain):
        _require_storable(plain, name)
    if not isinstance(plain, str) or type_ is None:
        return plain
    read = read_value(name, plain, type_)
    _require_storable(read, name)
    return read


def _plain(name: str, value: object) -> JSONValue:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(name, part) for part in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(name, part) for key, part in value.items()}
    raise WrongType(f"{name} is not plain data.", hint="Send texts, numbers, booleans, lists and objects.")


def _require_storable(value: JSONValue, name: str) -> None:
    fault = fault_of(value)
    if fault is not None:
        raise WrongType(f"{name} {fault}.", hint="Send a plain value.")


def _number(text: str) -> JSONValue:
    if not _NUMBER.match(text):
        raise ValueError(text)
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _boolean(text: str) -> JSONValue:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if text.lower() not in words:
        raise ValueError(text)
    return words[text.lower()]


def _list(text: str) -> JSONValue:
    if text.startswith("["):
        return _json(text)
    return [part.strip() for part in text.split(";") if part.strip()]


def _json(text: str) -> JSONValue:
    value: JSONValue = orjson.loads(text)
    return value


_READERS: Final[Mapping[AttributeType, Callable[[str], JSONValue]]] = {
    AttributeType.NUMBER: _number,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.LIST: _list,
    AttributeType.JSON: _json,
}

_LOOKS: Final[Mapping[AttributeType, str]] = {
    AttributeType.NUMBER: "a number such as 42 or 1.5",
    AttributeType.BOOLEAN: "true or false",
    AttributeType.LIST: "values separated by ; or a JSON list",
    AttributeType.JSON: "JSON",
}
