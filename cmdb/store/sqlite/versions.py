"""Queries over everything that has versions: as it is, as it was at a ``seq``, or all there ever was."""

from dataclasses import dataclass

from cmdb.store.sqlite.parameters import Parameters

_ONCE_TRUE = "+from_seq <= :at AND :at < +to_seq AND "
"""The plus keeps SQLite from walking the index of ``from_seq``, in which nearly everything satisfies this."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The view of current versions and the table of closed ones, with the same columns."""

    live: str
    past: str

    def select(self, at: int | None, condition: str, tail: str = "", what: str = "*") -> str:
        """The versions that hold at ``:at`` (``None``: now) and satisfy a condition; ``tail`` orders and limits."""
        if at is None:
            return f"SELECT {what} FROM {self.live} WHERE {condition} {tail}"  # noqa: S608 - words of this package
        return self._both(f"{_ONCE_TRUE}{condition}", tail, what)

    def every(self, condition: str, tail: str) -> str:
        """All versions that satisfy a condition."""
        return self._both(condition, tail, "*")

    def _both(self, condition: str, tail: str, what: str) -> str:
        """Each half has the condition of its own: SQLite does not push one with a list into a compound query."""
        halves = (f"SELECT * FROM {place} WHERE {condition}" for place in (self.live, self.past))  # noqa: S608 - as above
        return f"SELECT {what} FROM ({' UNION ALL '.join(halves)}) {tail}"  # noqa: S608 - as above


ITEMS = Versions("item_live", "item_past")
RELATIONSHIPS = Versions("relationship_live", "relationship_past")


def moment(at: int | None) -> Parameters:
    """The parameter ``:at`` of a query over versions, where it has one."""
    return {} if at is None else {"at": at}
