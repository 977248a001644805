"""Which foreign values may be kept beside the attributes: small plain ones that are no secret, by name or by look."""

import re
from collections.abc import Mapping
from typing import Final

from cmdb.model.values import JSONValue, fault_of
from importers.setting_names import mentions_secret, words_of

MAX_KEPT_TEXT: Final = 500
"""Longer texts are documents, not settings."""
MAX_KEPT_VALUES: Final = 100
"""How many values one object may keep, and one list."""

_MORE_SECRET_WORDS: Final = frozenset(
    {"pw", "pwhash", "psk", "community", "snmp", "wpa", "hash", "vault", "otp", "pem", "crt", "ssh", "become"}
)
_SECRET_LOOKS: Final = re.compile(
    r"""
    \$ANSIBLE_VAULT
    | -----BEGIN
    | ://[^/\s]*@                                   # user information of an address
    | \b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+[A-Za-z0-9+/]{16}
    | \bAKIA[0-9A-Z]{12}
    | \beyJ[A-Za-z0-9_-]{8,}\.
    | \b(?:gh[pousr]_|glpat-|xox[abprs]-|hvs\.)[A-Za-z0-9-]{8}
    | \$(?:1|2[abxy]?|5|6|y|argon2(?:i|d|id))\$      # hashed passwords
    | \{\{                                          # an expression, not a value
    """,
    re.VERBOSE,
)


def names_secret(name: str) -> bool:
    """Whether the name of a field of people's own making announces a secret: ``snmp_community``, ``root_pw``."""
    return mentions_secret(name) or not _MORE_SECRET_WORDS.isdisjoint(words_of(name))


def looks_secret(text: str) -> bool:
    """Whether a text is, holds or speaks of a secret: a key, user information, ``password: x`` in a sentence.

    >>> looks_secret("postgres://app:hunter2@db/orders"), looks_secret("the password is x"), looks_secret("row 4")
    (True, True, False)
    """
    sentence = re.search(r"[\s=:]", text.strip()) is not None
    return _SECRET_LOOKS.search(text) is not None or (sentence and mentions_secret(text))


def prose(value: JSONValue) -> str:
    """A text that people wrote freely, such as a description, or ``""`` when it cannot be kept."""
    usable = isinstance(value, str) and len(value) <= MAX_KEPT_TEXT and fault_of(value) is None
    return value if usable and isinstance(value, str) and not looks_secret(value) else ""


def kept(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """What may be kept of named values: texts, numbers, booleans and lists of them; not what is nested or secret.

    >>> kept({"rack_unit": 4, "root_pw": "x", "notes": "-----BEGIN KEY", "nested": {"a": 1}})
    {'rack_unit': 4}
    """
    result: dict[str, JSONValue] = {}
    for name, value in values.items():
        if len(result) == MAX_KEPT_VALUES:
            break
        if name and len(name) <= MAX_KEPT_TEXT and not names_secret(name) and fault_of(name) is None and _plain(value):
            result[name] = value
    return result


def _plain(value: JSONValue) -> bool:
    if isinstance(value, list):
        return 0 < len(value) <= MAX_KEPT_VALUES and all(
            not isinstance(entry, list) and _plain(entry) for entry in value
        )
    if isinstance(value, str):
        return bool(prose(value).strip())
    return isinstance(value, bool | int | float) and fault_of(value) is None
