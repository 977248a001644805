"""Hosts in the words of a command line."""

from collections.abc import Iterator, Sequence
from typing import Final

from importers.addresses import MAX_VALUE, Address, Certainty, addresses_in, addresses_in_text, addresses_of_setting
from importers.setting_names import holds_secret, names_something_else

_HOST_FLAGS: Final = frozenset({"-h", "-H"})


def addresses_in_command(words: Sequence[str]) -> Iterator[tuple[int, Address]]:
    """The hosts that a command line names, each with the number of its word; linear in its length.

    A bare name counts only as the value of a flag that can take a host; the value of a secret's flag is not looked at.

    >>> [(number, address.host) for number, address in addresses_in_command(["wait", "-h", "db", "--pass", "s:1"])]
    [(2, 'db')]
    """
    previous = ""
    for number, word in enumerate(words):
        yield from ((number, address) for address in _in_word(word, previous))
        previous = word


def _in_word(word: str, previous: str) -> Iterator[Address]:
    flag = previous if previous.startswith("-") and "=" not in previous else ""
    if len(word) > MAX_VALUE or (flag and holds_secret(flag)):
        return
    if any(character.isspace() for character in word):
        yield from addresses_in_text(word)
        return
    key, equals, value = word.partition("=")
    if equals and "://" not in key:
        yield from addresses_of_setting(value, key)
        return
    takes_host = flag in _HOST_FLAGS or (flag.startswith("--") and not names_something_else(flag))
    for address in addresses_in(word, flag):
        if takes_host or address.certainty is not Certainty.BARE:
            yield address
