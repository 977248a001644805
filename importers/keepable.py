"""What may be kept beside a CI: names, prose and small plain values; never a secret.

The one rule, for every format:

1. The value under a name that announces a secret never enters (:func:`importers.setting_names.names_secret`).
2. A text in the form of a secret never enters: a private key, a token or a password hash of a known make, an
   expression that a tool fills with a secret.
3. A text that gives a secret a value never enters: ``Password=x``, ``token: x``, ``--api-key x``, *the password is x*,
   *password of the door d00r*.
4. The user information of an address is taken out; the rest of the text stays.
5. Everything else stays.  A word alone is no secret: ``Auth service``, *keeps the keys of customers*.

Texts that are longer than ``MAX_KEPT_TEXT`` are documents and stay out whatever they hold.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from cmdb.model.values import JSONValue, fault_of
from importers.setting_names import holds_secret, may_mention_secret, names_secret

MAX_KEPT_TEXT: Final = 500
"""Longer texts are documents, not settings."""
MAX_KEPT_VALUES: Final = 100
"""How many values one object may keep, and one list."""

_NO_PORT: Final = r"(?!\d{1,5}(?![^\s/?#,;\"'<>)\]])|\$?\{)"
_USER_INFORMATION: Final = re.compile(
    rf"""
    (?<=://)(?: [^\s/?\#"'<>]*@                                       # before the first slash
              | (?!\[)[^\s/?\#@:,;"'<>]*:{_NO_PORT}[^\s"'<>]*@ )       # with a slash in the password
    """,
    re.VERBOSE,
)
_FORMS: Final = re.compile(
    rf"""
    \$ANSIBLE_VAULT
    | -----BEGIN
    | ://(?!\[)[^\s/@:,;]*:{_NO_PORT}[^\s/]                             # user information whose end is not told
    | (?<![\w@/.+-])(?!(?:mailto|sips?|xmpp|acct|e?mail|contact):)[^\s/@:=,;]+:[^\s/@:]+@(?!sha\d)[A-Za-z]  # me:pw@host
    | \b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+|sk-\S+@openssh\.com)\s+[A-Za-z0-9+/]{{16}}
    | \bA(?:KIA|SIA)[0-9A-Z]{{12}}
    | \beyJ[A-Za-z0-9_-]{{8,}}\.
    | \b(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hvs\.|sk_live_|AIza)[A-Za-z0-9_-]{{8}}
    | \$(?:1|2[abxy]?|5|6|y|argon2(?:i|d|id))\$                         # hashed passwords
    | \{{\{{                                                            # an expression, not a value
    """,
    re.VERBOSE,
)
_SIGNS: Final = re.compile(r"[$@{:]|-----|A(?:KI|SI|Iz)A?|eyJ|gh[pousr]_|github_|glpat|xox|hvs\.|sk_|ssh-|sha2-|sk-")
"""What one of the forms begins with or holds: a quick first look."""
_WORDS: Final = r"pass(?:word|wd|phrase)|pwd?|passwort|kennwort"
_CLEAR: Final = re.compile(rf"(?:{_WORDS}|secret|token|credential|psk|otp)s?", re.IGNORECASE)
_ASSIGNED: Final = re.compile(
    r"""
    (?P<name> (?:[\w.-]{1,60}[ ])? [\w.-]{1,60} ) ["'\])]*               # one or two words
    [ \t]* (?P<sign> :?=+>? | :(?!//) | (?<=[ \t])(?:is|was|lautet)\b ) [ \t]*
    ["'(\[]? (?= (?P<value> [^\s"')\]]\S* (?:[ \t]+\S+)? ) )
    """,
    re.VERBOSE,
)
_ASKED: Final = re.compile(
    rf"\b(?:{_WORDS})\b[^:=.\n]{{1,60}}(?P<sign>[:=])[ \t]*(?P<value>\S+(?:[ \t]+\S+)?)", re.IGNORECASE
)
_SPLITS: Final = re.compile(r"[\s=:]")
_FLAG: Final = re.compile(r"(?<!\S)-{1,2}([A-Za-z][\w-]*)[ =]\S")
_NEAR: Final = re.compile(rf"\b(?:{_WORDS})s?\b[^.;!?\n]{{0,60}}?\s(?=\S*\d)(?=\S*[A-Za-z])\S", re.IGNORECASE)
_TOLD: Final = re.compile(rf"\b(?:{_WORDS}|secret|token|pin|psk)s?\s+([^\s,;]+)", re.IGNORECASE)
_PLAIN_WORD: Final = r"[^\W\d_]+(?:['’-][^\W\d_]+)*[.,:;!?)\"']*"
_WORD: Final = re.compile(_PLAIN_WORD)
_TWO_WORDS: Final = re.compile(rf"{_PLAIN_WORD}\s+{_PLAIN_WORD}")


def looks_secret(text: str) -> bool:
    """Whether a text has the form of a secret, or gives one a value; linear in its length.

    >>> looks_secret("postgres://app:hunter2@db/orders"), looks_secret("the password is x"), looks_secret("row 4")
    (True, True, False)
    >>> looks_secret("Auth service"), looks_secret("Keeps keys and tokens"), looks_secret("auth: hunter2")
    (False, False, True)
    """
    return (_SIGNS.search(text) is not None and _FORMS.search(text) is not None) or any(_reveals(text))


def kept_text(value: JSONValue, name: str = "") -> str:
    """The text under that name as far as it may be kept, without user information of addresses; else ``""``.

    >>> kept_text("https://me:pw@git.example/shop.git"), kept_text("Auth service")
    ('https://git.example/shop.git', 'Auth service')
    >>> kept_text("Host=db;Password=pw"), kept_text("pw", "db.password"), kept_text(7)
    ('', '', '')
    """
    if not isinstance(value, str) or len(value) > MAX_KEPT_TEXT or (name and names_secret(name)):
        return ""
    return _kept_text(value)


def kept(values: Mapping[str, JSONValue]) -> dict[str, JSONValue]:
    """What may be kept of named values: texts, numbers, booleans and lists of them; not what is nested or secret.

    >>> kept({"rack_unit": 4, "root_pw": "x", "notes": "-----BEGIN KEY", "nested": {"a": 1}})
    {'rack_unit': 4}
    """
    result: dict[str, JSONValue] = {}
    for name, value in values.items():
        if len(result) == MAX_KEPT_VALUES:
            break
        plain = _plain(value) if name and len(name) <= MAX_KEPT_TEXT and not names_secret(name) else None
        if plain is not None and _storable(name):
            result[name] = plain
    return result


def _plain(value: JSONValue) -> JSONValue:
    """The value without user information, or ``None`` when it cannot be kept."""
    if isinstance(value, str):
        return kept_text(value) if kept_text(value).strip() else None
    if isinstance(value, list):
        return _plain_list(value)
    return value if isinstance(value, bool | int | float) and fault_of(value) is None else None


def _plain_list(value: list[JSONValue]) -> JSONValue:
    entries = [None if isinstance(entry, list) else _plain(entry) for entry in value[: MAX_KEPT_VALUES + 1]]
    return entries if 0 < len(entries) <= MAX_KEPT_VALUES and None not in entries else None


@lru_cache(maxsize=16_384)
def _kept_text(value: str) -> str:
    public = _USER_INFORMATION.sub("", value) if "@" in value else value
    return public if _storable(public) and not looks_secret(public) else ""


def _storable(text: str) -> bool:
    return fault_of(text) is None


def _reveals(text: str) -> Iterator[bool]:
    """Whether each form that gives a value to a secret does; none is in a single word."""
    if _SPLITS.search(text) is None or not may_mention_secret(text):
        return
    yield any(holds_secret(match["name"]) and _is_value(match) for match in _ASSIGNED.finditer(text))
    yield any(_TWO_WORDS.fullmatch(match["value"]) is None for match in _ASKED.finditer(text))
    yield any(names_secret(match[1]) for match in _FLAG.finditer(text))
    yield any(_WORD.fullmatch(match[1]) is None for match in _TOLD.finditer(text))
    yield _NEAR.search(text) is not None


def _is_value(match: re.Match[str]) -> bool:
    """Whether what follows a secret's name is its value: two plain words are a sentence, as in *the key is kept by us*.

    Behind a colon they are one only where the name is not clear: *auth: logs people in*, but ``password: two words``.
    The parts of a resource name (``arn:aws:...:secret:db``) are no names.
    """
    sign, name, start = match["sign"], match["name"], match.start()
    if sign == ":" and " " not in name and match.string[start - 1 : start] == ":":
        return False
    sentence = _TWO_WORDS.fullmatch(match["value"]) is not None
    return not sentence or "=" in sign or (sign == ":" and _CLEAR.search(name.rpartition(" ")[2]) is not None)
