"""Texts of files without the user information of the addresses in them."""

import re

from importers.keepable import names_secret, prose

_USER_INFORMATION = re.compile(r"(?<=://)\S*@")


def kept_text(text: str, name: str = "") -> str:
    """The text under that name as far as it may be kept; ``""`` for a secret, and for what no store can hold.

    >>> kept_text("https://me:pw@git.example/shop.git")
    'https://git.example/shop.git'
    >>> kept_text("Host=db;Password=pw"), kept_text("pw", "db.password")
    ('', '')
    """
    return "" if names_secret(name) else prose(_USER_INFORMATION.sub("", text))
