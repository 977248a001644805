"""The JSON values of a document one at a time: the entries of one list, or values written one after another."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cmdb.errors import FileMalformed
from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.json_text import parse_json
from importers.text_input import MAX_TREE_BYTES, malformed, require_utf8

_CHUNK: Final = 1_048_576
_SPACE: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Element:
    """One value, read quickly; :meth:`strict` reads it again by the rules of :mod:`importers.json_text`."""

    value: JSONValue
    text: str
    where: Where

    def strict(self) -> JSONValue:
        """The value, without keys that stand twice, numbers beyond 64 bits and endless depth.

        Raises:
            FileMalformed: it holds one of them.
        """
        return parse_json(self.text, self.where)


def elements_of(document: Document) -> Iterator[Element]:
    """The entries of the list that a document is, else its values in order; memory grows with the largest of them.

    Raises:
        FileMalformed: not UTF-8, or no JSON from some place on: what stands before it has been given by then.
        FileMissing: it cannot be opened.
    """
    require_utf8(document)
    with document.open() as raw, io.TextIOWrapper(raw, "utf-8-sig", newline="") as stream:
        window = _Window(document.name, stream)
        if window.next_sign() == "[":
            yield from _entries(window)
        while window.next_sign():
            yield window.value()


def _entries(window: "_Window") -> Iterator[Element]:
    window.skip()
    if window.next_sign() != "]":
        yield window.value()
    while (sign := window.next_sign()) == ",":
        window.skip()
        yield window.value()
    if sign != "]":
        raise window.fault("a list that does not end")
    window.skip()
    if window.next_sign():
        raise window.fault("more after the end of the list")


class _Window:
    """The part of the text that is being read."""

    def __init__(self, name: str, stream: io.TextIOWrapper) -> None:
        self._name = name
        self._stream = stream
        self._text = ""
        self._at = 0
        self._line = 1

    def next_sign(self) -> str:
        """The next character that is no space, not taken yet; empty at the end."""
        while True:
            start = self._at
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            self._line += self._text.count("\n", start, self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def skip(self) -> None:
        """Take one character."""
        self._at += 1

    def value(self) -> Element:
        """Take one value."""
        self.next_sign()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._grow():
                    raise self.fault(error.msg) from error
            except (ValueError, RecursionError) as error:
                raise self.fault("a value that is too large or nested too deeply") from error
            else:
                if end < len(self._text) or not self._grow():
                    return self._take(value, end)

    def _take(self, value: JSONValue, end: int) -> Element:
        text = self._text[self._at : end]
        element = Element(value, text, Where(self._name, self._line))
        self._line += text.count("\n")
        self._at = end
        return element

    def _grow(self) -> bool:
        """Read as much again as is held; false at the end of the document."""
        self._text = self._text[self._at :]
        self._at = 0
        if len(self._text) > MAX_TREE_BYTES:
            raise self.fault(f"a value of more than {MAX_TREE_BYTES} bytes")
        more = self._stream.read(max(_CHUNK, len(self._text)))
        self._text += more
        return bool(more)

    def fault(self, seen: str) -> FileMalformed:
        """The error for this place."""
        return malformed(f"not usable JSON: {seen}.", Where(self._name, self._line))
