"""Answers that say something of things which other answers list: tags, states, the credential report."""

import base64
import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue, fault_of
from importers.aws.answers import REPORT, Answer
from importers.aws.paths import first_text, walk
from importers.fields import MAX_TEXT, entries, text

_REPORTED: Final = ("user_creation_time", "mfa_active")
"""What is taken of a credential report: nothing of passwords, keys and certificates."""
_REFERENCES: Final = "ResourceId|ResourceArn|ResourceARN|InstanceId|LoadBalancerName"


@dataclass(frozen=True, slots=True)
class Said:
    """What one answer says of a thing, known by its id or resource name."""

    of: str
    where: Where
    tags: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, JSONValue] = field(default_factory=dict)


def said_in(answer: Answer) -> Iterator[Said | Problem]:
    """Everything that an answer says of things of other answers, in order; a problem for a report that breaks off."""
    for name in ("Tags", "TagDescriptions", "ResourceTagMappingList"):
        yield from _tags(answer, name)
    for found in walk(answer.body, "InstanceStatuses[]"):
        if isinstance(found.value, Mapping) and (of := text(found.value, "InstanceId")):
            checks = {name: text(found.value, name, "Status") for name in ("InstanceStatus", "SystemStatus")}
            facts: dict[str, JSONValue] = {name: word for name, word in checks.items() if word}
            yield Said(of, Where(answer.file, pointer=found.pointer), facts=facts)
    if answer.body.keys() >= REPORT:
        yield from _credential_report(answer)


def tag_pairs(body: Mapping[str, JSONValue]) -> list[tuple[str, str]]:
    """The tags of a thing, in each of the forms that the API has for them."""
    pairs = [
        (first_text(tag, "Key|key|TagKey"), first_text(tag, "Value|value|TagValue"))
        for name in ("Tags", "TagSet", "tags", "TagList")
        for tag in entries(body, name)
        if isinstance(tag, Mapping)
    ]
    flat = body.get("tags") or body.get("Tags")
    if isinstance(flat, Mapping):
        pairs += [(text(key), text(value)) for key, value in flat.items()]
    return [(key, value) for key, value in pairs if key]


def by_thing(said: Iterable[Said]) -> Mapping[str, Sequence[Said]]:
    """What is said, by the thing it is said of."""
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for one in said:
        found[one.of].append(one)
    return found


def unheard(said: Mapping[str, Sequence[Said]], things: set[str]) -> Iterator[Problem]:
    """A note for each thing that something is said of but that no list holds: nothing is made of it."""
    for of, ones in said.items():
        if of not in things:
            message = "Something is said of this, but no list holds it; nothing was made of it. Import its list, too."
            yield Problem(Severity.INFO, "THING_NOT_LISTED", message, ones[0].where, of)


def _tags(answer: Answer, name: str) -> Iterator[Said]:
    for found in walk(answer.body, f"{name}[]"):
        if isinstance(found.value, Mapping) and (of := first_text(found.value, _REFERENCES)):
            own = (text(found.value, "Key"), text(found.value, "Value"))
            pairs = (own,) if own[0] else tuple(tag_pairs(found.value))
            yield Said(of, Where(answer.file, pointer=found.pointer), pairs)


def _credential_report(answer: Answer) -> Iterator[Said | Problem]:
    rows = csv.DictReader(io.StringIO(_report_text(answer.body.get("Content")), newline=""), strict=True)
    where = Where(answer.file, pointer="Content")
    try:
        for row in rows:
            arn = row.get("arn") or ""
            if ":user/" in arn and len(arn) <= MAX_TEXT and fault_of(arn) is None:
                facts: dict[str, JSONValue] = {name: value for name in _REPORTED if (value := row.get(name))}
                yield Said(arn, where, facts=facts)
    except csv.Error:
        message = "The credential report is no CSV from some row on; the rest of it was left out."
        yield Problem(Severity.ERROR, "REPORT_MALFORMED", message, where)


def _report_text(content: JSONValue) -> str:
    """The rows of a report, which the command line prints in base 64 and other tools as they are."""
    if not isinstance(content, str) or "," in content:
        return content if isinstance(content, str) else ""
    try:
        return base64.b64decode(content, validate=True).decode()
    except ValueError:
        return ""
