"""Files to answers of the API, and answers to the entries of their lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.aws.declarations import Listing
from importers.aws.paths import SELF, Found, first_text, walk
from importers.aws.table import BY_FIELD, BY_PATH, HEALTH, LOOKUPS, MARKERS, PASSED_OVER, SHARED_WORDS, UNKNOWN_LINKS
from importers.fields import text
from importers.text_input import malformed

REPORT: Final = frozenset({"Content", "ReportFormat"})
"""The fields of a credential report."""
CALLER: Final = frozenset({"Account", "Arn", "UserId"})
"""The fields of who asked."""

_BESIDE: Final = frozenset({*MARKERS, "ResponseMetadata", "Owner", "SummaryMap", "IsTruncated"})
_ID_FIELD: Final = re.compile(r".*(?:Arn|ARN|Id|Name)\Z")
_USER_INFORMATION: Final = re.compile(r"(?<=://)[^/\s]*@")
_HINT: Final = "Give the output of an aws command that lists or describes things, as JSON and without --query."


@dataclass(frozen=True, slots=True)
class Answer:
    """One file: an object whose fields are lists of things, or single things."""

    file: str
    body: Mapping[str, JSONValue]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: its body, the object around it, where it stands; ``kind`` is empty when it is implied."""

    listing: Listing
    id: str
    path: str
    body: Mapping[str, JSONValue]
    around: Mapping[str, JSONValue]
    where: Where
    kind: str


def answer_of(value: JSONValue, file: str) -> Answer:
    """The answer that the JSON of a file is.

    Raises:
        FileMalformed: it is no JSON object, or nothing in it is a list of the API.
    """
    body = value if isinstance(value, Mapping) else {}
    known = {*BY_FIELD, *LOOKUPS, *HEALTH, *PASSED_OVER, *_BESIDE}
    is_fact = body.keys() >= REPORT or body.keys() >= CALLER
    if not is_fact and known.isdisjoint(body) and not any(isinstance(part, list) for part in body.values()):
        raise malformed("no answer of the AWS API.", Where(file), _HINT)
    return Answer(file, body)


def entries_of(answer: Answer) -> Iterator[Entry | Problem]:
    """Every thing in the lists of an answer, in order; a problem for each that cannot be told apart from others."""
    for name, value in answer.body.items():
        for path in BY_FIELD.get(name, ()):
            for found in walk(answer.body, path):
                yield _entry(found, path, answer.file)
        if _is_unknown_list(name, value):
            for found in walk(answer.body, f"{name}[]"):
                yield _entry(found, f"{name}[]", answer.file)


def listed_in(answer: Answer) -> Iterator[Listing]:
    """The lists that an answer gives; an empty one is complete, too, where only one list is called so."""
    yield from (entry.listing for entry in entries_of(answer) if isinstance(entry, Entry))
    for name, value in answer.body.items():
        if name not in SHARED_WORDS:
            yield from (BY_PATH[path][0] for path in BY_FIELD.get(name, ()))
        if _is_unknown_list(name, value):
            yield unknown(name)


def unfinished(answer: Answer) -> Iterator[Problem]:
    """A problem when the list of an answer goes on in another one."""
    if answer.body.get("IsTruncated") is True or any(text(answer.body, name) for name in MARKERS):
        message = "The list goes on in a further page: what is missing in it may still be there. Fetch all pages."
        yield Problem(Severity.INCOMPLETE, "LIST_TRUNCATED", message, Where(answer.file))


def unknown(word: str) -> Listing:
    """What is known of a list or type that no table has."""
    return Listing((f"{word}[]",), word, "", links=UNKNOWN_LINKS)


def _is_unknown_list(name: str, value: JSONValue) -> bool:
    known = name in BY_FIELD or name in LOOKUPS or name in HEALTH or name in PASSED_OVER or name in _BESIDE
    return not known and isinstance(value, list) and bool(text(name).strip())


def _entry(found: Found, path: str, file: str) -> Entry | Problem:
    where = Where(file, pointer=found.pointer)
    value = _USER_INFORMATION.sub("", found.value) if isinstance(found.value, str) else found.value
    body: JSONValue = {SELF: value} if isinstance(value, str) else value
    if isinstance(body, Mapping):
        listing = _listing(body, path)
        if id_ := first_text(body, listing.id):
            return Entry(listing, id_, path, body, found.holder, where, listing.type)
    message = "Nothing tells this apart from the others of its list: it has no id, name or ARN. It was left out."
    return Problem(Severity.ERROR, "OBJECT_WITHOUT_ID", message, where)


def _listing(body: Mapping[str, JSONValue], path: str) -> Listing:
    for listing in BY_PATH.get(path, ()):
        named = not listing.arn or bool(listing.kind.form) or bool(first_text(body, listing.arn))
        if named and first_text(body, listing.id):
            return listing
    arn = next((name for name in body if name.lower().endswith("arn")), "")
    names = [name for name in body if name.lower() in {"name", f"{_singular(path)}name"}]
    return replace(unknown(path.split("[", 1)[0]), id=_likely_id(body, path), arn=arn, name="|".join(names))


def _likely_id(body: Mapping[str, JSONValue], path: str) -> str:
    """The field that names a thing of an unknown kind: of those named like it, or of all, the ARN before the id."""
    singular = _singular(path)
    fields = [name for name in body if (_ID_FIELD.match(name[:1].upper() + name[1:])) and text(body, name)]
    own = [name for name in fields if name.lower().startswith(singular) or name.lower() in {"arn", "id", "name"}]
    chosen: Sequence[str] = own or fields or ([SELF] if SELF in body else [])
    return min(chosen, key=_rank, default="")


def _singular(path: str) -> str:
    return re.sub(r"(?:s|List)?\[.*", "", path).lower()


def _rank(name: str) -> int:
    return next((rank for rank, end in enumerate(("arn", "id", "name")) if name.lower().endswith(end)), 3)
