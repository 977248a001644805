"""Items of AWS Config, in each of the forms in which it gives them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.fields import text
from importers.json_text import parse_json

_LISTS: Final = ("configurationItems", "baseConfigurationItems", "Results")
_MARKS: Final = frozenset(
    {"awsregion", "configurationitemstatus", "configurationitemcapturetime", "configurationstateid", "relationships"}
)
_GONE: Final = frozenset({"resourcedeleted", "resourcedeletednotrecorded"})


@dataclass(frozen=True, slots=True)
class Item:
    """One configuration item: what Config recorded of a thing at one time."""

    type: str
    id: str
    body: Mapping[str, JSONValue]
    where: Where

    def word(self, *names: str) -> str:
        """The first text under one of these names, each also with a capital letter."""
        return word(self.body, *names)

    @property
    def name(self) -> str:
        """The name that Config knows it by; empty when it has none."""
        return self.word("resourceName")

    @property
    def captured(self) -> str:
        """When it was recorded: an ISO text, which sorts by time."""
        return self.word("configurationItemCaptureTime")

    @property
    def is_gone(self) -> bool:
        """Whether it says that the thing was deleted."""
        return self.word("configurationItemStatus").lower() in _GONE

    @property
    def configuration(self) -> Mapping[str, JSONValue]:
        """The thing as its own API describes it, or nothing."""
        value = either(self.body, "configuration")
        if isinstance(value, str):
            value = _parsed(value, self.where)
        return value if isinstance(value, Mapping) else {}


def either(body: Mapping[str, JSONValue], name: str) -> JSONValue:
    """The value under a name, or under the same name with a capital letter."""
    return body[name] if name in body else body.get(f"{name[:1].upper()}{name[1:]}")


def word(body: Mapping[str, JSONValue], *names: str) -> str:
    """The first usable text under one of these names, each also with a capital letter."""
    return next((found for name in names if (found := text(either(body, name)))), "")


def is_config(body: JSONValue) -> bool:
    """Whether a JSON value holds items of Config rather than an answer of another API."""
    if isinstance(body, list):
        return bool(body) and all(isinstance(part, Mapping) and _is_item(part) for part in body)
    if not isinstance(body, Mapping):
        return False
    listed = any(name in body for name in _LISTS[:2]) or body.keys() >= {"Results", "QueryInfo"}
    return listed or "configurationItem" in body or _is_item(body)


def items_of(body: JSONValue, file: str) -> Iterator[Item | Problem]:
    """Every item, in order, and a problem for each that does not say what it is of."""
    for value, pointer in _bodies(body):
        where = Where(file, pointer=pointer)
        parsed = _parsed(value, where) if isinstance(value, str) else value
        entry = parsed if isinstance(parsed, Mapping) else {}
        type_, id_ = word(entry, "resourceType"), word(entry, "resourceId", "resourceName", "arn", "ARN")
        if type_ and id_:
            yield Item(type_, id_, entry, where)
        else:
            message = "This item does not say which resource it is of. Select resourceType and resourceId."
            yield Problem(Severity.ERROR, "OBJECT_WITHOUT_ID", message, where)


def latest(items: Iterable[Item]) -> Iterator[Item]:
    """The last item of each thing, by the time of its capture, then by the order of the input; none of what is gone."""
    found: dict[tuple[str, str, str, str], Item] = {}
    for item in items:
        place = (item.word("awsAccountId", "accountId"), item.word("awsRegion"), item.type, item.id)
        known = found.get(place)
        if known is None or item.captured >= known.captured:
            found[place] = item
    return (item for item in found.values() if not item.is_gone)


def _is_item(body: Mapping[str, JSONValue]) -> bool:
    return bool(word(body, "resourceType")) and not _MARKS.isdisjoint(name.lower() for name in body)


def _bodies(body: JSONValue) -> Iterator[tuple[JSONValue, str]]:
    if isinstance(body, list):
        yield from ((part, f"[{number}]") for number, part in enumerate(body))
    if not isinstance(body, Mapping):
        return
    if "configurationItem" in body:
        yield body["configurationItem"], "configurationItem"
    elif _is_item(body):
        yield body, ""
    for name in _LISTS:
        parts = body.get(name)
        if isinstance(parts, list):
            yield from ((part, f"{name}[{number}]") for number, part in enumerate(parts))


def _parsed(value: str, where: Where) -> JSONValue:
    try:
        return parse_json(value, where)
    except FileMalformed:
        return None
