"""Texts of bills as far as they may be kept: addresses without credentials, short plain words."""

import re
from collections.abc import Iterable
from typing import Final

from cmdb.model.values import JSONValue, digest, fault_of
from importers.keepable import kept_text

MOST_WORDS: Final = 20
"""How many licences, hashes or classifications of one part are kept."""
LONGEST: Final = 300
"""Longer texts are no names, licences or suppliers."""

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#\s]+)([^?#\s]*)")
_SCP: Final = re.compile(r"(?:[^@\s/:]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+:[^?#\s@]+)\Z")
_HASH: Final = re.compile(r"[0-9a-fA-F]{16,128}\Z")
_SHA: Final = re.compile(r"\ASHA(?=\d{1,3}\Z)")
_SPOILT: Final = re.compile(r"[^/]@")
_USER: Final = re.compile(r"(?<=://)\S*@|\A[^/\s@:]+:[^/\s@:]+@(?=[^/\s@:]+[./])")


def public_url(text: str) -> str:
    """An address without user information, query and fragment; empty when it is none, or cannot be told apart.

    >>> public_url("git+https://me:token@git.example/shop.git?token=x#main"), public_url("git@git.example:a/b.git")
    ('git+https://git.example/shop.git', 'git.example:a/b.git')
    >>> public_url("https://me:to/ken@git.example/shop.git"), public_url("../..")
    ('', '')
    """
    match = _URL.match(text.strip())
    if match is None:
        short = _SCP.match(text.strip())
        return plain(short[1]) if short else ""
    scheme, authority, path = match.groups()
    return "" if _SPOILT.search(path) else plain(f"{scheme}://{authority.rpartition('@')[2]}{path}")


def plain(text: str) -> str:
    """A short text without user information of an address; empty when no store can hold it.

    >>> plain(" @babel/core "), plain("https://me:pw@registry.example/shop"), plain("me:pw@registry/shop")
    ('@babel/core', 'https://registry.example/shop', 'registry/shop')
    """
    kept = _USER.sub("", text.strip())
    return kept if len(kept) <= LONGEST and fault_of(kept) is None else ""


def reference_text(ref: str) -> str:
    """A ref of a bill as a key that leads nowhere: without user information, and short."""
    return plain(ref) or f"reference {digest(ref)[:16]}"


def description_of(text: str) -> str:
    """What a part is for: published words, but nothing that looks like a setting with a secret.

    >>> description_of("Signs JSON web tokens"), description_of("password: hunter2")
    ('Signs JSON web tokens', '')
    """
    told = " ".join(text.split())
    return kept_text(told) if len(told) <= LONGEST else ""


def words(texts: Iterable[str]) -> list[JSONValue]:
    """Those that may be kept, each once, in order."""
    kept: list[JSONValue] = [text for text in dict.fromkeys(plain(text) for text in texts) if text]
    return kept[:MOST_WORDS]


def hashes(pairs: Iterable[tuple[str, str]]) -> dict[str, JSONValue]:
    """Hashes by their algorithm, sorted; ``SHA256`` is ``SHA-256``."""
    named = ((_SHA.sub("SHA-", plain(algorithm)), value) for algorithm, value in pairs)
    told = {algorithm: value.lower() for algorithm, value in named if algorithm and _HASH.match(value)}
    return dict(sorted(told.items())[:MOST_WORDS])
