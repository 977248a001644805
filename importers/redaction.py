"""Texts that may be kept: without user information of addresses, and none that holds a secret."""

import re
from typing import Final

from cmdb.model.values import fault_of
from importers.setting_names import holds_secret

MAX_KEPT: Final = 1024
"""How many characters of a text are kept, at most: longer ones are no descriptions."""

_USER_INFORMATION = re.compile(r"(?<=://)\S*@")
_SECRET_SETTING = re.compile(r"([A-Za-z][\w.-]{0,63})[\"']?\s{0,3}[=:]\s{0,3}\S")
_SECRET_FLAG = re.compile(r"(?:^|\s)--?([A-Za-z][\w-]{0,63})\s")
_SECRET_FORM = re.compile(r"-----BEGIN|\bBearer\s|\$(?:apr1|2[aby]|5|6|argon2\w*)\$")


def kept_text(text: str, name: str = "") -> str:
    """The text under that name as far as it may be kept; ``""`` for a secret, and for what no store can hold.

    >>> kept_text("https://me:pw@git.example/shop.git")
    'https://git.example/shop.git'
    >>> kept_text("Host=db;Password=pw"), kept_text("pw", "db.password")
    ('', '')
    """
    if len(text) > MAX_KEPT or holds_secret(name) or fault_of(text) is not None or _SECRET_FORM.search(text):
        return ""
    named = (match.group(1) for pattern in (_SECRET_SETTING, _SECRET_FLAG) for match in pattern.finditer(text))
    if any(holds_secret(word) for word in named):
        return ""
    return _USER_INFORMATION.sub("", text)
