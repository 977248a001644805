"""Safe XML, a child of the root at a time: no document type with content, no entities, nothing else is opened."""

import codecs
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.sax import ContentHandler, SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.expatreader import DefusedExpatParser

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from importers.base import Document
from importers.text_input import as_problem, malformed

MAX_BYTES = 4_294_967_296
"""4 GiB: the largest document."""
MAX_DEPTH = 64
"""How deeply elements may be nested."""
MAX_ELEMENTS = 1_000_000
"""How many elements one child of the root may hold."""
MAX_ATTRIBUTES = 256
"""How many attributes one element may have."""
MAX_ATTRIBUTE = 1_048_576
"""How many characters the value of an attribute may have."""
MAX_TAG = 4_194_304
"""How many characters one tag or comment may have."""
KEPT_TEXT = 65_536
"""Of a longer text only the length is known: what is inlined as a text (a photo) does not stay in memory."""

_CHUNK: Final = 65_536
_SKIPPED: Final = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))
_ROOT_AND_CHILD: Final = 2
_NAME_END: Final = b" \t\r\n/>"


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its own text, its children in order, and the line on which it begins.

    ``length`` is the number of characters of the text; when it is more than ``KEPT_TEXT``, ``text`` is empty.
    """

    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    length: int = 0
    children: tuple["Element", ...] = ()

    def find(self, name: str) -> "Element | None":
        """The first child of that name; linear in the children."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def get(self, name: str) -> str:
        """The attribute of that name without white space around it; empty when there is none."""
        return self.attributes.get(name, "").strip()


def root_name(head: bytes) -> str:
    """The name of the root element by the first bytes of a document, to recognise a format; empty when unknown.

    >>> root_name(b"<?xml version='1.0'?> <!-- a list --><Set><Server id='1'>")
    'Set'
    """
    rest = head.removeprefix(codecs.BOM_UTF8).lstrip()
    for _ in range(MAX_DEPTH):
        end = next((end for start, end in _SKIPPED if rest.startswith(start)), None)
        if end is None:
            return _leading_name(rest)
        rest = rest.partition(end)[2].lstrip()
    return ""


def elements_of(document: Document) -> Iterator[Element]:
    """The root with its attributes and without children, then each child of the root, whole.

    One child is held at a time, so memory does not grow with the document.  Names keep their prefixes.  Comments and
    processing instructions are skipped; a bare document type (``<!DOCTYPE nmaprun>``) is allowed.

    Raises:
        FileMalformed: not well-formed, not UTF-8, cut short, beyond a limit, a document type with content or an
            external id; with its line.  What stood before may have been yielded.
        FileMissing: it cannot be opened.
    """
    parser = _Parser()
    builder = _Builder(document.name, parser)
    parser.setContentHandler(builder)
    for text, line in _texts(document):
        _feed(parser, builder, text, line)
        yield from builder.finished()


def _leading_name(tag: bytes) -> str:
    name = tag[1:256] if tag.startswith(b"<") else b""
    cut = min((at for sign in _NAME_END if (at := name.find(sign)) >= 0), default=0)
    return name[:cut].decode("ascii", "replace")


def parts_of(document: Document) -> Iterator[Element | Problem]:
    """As :func:`elements_of`; a fault behind the first child of the root is a problem, so that what was read counts.

    Raises:
        FileMalformed: as :func:`elements_of`, when nothing but the root was read.
        FileMissing: it cannot be opened.
    """
    number = 0
    try:
        for element in elements_of(document):
            number += 1
            yield element
    except FileMalformed as error:
        if number < _ROOT_AND_CHILD:
            raise
        yield as_problem(error, Severity.INCOMPLETE, "What stands behind this line was not read; make the file anew.")


