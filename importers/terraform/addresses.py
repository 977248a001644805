"""Addresses of resources: ``module.db["eu.1"].data.aws_subnet.main[0]``, read and printed by one pair of functions."""

import json
import re
from dataclasses import dataclass, replace
from typing import Final

from cmdb.model.values import fault_of

MAX_ADDRESS: Final = 1024
"""Longer texts are no addresses."""

_SEGMENT = re.compile(r'\.?([^\s.\[\]"]+)((?:\[(?:\d{1,18}|"(?:[^"\\\n]|\\.)*")\])?)')
_LEGACY_INDEX = re.compile(r"\d{1,18}|\*")
_MODULE, _DATA = "module", "data"
_TYPE_AND_NAME = 2


@dataclass(frozen=True, slots=True)
class Step:
    """A name with the index behind it, as it is printed: ``web`` and ``[0]``; the index may be empty."""

    name: str
    index: str = ""

    def __str__(self) -> str:
        """The name and its index."""
        return f"{self.name}{self.index}"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a resource stands: its modules from the root, whether it is a lookup, its type, its name and index."""

    modules: tuple[Step, ...]
    type: str
    resource: Step
    is_lookup: bool = False

    def __str__(self) -> str:
        """The absolute address."""
        data = "data." if self.is_lookup else ""
        return f"{module_path(self.modules, '.')}{data}{self.type}.{self.resource}"

    @property
    def block(self) -> "Address":
        """The same without any index: what stands in the configuration once for all its instances."""
        return Address(bare(self.modules), self.type, Step(self.resource.name), self.is_lookup)

    def within(self, modules: tuple[Step, ...]) -> "Address":
        """The same, taken as relative to a module."""
        return replace(self, modules=modules + self.modules)


def bare(modules: tuple[Step, ...]) -> tuple[Step, ...]:
    """The modules without their indexes."""
    return tuple(Step(step.name) for step in modules)


def module_path(modules: tuple[Step, ...], end: str = "") -> str:
    """``module.db.module.subnets[0]``, with ``end`` behind it unless it is the root."""
    return ".".join(f"{_MODULE}.{step}" for step in modules) + (end if modules else "")


def index_of(key: object) -> str:
    """The index of an instance as it is printed: a number, or a text in quotes; empty for anything else.

    >>> index_of(0), index_of("test.1"), index_of(None)
    ('[0]', '["test.1"]', '')
    """
    if isinstance(key, bool) or not isinstance(key, (int, str)):
        return ""
    if isinstance(key, int):
        return f"[{key}]" if key >= 0 else ""
    quoted = json.dumps(key, ensure_ascii=fault_of(key) is not None).replace("${", "$${").replace("%{", "%%{")
    return f"[{quoted}]"


def parse_address(text: str) -> Address | None:
    """Read an address, absolute or relative, with or without indexes, also ``type.name.0`` of old states.

    ``None`` when it is none, or names a module as a whole.  Linear in its length.

    >>> str(parse_address('module.db["a.b"].aws_instance.web["test.1"]'))
    'module.db["a.b"].aws_instance.web["test.1"]'
    >>> str(parse_address("aws_instance.k8s-node.3"))
    'aws_instance.k8s-node[3]'
    """
    split = _split(text)
    if split is None:
        return None
    modules, rest = split
    is_lookup = bool(rest) and rest[0] == Step(_DATA)
    rest = rest[1:] if is_lookup else rest
    if len(rest) > _TYPE_AND_NAME and not rest[1].index and _LEGACY_INDEX.fullmatch(str(rest[2])):
        index = "" if rest[2].name == "*" else f"[{rest[2]}]"
        rest = [rest[0], Step(rest[1].name, index), *rest[3:]]
    if len(rest) != _TYPE_AND_NAME or rest[0].index:
        return None
    return Address(modules, rest[0].name, rest[1], is_lookup)


def parse_modules(text: str) -> tuple[Step, ...] | None:
    """Read the address of a module; the empty text is the root.  ``None`` when it is none."""
    if not text:
        return ()
    split = _split(text)
    return split[0] if split is not None and not split[1] else None


def _split(text: str) -> tuple[tuple[Step, ...], list[Step]] | None:
    """The modules in front and the segments behind them."""
    segments = _segments(text)
    if segments is None:
        return None
    modules: list[Step] = []
    while len(segments) >= _TYPE_AND_NAME and segments[0] == Step(_MODULE):
        modules.append(segments[1])
        segments = segments[2:]
    return tuple(modules), segments


def _segments(text: str) -> list[Step] | None:
    if not text or text.startswith(".") or len(text) > MAX_ADDRESS or fault_of(text) is not None:
        return None
    found: list[Step] = []
    position = 0
    while position < len(text):
        match = _SEGMENT.match(text, position)
        if match is None or (position > 0 and text[position] != "."):
            return None
        found.append(Step(match.group(1), match.group(2)))
        position = match.end()
    return found
