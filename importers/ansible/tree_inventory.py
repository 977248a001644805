"""Inventories as trees: YAML as people write it, and the JSON of ``ansible-inventory --list``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.ansible.inventory import Entry, Inventory
from importers.fields import mapping

OWN_TAGS: Final = ("!vault", "!vault-encrypted", "!unsafe")
"""Tags of Ansible: of what ``!vault`` marks nothing is read."""

_PARTS: Final = frozenset({"hosts", "children", "vars"})


@dataclass(frozen=True, slots=True)
class Source:
    """A tree with the places of its nodes, and which of them are encrypted."""

    value: JSONValue
    where: Callable[[str], Where]
    encrypted: frozenset[str] = frozenset()


def is_inventory(value: JSONValue) -> bool:
    """Whether a tree is an inventory: it has host variables, or a group with hosts, children or variables."""
    if not isinstance(value, Mapping):
        return False
    if "hostvars" in mapping(value, "_meta"):
        return True
    bodies = [body for name, body in value.items() if name != "_meta" and body is not None]
    groups = [body for body in bodies if isinstance(body, Mapping) and not _PARTS.isdisjoint(body)]
    return bool(groups) and len(groups) == len(bodies)


def read_tree(source: Source, inventory: Inventory) -> None:
    """Add what a tree says; what is of another form than Ansible's becomes a problem of the inventory."""
    for name, body in mapping(source.value).items():
        if name != "_meta":
            _group(_Node(name, body, name), source, inventory)
    for name, variables in mapping(source.value, "_meta", "hostvars").items():
        pointer = f"_meta.hostvars.{name}"
        host = inventory.host(name, source.where(pointer))
        if host is not None:
            _variables(host, _Node(name, variables, pointer), source)


@dataclass(frozen=True, slots=True)
class _Node:
    """A named value and the pointer to it."""

    name: str
    body: JSONValue
    pointer: str

    def part(self, name: str) -> "_Node":
        """A named part of it."""
        return _Node(name, mapping(self.body).get(name), f"{self.pointer}.{name}")

    def parts(self) -> Iterator["_Node"]:
        """The entries of a mapping; or of a list of names, which have no bodies."""
        if isinstance(self.body, Mapping):
            for name, body in self.body.items():
                yield _Node(name, body, f"{self.pointer}.{name}")
        elif isinstance(self.body, list):
            names = ((index, name) for index, name in enumerate(self.body) if isinstance(name, str))
            yield from (_Node(name, None, f"{self.pointer}[{index}]") for index, name in names)


def _children(node: _Node, source: Source, inventory: Inventory) -> None:
    for child in node.part("children").parts():
        inventory.put_group(node.name, child.name, source.where(child.pointer))
        if child.body is not None and child.name != node.name:
            _group(child, source, inventory)


def _group(node: _Node, source: Source, inventory: Inventory) -> None:
    where = source.where(node.pointer)
    group = inventory.group(node.name, where)
    if group is None:
        return
    if isinstance(node.body, list):  # groups of old scripts are lists of hosts
        _hosts(_Node(node.name, node.body, node.pointer), node.name, source, inventory)
    elif isinstance(node.body, Mapping):
        _hosts(node.part("hosts"), node.name, source, inventory)
        _variables(group, node.part("vars"), source)
        _children(node, source, inventory)
    elif node.body is not None:
        message = f"The group {node.name[:100]} has neither hosts, children nor vars. Correct it."
        inventory.problems.setdefault(Problem(Severity.INCOMPLETE, "GROUP_MALFORMED", message, where))


def _hosts(node: _Node, group: str, source: Source, inventory: Inventory) -> None:
    for entry in node.parts():
        where = source.where(entry.pointer)
        for host, port in inventory.hosts_of(entry.name, where):
            inventory.put_host(group, host.name, where)
            if port is not None:
                host.variables["ansible_port"] = port
            _variables(host, entry, source)


def _variables(entry: Entry, node: _Node, source: Source) -> None:
    for part in node.parts() if isinstance(node.body, Mapping) else ():
        if part.pointer not in source.encrypted:
            entry.variables[part.name] = part.body
