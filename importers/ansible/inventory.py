"""An inventory: hosts, groups, who is in which, and what was said of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cmdb.errors import BadInput
from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue, fault_of
from importers.ansible.patterns import expand, host_and_port

IMPLIED: Final = frozenset({"all", "ungrouped"})
"""Groups that every inventory has: they say nothing of their hosts."""
MAX_HOSTS: Final = 200_000
"""How many hosts an inventory may have."""
_MAX_NAME: Final = 1000


@dataclass(slots=True)
class Entry:
    """A host or a group: where it was first named, and its variables, those said last on top."""

    name: str
    where: Where
    variables: dict[str, JSONValue] = field(default_factory=dict)


@dataclass(slots=True)
class Inventory:
    """What the files of one inventory say together; it grows while they are read."""

    name: str
    hosts: dict[str, Entry] = field(default_factory=dict)
    groups: dict[str, Entry] = field(default_factory=dict)
    members: dict[tuple[str, str], Where] = field(default_factory=dict)
    """Group and host: where it says so."""
    children: dict[tuple[str, str], Where] = field(default_factory=dict)
    """Group and the group in it: where it says so."""
    problems: dict[Problem, None] = field(default_factory=dict)

    def host(self, name: str, where: Where) -> Entry | None:
        """The host of that name, made when there is none; nothing for a name that cannot be one."""
        if not self._usable(name, where):
            return None
        if name not in self.hosts and len(self.hosts) >= MAX_HOSTS:
            message = f"The inventory has more than {MAX_HOSTS} hosts; the others were left out. Split it."
            self._say(Problem(Severity.INCOMPLETE, "TOO_MANY_HOSTS", message, Where(where.file)))
            return None
        return self.hosts.setdefault(name, Entry(name, where))

    def hosts_of(self, pattern: str, where: Where) -> Iterator[tuple[Entry, int | None]]:
        """The hosts that a pattern stands for, with the port it gives; a pattern that is wrong is a problem."""
        if not self._usable(pattern, where):
            return
        bare, port = host_and_port(pattern)
        try:
            names = expand(bare)
        except BadInput as error:
            self._say(Problem(Severity.INCOMPLETE, "HOST_PATTERN", f"{error.message} {error.hint}", where))
            return
        for name in names:
            host = self.host(name, where)
            if host is not None:
                yield host, port

    def group(self, name: str, where: Where) -> Entry | None:
        """The group of that name, made when there is none; nothing for a name that cannot be one."""
        return self.groups.setdefault(name, Entry(name, where)) if self._usable(name, where) else None

    def put_host(self, group: str, host: str, where: Where) -> None:
        """Say that a host is in a group."""
        if self.group(group, where) is not None:
            self.members.setdefault((group, host), where)

    def put_group(self, parent: str, child: str, where: Where) -> None:
        """Say that a group is in a group; one in itself is a problem."""
        if parent == child:
            self._say(Problem(Severity.ERROR, "GROUP_IN_ITSELF", f"The group {parent} is in itself. Remove it.", where))
        elif self.group(parent, where) is not None and self.group(child, where) is not None:
            self.children.setdefault((parent, child), where)

    def inherited(self, names: Collection[str]) -> dict[str, dict[str, JSONValue]]:
        """Some variables of every host, its groups' where it has none: the nearer group says it, then the later name.

        Linear in hosts and memberships, times the groups above them once for each different set of groups.
        """
        above = _gathered((child, parent) for parent, child in self.children)
        groups = _gathered((host, group) for group, host in self.members)
        known: dict[tuple[str, ...], dict[str, JSONValue]] = {}
        result: dict[str, dict[str, JSONValue]] = {}
        for name, entry in self.hosts.items():
            direct = tuple(sorted(groups.get(name, ())))
            if direct not in known:
                known[direct] = self._of_groups(direct, above, names)
            result[name] = {**known[direct], **_chosen(entry.variables, names)}
        return result

    def _of_groups(
        self, direct: tuple[str, ...], above: Mapping[str, Sequence[str]], names: Collection[str]
    ) -> dict[str, JSONValue]:
        found: dict[str, JSONValue] = {}
        level, seen = list(direct), set(direct)
        while level:
            for group in reversed(level):
                found = {**_chosen(self.groups[group].variables, names), **found}
            level = sorted({parent for group in level for parent in above.get(group, ())} - seen)
            seen.update(level)
        return {**(_chosen(self.groups["all"].variables, names) if "all" in self.groups else {}), **found}

    def _usable(self, name: str, where: Where) -> bool:
        if name.strip() and len(name) <= _MAX_NAME and fault_of(name) is None:
            return True
        place = Where(where.file, where.line)
        self._say(Problem(Severity.ERROR, "NAME_UNUSABLE", "A host or group has no usable name. Give it one.", place))
        return False

    def _say(self, problem: Problem) -> None:
        self.problems.setdefault(problem)


def _chosen(variables: Mapping[str, JSONValue], names: Collection[str]) -> dict[str, JSONValue]:
    return {name: value for name, value in variables.items() if name in names}


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for key, value in pairs:
        gathered.setdefault(key, []).append(value)
    return gathered