class _Parser(DefusedExpatParser):
    """Without declarations there is nothing to expand or to fetch."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True)

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: int
    ) -> None:
        if sysid or pubid or has_internal_subset:
            raise DTDForbidden(name, sysid, pubid)


def _feed(parser: _Parser, builder: "_Builder", text: str, line: int) -> None:
    """One piece of the document; an empty one is its end."""
    try:
        builder.expect(len(text))
        parser.feed(text)
        if not text:
            parser.close()
    except SAXParseException as error:
        where = Where(builder.file, error.getLineNumber() or line)
        raise malformed(f"not XML: {error.getMessage()}.", where) from error
    except DefusedXmlException as error:
        where = Where(builder.file, parser.getLineNumber())
        hint = "Remove the document type and write out what its entities stand for."
        raise malformed("declares a document type or entities, which are never followed.", where, hint) from error


def _texts(document: Document) -> Iterator[tuple[str, int]]:
    """Pieces of the document with the line on which each begins, then an empty one."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, size = 1, 0
    with document.open() as stream:
        while raw := stream.read(_CHUNK):
            size += len(raw)
            if size > MAX_BYTES:
                raise malformed(f"larger than {MAX_BYTES} bytes.", Where(document.name, line), "Split it.")
            text = _decoded(decoder, raw, Where(document.name, line))
            if text:
                yield text, line
            line += text.count("\n")
    _decoded(decoder, b"", Where(document.name, line))
    yield "", line


def _decoded(decoder: codecs.IncrementalDecoder, raw: bytes, where: Where) -> str:
    try:
        return decoder.decode(raw, final=not raw)
    except UnicodeDecodeError as error:
        line = (where.line or 1) + error.object[: error.start].count(b"\n")
        raise malformed("not UTF-8.", Where(where.file, line), "Save the file as UTF-8.") from error


@dataclass(slots=True)
class _Open:
    """An element that has begun and not ended."""

    name: str
    line: int
    attributes: Mapping[str, str]
    texts: list[str] = field(default_factory=list)
    length: int = 0
    children: list[Element] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.length += len(text)
        if self.length <= KEPT_TEXT:
            self.texts.append(text)
        else:
            self.texts.clear()

    def closed(self) -> Element:
        text = "".join(self.texts)
        return Element(self.name, self.line, self.attributes, text, self.length, tuple(self.children))


class _Builder(ContentHandler):
    """Puts elements together and lets go of each child of the root when it has ended."""

    def __init__(self, file: str, locator: Locator) -> None:
        super().__init__()
        self.file = file
        self._place = locator
        self._stack: list[_Open] = []
        self._finished: deque[Element] = deque()
        self._held = 0
        self._silence = 0

    def finished(self) -> Iterator[Element]:
        while self._finished:
            yield self._finished.popleft()

    def expect(self, characters: int) -> None:
        """Note that this much is coming; too much without an event is one endless tag."""
        self._silence += characters
        self._require(self._silence <= MAX_TAG + _CHUNK, f"a tag or comment is longer than {MAX_TAG} characters.")

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the name of the SAX interface
        self._silence = 0
        values = dict(attrs.items())
        self._require(len(self._stack) < MAX_DEPTH, f"nested more than {MAX_DEPTH} levels deep.")
        self._require(len(values) <= MAX_ATTRIBUTES, f"an element has more than {MAX_ATTRIBUTES} attributes.")
        longest = max(map(len, values.values()), default=0)
        self._require(longest <= MAX_ATTRIBUTE, f"an attribute is longer than {MAX_ATTRIBUTE} characters.")
        self._held += 1
        self._require(self._held <= MAX_ELEMENTS, f"one part holds more than {MAX_ELEMENTS} elements.")
        if not self._stack:
            self._finished.append(Element(name, self._line(), values))
        self._stack.append(_Open(name, self._line(), values))

    def endElement(self, name: str) -> None:  # noqa: N802 - the name of the SAX interface
        self._silence = 0
        element = self._stack.pop().closed()
        if len(self._stack) > 1:
            self._stack[-1].children.append(element)
        elif self._stack:
            self._finished.append(element)
            self._held = 0

    def characters(self, content: str) -> None:
        self._silence = 0
        if len(self._stack) > 1:
            self._stack[-1].add(content)

    def _line(self) -> int:
        return self._place.getLineNumber() or 1

    def _require(self, holds: bool, message: str) -> None:  # noqa: FBT001 - the condition itself
        if not holds:
            raise malformed(message, Where(self.file, self._line()))
