"""The resources that ``terraform show -json`` prints: those of a state, and the state that a plan starts from."""

from collections.abc import Iterator

from cmdb.model.observations import Problem, Where
from cmdb.model.values import JSONValue
from importers.fields import at, entries, mapping, text
from importers.terraform.addresses import Address, Step, index_of, module_path, parse_modules
from importers.terraform.masking import mask_of_tree, taken, unmasked
from importers.terraform.resources import Reach, Resource, left_out, no_list
from importers.terraform.state import dependencies_of

_MODES = {"managed": False, "data": True}


def resources_of_values(shown: JSONValue, place: Where, reach: Reach) -> Iterator[Resource | Problem]:
    """The resources under ``values``, module by module, each with its absolute address.

    The printed address is not trusted: early versions leave out the index or the module.
    """
    yield from _module(at(shown, "root_module"), (), Where(place.file, pointer=f"{place.pointer}.root_module"), reach)


def address_of(entry: JSONValue, modules: tuple[Step, ...]) -> Address | None:
    """The address that mode, type, name and index give; ``None`` when one of the first three is missing."""
    mode, type_, name = text(entry, "mode"), text(entry, "type"), text(entry, "name")
    if mode not in _MODES or not type_ or not name:
        return None
    return Address(modules, type_, Step(name, index_of(at(entry, "index"))), _MODES[mode])


def _module(module: JSONValue, modules: tuple[Step, ...], place: Where, reach: Reach) -> Iterator[Resource | Problem]:
    yield from no_list(module, "resources", place)
    for position, entry in enumerate(entries(module, "resources")):
        where = Where(place.file, pointer=f"{place.pointer}.resources[{position}]")
        address = address_of(entry, modules)
        if address is None:
            yield left_out(where, "A resource lacks its mode, type or name.")
        else:
            yield _resource(entry, address, where.pointer, reach)
    yield from no_list(module, "child_modules", place)
    for position, child in enumerate(entries(module, "child_modules")):
        where = Where(place.file, pointer=f"{place.pointer}.child_modules[{position}]")
        inner = _modules_of(child, modules)
        if inner is None:
            yield left_out(where, "A module has no address.")
        else:
            yield from _module(child, inner, where, reach)


def _modules_of(child: JSONValue, parents: tuple[Step, ...]) -> tuple[Step, ...] | None:
    """The modules of a child, whose address may be relative to its parent's."""
    found = parse_modules(text(child, "address"))
    if not found:
        return None
    return found if module_path(found[: len(parents)]) == module_path(parents) else parents + found


def _resource(entry: JSONValue, address: Address, pointer: str, reach: Reach) -> Resource:
    values, mask = at(entry, "values"), mask_of_tree(at(entry, "sensitive_values"))
    return Resource(
        address,
        text(entry, "provider_name"),
        mapping(unmasked(values, mask)),
        tuple(dependencies_of(entry, "depends_on", reach)),
        pointer,
        text(entry, "deposed_key"),
        "tainted" if at(entry, "tainted") is True else "",
        frozenset(taken(values, mask)),
    )
