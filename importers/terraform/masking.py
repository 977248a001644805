"""What a file marks as sensitive is taken out of its values before anything looks at them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from cmdb.model.values import JSONValue

Mask: TypeAlias = "bool | Mapping[str | int, Mask]"
"""What to take out: all of it, or parts by attribute name and list position."""


def mask_of_tree(tree: JSONValue) -> Mask:
    """The mask that ``sensitive_values`` draws: the form of the values, with ``true`` where one is sensitive."""
    if isinstance(tree, Mapping):
        return {name: mask_of_tree(part) for name, part in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return {position: mask_of_tree(part) for position, part in enumerate(tree)}
    return tree is not None and tree is not False


def mask_of_paths(paths: JSONValue) -> Mask:
    """The mask of ``sensitive_attributes``: lists of steps, each the name of an attribute or an index.

    A step that is not understood ends its path there, so that rather too much is taken out than too little.
    """
    if not isinstance(paths, list):
        return paths is not None
    mask: Mask = {}
    for path in paths:
        mask = _joined(mask, _steps(path))
    return mask


def unmasked(value: JSONValue, mask: Mask) -> JSONValue:
    """The value without what the mask takes out; what was taken out of a list leaves ``None`` behind."""
    if mask is True:
        return None
    if mask is False:
        return value
    if isinstance(value, Mapping):
        return {
            name: unmasked(part, mask.get(name, False)) for name, part in value.items() if mask.get(name) is not True
        }
    if isinstance(value, list):
        return [unmasked(part, mask.get(position, False)) for position, part in enumerate(value)]
    return None if mask else value


def taken(value: JSONValue, mask: Mask) -> Iterator[str]:
    """The texts that the mask takes out of the value, for they may stand elsewhere without a mark."""
    match value:
        case str() if mask and value:
            yield value
        case Mapping():
            for name, part in value.items():
                yield from taken(part, mask if isinstance(mask, bool) else mask.get(name, False))
        case list():
            for position, part in enumerate(value):
                yield from taken(part, mask if isinstance(mask, bool) else mask.get(position, False))
        case _:
            pass  # numbers and truth values stand elsewhere by chance


def _steps(path: JSONValue) -> list[str | int]:
    found: list[str | int] = []
    for step in path if isinstance(path, list) else []:
        value = step.get("value") if isinstance(step, Mapping) else step
        if isinstance(value, Mapping):
            value = value.get("value")
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            break
        found.append(value)
    return found


def _joined(mask: Mask, steps: Sequence[str | int]) -> Mask:
    if isinstance(mask, bool) and mask:
        return mask
    if not steps:
        return True
    parts = {} if isinstance(mask, bool) else mask
    return {**parts, steps[0]: _joined(parts.get(steps[0], False), steps[1:])}
