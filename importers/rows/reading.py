"""Untyped rows to observations: one bad row becomes a problem and the rest goes on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from cmdb.errors import BadInput, InvalidReference
from cmdb.model.marks import Marks
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.rows import AttributeTypes, ImportFile, observations_of, parse_row
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, fault_of
from importers.base import Document, ReadOptions
from importers.rows.mapping import FileMapping
from importers.setting_names import names_secret
from importers.text_input import malformed

SOURCE = "files"
"""The source of rows that nobody has named."""
BOUNDARY = "default"

SELF = "."
"""A relationship row's end that stands for the item of the same row."""


def scope_of(
    document: Document, options: ReadOptions, header: ImportFile | None = None, mapping: FileMapping | None = None
) -> Scope:
    """The scope of all rows: what the caller says, else the file, else the mapping file, else the default.

    Raises:
        InvalidReference: the caller names a source or boundary that no scope can have.
        FileMalformed: a file does.
    """
    Scope(options.source or SOURCE, options.boundary or BOUNDARY)  # what the caller says is refused as the caller's
    said = [(header.source, header.scope)] if header is not None else []
    said += [(mapping.source, mapping.scope)] if mapping is not None else []
    source = options.source or next((source for source, _ in said if source), SOURCE)
    boundary = options.boundary or next((scope for _, scope in said if scope), BOUNDARY)
    try:
        return Scope(source, boundary)
    except InvalidReference as error:
        file = options.mapping.name if mapping is not None and options.mapping is not None else document.name
        raise malformed(error.message, Where(file, 1), error.hint) from error


@dataclass(slots=True)
class RowReader:
    """Turns the rows of one file into observations; remembers a mark of each to find keys that stand twice."""

    scope: Scope
    types: AttributeTypes
    mapping: FileMapping | None = None
    _seen: Marks = field(default_factory=Marks)

    def read(self, raw: JSONValue, where: Where) -> Iterator[Observation]:
        """What one raw row says: through the mapping, if there is one, else as it is."""
        if self.mapping is None:
            yield self._one(raw, where, None)
            return
        try:
            rows = self.mapping.rows_of(raw)
        except BadInput as error:
            yield problem(error, where, key_hint(raw))
            return
        yield from self.read_together(rows, where)

    def read_together(self, rows: list[dict[str, JSONValue]], where: Where) -> Iterator[Observation]:
        """An item and the relationships of the same row; without the item, none of them."""
        own: CIRecord | None = None
        for row in rows:
            observation = self._one(row, where, own)
            yield observation
            if isinstance(observation, Problem) and "class" in row:
                return
            own = observation if isinstance(observation, CIRecord) else own

    def _one(self, raw: JSONValue, where: Where, own: CIRecord | None) -> Observation:
        try:
            record = observations_of(parse_row(raw), self.scope, where, self.types)
            self._require_no_secret(record)
        except BadInput as error:
            return problem(error, where, key_hint(raw))
        if isinstance(record, RelationshipRecord) and own is not None:
            record = _with_own_end(record, ByKey(self.scope, own.key))
        if not self._seen.add(record.key):
            message = f"The key {record.key} stands twice in the file; the first row was taken. Remove one of them."
            return Problem(Severity.ERROR, "DUPLICATE_KEY", message, where, record.key)
        return record

    def _require_no_secret(self, record: CIRecord | RelationshipRecord) -> None:
        """Refuse a value under a secret's name, unless the catalogue has an attribute of that name."""
        for name in record.attributes:
            if name not in self.types and names_secret(name):
                hint = "Leave it where it is kept; name at most the place."
                raise BadInput(f"{name!r} is called like a secret, and no secret is kept here.", hint=hint)


def _with_own_end(record: RelationshipRecord, own: ByKey) -> RelationshipRecord:
    at_self = ByKey(own.scope, SELF)
    return replace(
        record,
        from_ref=own if record.from_ref == at_self else record.from_ref,
        to_ref=own if record.to_ref == at_self else record.to_ref,
    )


def key_hint(raw: JSONValue) -> str:
    """What a person would call a row that could not be read: its key, or class and name, as far as they are there."""
    if not isinstance(raw, Mapping):
        return ""
    key = raw.get("key")
    parts = [raw.get("class") or raw.get("type"), raw.get("name")]
    hint = key if isinstance(key, str) and key else ":".join(part for part in parts if isinstance(part, str))
    return hint if fault_of(hint) is None else ""


def problem(error: BadInput, where: Where, key: str = "") -> Problem:
    """A row's error as a problem of the input."""
    return Problem(Severity.ERROR, error.code, str(error), where, key)
