"""Whether a file is an answer of the AWS API, by the first bytes of it."""

import re
from collections.abc import Iterator
from typing import Final

from importers.aws.answers import CALLER, REPORT
from importers.aws.table import BY_FIELD, BY_PATH, HEALTH, LOOKUPS, PASSED_OVER, SHARED_WORDS

_SURE, _KNOWN, _PERHAPS = 0.96, 0.7, 0.5
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\]:,]')
_FIRST: Final = re.compile(r"[A-Za-z]+")
_CONFIG: Final = ({"configurationItems"}, {"baseConfigurationItems"}, {"configurationItem"}, {"Results", "QueryInfo"})
_ITEM: Final = ("configurationItemStatus", "configurationItemCaptureTime", "configurationStateId")
_WORDS: Final = frozenset({*BY_FIELD, *LOOKUPS, *HEALTH, *PASSED_OVER})
_FACTS: Final = (CALLER, REPORT, {"SummaryMap"})


def confidence(head: bytes) -> float:
    """From 0 to 1; linear in the length of the head."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith((b"{", b"[")):
        return 0.0
    text = start.decode("utf-8", "replace")
    fields = set(_top_fields(text))
    if any(fields >= marks for marks in (*_CONFIG, *_FACTS)) or _is_item(text, fields):
        return _SURE
    if any(_shows(field, text) for field in fields):
        return _SURE
    if any(field not in SHARED_WORDS or _is_empty(field, text) for field in fields & _WORDS):
        return _KNOWN
    return _PERHAPS if fields and '"arn:aws' in text else 0.0


def _is_item(text: str, fields: set[str]) -> bool:
    marked = any(f'"{name}"' in text for name in _ITEM) and '"resourceType"' in text
    return marked and (text.startswith("[") or "resourceType" in fields)


def _shows(field: str, text: str) -> bool:
    """Whether the list under a field has the ids that it must have."""
    ids = [listing.id for path in BY_FIELD.get(field, ()) for listing in BY_PATH[path]]
    return any(f'"{word}"' in text for id_ in ids for word in _FIRST.findall(id_.split("|")[0]) if word != "self")


def _is_empty(field: str, text: str) -> bool:
    return re.search(rf'"{re.escape(field)}"\s*:\s*\[\s*\]', text) is not None


def _top_fields(text: str) -> Iterator[str]:
    """The names of the fields of the outermost object, as far as the head goes."""
    depth, last = 0, ""
    for token in _TOKEN.finditer(text):
        mark = token.group()
        depth += (mark in "{[") - (mark in "}]")
        if mark == ":" and depth == 1 and last:
            yield last
        last = token.group(1) or ""
