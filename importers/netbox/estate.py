"""All rows of one input, indexed: what references are resolved against."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from cmdb.model.observations import Problem, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, text
from importers.netbox.models import CLASSES, Reading, is_model, model_at, reading_of
from importers.netbox.rows import Row, key_text

Target: TypeAlias = tuple[str, str]
"""A model and a primary key."""

_NAMES = ("name", "slug", "model", "cid", "prefix", "address", "username", "label")
_OWNERS = ("device", "virtual_machine", "site", "manufacturer", "provider", "circuit", "cluster")


@dataclass(frozen=True, slots=True)
class Estate:
    """The rows in input order by model, an index by key, and what nested objects told of rows that are not there."""

    source: str
    boundary: str | None
    by_model: Mapping[str, Sequence[Row]]
    index: Mapping[Target, Row]
    hinted: Mapping[Target, Row]
    content_types: Mapping[str, str]
    named: Mapping[tuple[str, str], Sequence[Row]]
    tags: Mapping[Target, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, boundary: str | None, rows: Iterable[Row]) -> tuple["Estate", list[Problem]]:
        """Index the rows; of two with one key the first is kept, and a second that differs is a problem."""
        index: dict[Target, Row] = {}
        problems: list[Problem] = []
        for row in map(_with_key, rows):
            known = index.setdefault((row.model, row.pk), row)
            if known is not row and known.fields != row.fields:
                problems.append(_twice(row))
        by_model: dict[str, list[Row]] = defaultdict(list)
        named: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in index.values():
            by_model[row.model].append(row)
            for name in dict.fromkeys(names_of(row)):
                named[row.model, name].append(row)
        types = {row.pk: f"{text(row.fields, 'app_label')}.{text(row.fields, 'model')}" for row in _types(by_model)}
        estate = cls(source, boundary, by_model, index, _hints(index), types, named)
        return replace(estate, tags=_tags(estate)), problems

    def rows(self, *models: str) -> Iterator[Row]:
        """The rows of some models, in the order of the models and of the input."""
        return (row for model in models for row in self.by_model.get(model, ()))

    def scope(self, model: str) -> Scope:
        """The scope of the rows of a model."""
        return Scope(self.source, f"{self.boundary}.{model}" if self.boundary else model)

    def key(self, target: Target) -> ByKey:
        """A reference to a row, whether the input has it or not."""
        model, pk = target
        return ByKey(self.scope(model), pk)

    def row(self, target: Target | None) -> Row | None:
        """The row, else what another one told of it, else nothing."""
        return None if target is None else self.index.get(target, self.hinted.get(target))

    def target(self, row: Row, name: str, model: str) -> Target | None:
        """What a field refers to: a key, a natural key (a list of texts) or an object with its address."""
        return self.resolve(row.fields.get(name), model)

    def targets(self, row: Row, name: str, model: str) -> list[Target]:
        """What a field with several references refers to."""
        found = (self.resolve(entry, model) for entry in entries(row.fields, name))
        return [target for target in found if target is not None]

    def generic(self, row: Row, name: str) -> Target | None:
        """What a pair of fields (``NAME_type``, ``NAME_id``) refers to; nothing when the type is not known."""
        model = self.model_of(row.fields.get(f"{name}_type"))
        return self.resolve(row.fields.get(f"{name}_id"), model) if model else None

    def model_of(self, content_type: JSONValue) -> str:
        """The model that a content type stands for: its number, its natural key, or its word; else ``""``."""
        if isinstance(content_type, list):
            word = ".".join(entry for entry in content_type if isinstance(entry, str))
        else:
            word = self.content_types.get(key_text(content_type), key_text(content_type))
        return word if is_model(word) else ""

    def name(self, row: Row, field_name: str, model: str) -> str:
        """What the object that a field refers to is called, from its row or from the nested object; else ``""``."""
        found = self.row(self.target(row, field_name, model))
        nested = mapping(row.fields, field_name)
        own = row_name(found) if found is not None else ""
        return own or text(nested, "name") or text(nested, "display")

    def resolve(self, value: JSONValue, model: str) -> Target | None:
        """What a value refers to as a key, a natural key or a nested object of a model; ``None`` when it is none."""
        if isinstance(value, list):
            parts = [entry for entry in value if isinstance(entry, str) and entry]
            return self._natural(parts, model) if parts else None
        if isinstance(value, Mapping):
            pk = key_text(value.get("id"))
            return (model_at(text(value, "url"))[0] or model, pk) if pk else None
        pk = key_text(value)
        if pk and (model, pk) not in self.index and isinstance(value, str):
            return self._natural([pk], model)
        return (model, pk) if pk else None

    def _natural(self, parts: Sequence[str], model: str) -> Target:
        """The one row that bears one of these names, and whose owners bear the others where several do."""
        bearing = {row.pk: row for part in parts for row in self.named.get((model, part), ())}
        if len(bearing) > 1:
            bearing = {pk: row for pk, row in bearing.items() if set(parts) <= self._names_around(row)}
        return (model, next(iter(bearing))) if len(bearing) == 1 else (model, "/".join(parts))

    def _names_around(self, row: Row) -> set[str]:
        """The names of a row and of what it belongs to."""
        names = set(names_of(row))
        for owner in _OWNERS:
            value = row.fields.get(owner)
            names |= {entry for entry in value if isinstance(entry, str)} if isinstance(value, list) else set()
            names |= {value} if isinstance(value, str) else set()
        return names


def names_of(row: Row) -> list[str]:
    """Everything that a row is called."""
    return [name for part in _NAMES if (name := text(row.fields, part).strip())]


def row_name(row: Row) -> str:
    """What people call a row; ``""`` when nothing does."""
    return text(row.fields, "name").strip() or next(iter(names_of(row)), "") or text(row.fields, "display").strip()


def _with_key(row: Row) -> Row:
    """The row, or the same under a key of names where its dump has none."""
    if row.pk:
        return row
    owners = [entry for owner in _OWNERS for entry in entries(row.fields, owner) if isinstance(entry, str)]
    key = "/".join([*owners, *names_of(row)[:1]]) or f"line {row.where.line}"
    return Row(row.model, key, row.fields, row.where)


def _tags(estate: Estate) -> dict[Target, list[str]]:
    """The names of the tags of each object that a row of its own ties them to."""
    tags: dict[Target, list[str]] = defaultdict(list)
    for row in estate.rows("extras.taggeditem"):
        model = estate.model_of(row.fields.get("content_type"))
        name = estate.name(row, "tag", "extras.tag")
        if model and name:
            tags[model, key_text(row.fields.get("object_id"))].append(name)
    return tags


def _types(by_model: Mapping[str, Sequence[Row]]) -> Sequence[Row]:
    return by_model.get("contenttypes.contenttype", ())


def _hints(index: Mapping[Target, Row]) -> dict[Target, Row]:
    """Rows of objects that are nested in others: what a page of cables says of the ports at their ends."""
    hints: dict[Target, Row] = {}
    for row in index.values():
        for nested in _nested(row):
            inner = mapping(nested, "object") or mapping(nested)
            model, pk = model_at(text(inner, "url"))
            if model and pk and (model, pk) not in index:
                hints.setdefault((model, pk), Row(model, pk, inner, row.where))
    return hints


def _nested(row: Row) -> Iterator[JSONValue]:
    """The values of all fields; of lists, their members."""
    for value in row.fields.values():
        yield from value if isinstance(value, list) else [value]


def _twice(row: Row) -> Problem:
    message = f"{row.model} {row.pk} stands twice with different content; the first was taken. Give it once."
    return Problem(Severity.ERROR, "DUPLICATE_KEY", message, row.where, row.pk)


def is_ci(model: str) -> bool:
    """Whether rows of a model become CIs or records that edges can lead to."""
    return model in CLASSES or reading_of(model) is Reading.FALLS_BACK
