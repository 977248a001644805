"""Files to objects: one after the other, also those in link sets and rows; inlined files are left out."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from importers.base import Document
from importers.fields import MAX_TEXT
from importers.itop.classes import CLASS_NAME
from importers.text_input import malformed
from importers.xml_text import Element, parts_of

ROOT = "Set"
MAX_FIELDS = 300
"""Of an object with more fields the first ones are read."""

_ID: Final = re.compile(r"[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class ItopObject:
    """One object: its final class, its id, which is unique in its root class only, and its texts by field.

    ``owner`` is the object in whose link set it stands, and which it therefore need not name.
    """

    cls: str
    id: str
    fields: Mapping[str, str]
    where: Where
    owner: "ItopObject | None" = None

    @property
    def key(self) -> str:
        """``Class/id``."""
        return f"{self.cls}/{self.id}"

    def get(self, *names: str) -> str:
        """The first of these fields that says something, else an empty text."""
        return next((text for name in names if (text := self.fields.get(name, ""))), "")


def objects_of(document: Document) -> Iterator[ItopObject | Problem]:
    """Every object, an owner before those of its link sets; a problem for each that cannot be told apart.

    Raises:
        FileMalformed: it is no export of iTop, or nothing of it can be read.
        FileMissing: it cannot be opened.
    """
    parts = parts_of(document)
    _require_set(next(parts), document.name)
    for part in parts:
        if isinstance(part, Problem):
            yield part
            continue
        for element in part.children if part.name == "Row" else (part,):
            yield from _objects(element, document.name, None)


def _require_set(root: Element | Problem, file: str) -> None:
    if not isinstance(root, Element) or root.name != ROOT:
        name = root.name[:64] if isinstance(root, Element) else ""
        hint = "Export objects, with format=xml; the definition of a data model holds none."
        raise malformed(f"the root is <{name}>, not <{ROOT}>.", Where(file, 1), hint)


def _objects(element: Element, file: str, owner: ItopObject | None) -> Iterator[ItopObject | Problem]:
    identity, where = element.get("id"), Where(file, element.line)
    if identity == "null":  # the empty side of an outer join
        return
    if _ID.fullmatch(identity) is None or CLASS_NAME.fullmatch(element.name) is None:
        message = f"The {element.name[:100]} has no usable id. Nothing was taken from it."
        yield Problem(Severity.ERROR, "OBJECT_WITHOUT_ID", message, where)
        return
    found = ItopObject(element.name, identity, _texts(element), where, owner)
    yield found
    unlinked = replace(found, owner=None)
    for field in element.children:
        for linked in field.all(ROOT):
            for inner in linked.children:
                yield from _objects(inner, file, unlinked)


def _texts(element: Element) -> dict[str, str]:
    """The fields that are short texts, also empty ones; not files, photos, logs or link sets."""
    texts = (
        (field.name, field.text.strip())
        for field in element.children[:MAX_FIELDS]
        if not field.children and field.length == len(field.text) <= MAX_TEXT
    )
    return dict(texts)
