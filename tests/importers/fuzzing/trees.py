"""Changes of the structure of an input: of the nodes of JSON, NDJSON and YAML, of the elements of XML."""

import json
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias
from xml.etree import ElementTree as ET

import yaml

from tests.importers.fuzzing.changes import STRANGE, Change, Deed, changed, place

Node: TypeAlias = "dict[str, Node] | list[Node] | str | int | float | bool | None"
Holder: TypeAlias = "tuple[dict[str, Node], str] | tuple[list[Node], int]"

VALUES: Final[tuple[Node, ...]] = (
    None, True, False, 0, -1, 2**63, -(2**70), 1.5, float("inf"), float("nan"), "", " ", "\x00", "\ud800",
    "a" * 9_000, [], {}, [[]], [None], [1, "a", {}], {"": ""}, {"name": {}}, {"id": []},
    {"a": {"a": {"a": {"a": {}}}}}, "https://u:p@h:1/x", "a/b#c", "${X}", "{{ x }}", "10.0.0.1/33",
    "arn:aws:ec2:::vpc/x", "1", "true", "2026-02-30T25:00:00Z", "\u202e", "component:default/x",
)  # fmt: skip
"""Values that readers of trees stumble over."""
_DEEP: Final = 150


def changed_tree(content: bytes, name: str, change: Change) -> bytes:
    """The content with a change of its structure; of its words where it has none that can be read."""
    try:
        text = content.decode()
        if name.endswith(".xml") or text.lstrip().startswith("<"):
            return _xml(text, change)
        if text.lstrip().startswith(("{", "[")):
            return _json(text, change)
        if name.endswith((".yaml", ".yml")):
            return _yaml(text, change)
    except (ValueError, IndexError, yaml.YAMLError, ET.ParseError, RecursionError):
        pass
    return changed(content, change)


def _json(text: str, change: Change) -> bytes:
    try:
        return _dumped([_altered(json.loads(text), change)])
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        at = place(change.other, len(lines))
        lines[at] = _dumped([_altered(json.loads(lines[at]), change)]).decode()
        return "\n".join(lines).encode()


def _yaml(text: str, change: Change) -> bytes:
    documents = list(yaml.safe_load_all(text))
    at = place(change.other, len(documents))
    documents[at] = _altered(json.loads(json.dumps(documents[at], default=str)), change)
    return _dumped(documents)


def _dumped(documents: Sequence[Node]) -> bytes:
    return "\n---\n".join(json.dumps(document, default=str) for document in documents).encode("utf-8", "surrogatepass")


def _altered(tree: Node, change: Change) -> Node:
    root: list[Node] = [tree]
    places = list(_places(root))
    holder, step = places[place(change.at, len(places))]
    other, other_step = places[place(change.other, len(places))]
    value = VALUES[change.strange % len(VALUES)]
    if isinstance(holder, dict) and isinstance(step, str):
        _alter_entry(holder, step, change, value if change.deed is not Deed.SWAP else _copy(other, other_step))
    elif isinstance(holder, list) and isinstance(step, int):
        _alter_element(holder, step, change, value if change.deed is not Deed.SWAP else _copy(other, other_step))
    return root[0] if root else None


def _places(root: list[Node]) -> Iterator[Holder]:
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield from ((node, key) for key in node)
            pending += node.values()
        elif isinstance(node, list):
            yield from ((node, number) for number in range(len(node)))
            pending += node


def _copy(holder: dict[str, Node] | list[Node], step: str | int) -> Node:
    found = holder[step] if isinstance(holder, dict) and isinstance(step, str) else None
    found = holder[step] if isinstance(holder, list) and isinstance(step, int) else found
    copied: Node = json.loads(json.dumps(found))
    return copied


def _alter_entry(holder: dict[str, Node], key: str, change: Change, value: Node) -> None:
    match change.deed:
        case Deed.DROP:
            del holder[key]
        case Deed.REPEAT:
            holder[key] = [holder[key]] * max(2, change.length)
        case Deed.INSERT:
            strange = STRANGE[change.strange % len(STRANGE)].decode("utf-8", "replace")
            holder[strange] = holder.pop(key)
        case Deed.REPLACE | Deed.SWAP:
            holder[key] = value


def _alter_element(holder: list[Node], number: int, change: Change, value: Node) -> None:
    match change.deed:
        case Deed.DROP:
            del holder[number]
        case Deed.REPEAT:
            holder += [holder[number]] * max(1, change.length)
        case Deed.INSERT:
            holder[number] = _buried(holder[number])
        case Deed.REPLACE | Deed.SWAP:
            holder[number] = value


def _buried(node: Node) -> Node:
    for _ in range(_DEEP):
        node = [node]
    return node


def _xml(text: str, change: Change) -> bytes:
    root = ET.fromstring(text)  # noqa: S314 - our own files and those beside the repository
    elements = list(root.iter())
    element = elements[place(change.at, len(elements))]
    strange = "".join(
        sign for sign in STRANGE[change.strange % len(STRANGE)].decode("utf-8", "replace") if sign.isprintable()
    )
    match change.deed:
        case Deed.DROP:
            element[:] = []
        case Deed.REPEAT:
            element.extend([*element] * min(change.length, 3))
        case Deed.SWAP:
            element.tag = elements[place(change.other, len(elements))].tag
        case Deed.INSERT if element.attrib:
            names = sorted(element.attrib)
            element.attrib[names[place(change.other, len(names))]] = strange
        case Deed.INSERT | Deed.REPLACE:
            element.text = strange
    return ET.tostring(root)
