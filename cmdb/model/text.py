"""Words for text search: the same in every store."""

import re
import unicodedata
from collections.abc import Iterable

from cmdb.model.values import JSONValue

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def words(text: str) -> list[str]:
    """Lower-case alphanumeric words in order, compatibility-normalised: ``Redis-Cart v2`` → ``redis cart v2``."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def search_text(name: str, values: Iterable[JSONValue]) -> str:
    """The words of a name and of all text values, each once, joined by spaces: what the index holds."""
    seen: dict[str, None] = dict.fromkeys(words(name))
    for value in values:
        for text in _texts(value):
            seen.update(dict.fromkeys(words(text)))
    return " ".join(seen)


def _texts(value: JSONValue) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple)):
        yield from (entry for entry in value if isinstance(entry, str))


def matches(text: str, query: list[str]) -> bool:
    """Whether every query word starts some word of an index text."""
    have = text.split(" ")
    return all(any(word.startswith(term) for word in have) for term in query)


def rank(name: str, query: list[str]) -> tuple[int, str]:
    """Sort key of a hit: exact name first, then names that hold every word, then the rest; then by name."""
    have = words(name)
    if have == query:
        return 0, name
    return (1 if matches(" ".join(have), query) else 2), name
