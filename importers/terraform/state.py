"""The resources of a state file: version 4, and version 3 of the times before 0.12."""

from collections.abc import Iterator, Mapping

from cmdb.model.observations import Problem, Where
from cmdb.model.values import JSONValue
from importers.fields import at, entries, mapping, text
from importers.terraform.addresses import Address, Step, index_of, parse_address, parse_modules
from importers.terraform.flat import unflattened
from importers.terraform.masking import mask_of_paths, taken, unmasked
from importers.terraform.resources import Dependency, Reach, Resource, left_out, no_list

_MODES = {"managed": False, "data": True}
_ROOT = "root"


def resources_of_state(state: Mapping[str, JSONValue], file: str) -> Iterator[Resource | Problem]:
    """Every instance of every resource of a state of version 4, deposed ones too, in the order of the file."""
    yield from no_list(state, "resources", Where(file))
    for number, entry in enumerate(entries(state, "resources")):
        pointer = f"resources[{number}]"
        address = _address(entry)
        if address is None:
            yield left_out(Where(file, pointer=pointer), "A resource lacks its mode, type or name.")
            continue
        yield from no_list(entry, "instances", Where(file, pointer=pointer))
        for position, instance in enumerate(entries(entry, "instances")):
            inner = f"{pointer}.instances[{position}]"
            if isinstance(instance, Mapping):
                yield _instance(entry, instance, address, inner)
            else:
                yield left_out(Where(file, pointer=inner), "An instance is no object.")


def resources_of_old_state(state: Mapping[str, JSONValue], file: str) -> Iterator[Resource | Problem]:
    """Every resource of a state of version 3: a map by address in each module."""
    yield from no_list(state, "modules", Where(file))
    for number, module in enumerate(entries(state, "modules")):
        names = [text(name) for name in entries(module, "path")]
        modules = tuple(Step(name) for name in names if name)
        modules = modules[1:] if names[:1] == [_ROOT] else modules
        for position, (key, body) in enumerate(mapping(module, "resources").items()):
            pointer = f"modules[{number}].resources.{text(key) or position}"
            address = parse_address(key)
            if address is None or address.modules or not isinstance(body, Mapping):
                yield left_out(Where(file, pointer=pointer), "This is no resource under its address.")
            else:
                yield _old(body, address.within(modules), pointer)


def dependencies_of(body: JSONValue, field: str, reach: Reach) -> Iterator[Dependency]:
    """The entries of a list of dependencies that are texts."""
    for position, entry in enumerate(entries(body, field)):
        if found := text(entry):
            yield Dependency(found, f"{field}[{position}]", reach)


def _address(entry: JSONValue) -> Address | None:
    modules = parse_modules(text(entry, "module"))
    mode, type_, name = text(entry, "mode"), text(entry, "type"), text(entry, "name")
    if modules is None or mode not in _MODES or not type_ or not name:
        return None
    return Address(modules, type_, Step(name), _MODES[mode])


def _instance(entry: JSONValue, instance: JSONValue, address: Address, pointer: str) -> Resource:
    index = index_of(at(instance, "index_key"))
    flat = mapping(instance, "attributes_flat")
    values = unflattened(flat) if flat else mapping(instance, "attributes")
    mask = mask_of_paths(at(instance, "sensitive_attributes"))
    return Resource(
        Address(address.modules, address.type, Step(address.resource.name, index), address.is_lookup),
        text(instance, "provider") or text(entry, "provider"),
        {name: _plain(value) for name, value in mapping(unmasked(values, mask)).items()},
        (
            *dependencies_of(instance, "dependencies", Reach.ABSOLUTE),
            *dependencies_of(instance, "depends_on", Reach.RELATIVE),
        ),
        pointer,
        text(instance, "deposed"),
        text(instance, "status"),
        frozenset(taken(values, mask)),
    )


def _plain(value: JSONValue) -> JSONValue:
    """The value of an attribute whose type is not fixed; beside it stands its type."""
    return value["value"] if isinstance(value, Mapping) and value.keys() == {"value", "type"} else value


def _old(body: JSONValue, address: Address, pointer: str) -> Resource:
    values = unflattened(mapping(body, "primary", "attributes"))
    own_id = text(body, "primary", "id")
    return Resource(
        address,
        text(body, "provider"),
        values if "id" in values or not own_id else {"id": own_id, **values},
        tuple(dependencies_of(body, "depends_on", Reach.RELATIVE)),
        pointer,
        status="tainted" if at(body, "primary", "tainted") is True else "",
    )
