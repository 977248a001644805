"""The two views of everything that has versions: as it is, and as it was at a ``seq``."""

from dataclasses import dataclass

from cmdb.store.sqlite.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Versions:
    """The view of current versions and the view of all versions of one kind of thing."""

    live: str
    every: str

    def select(self, at: int | None, rest: str, what: str = "*") -> str:
        """A query over the versions that hold at ``:at`` (``None``: now); ``rest`` begins with a condition."""
        if at is None:
            return f"SELECT {what} FROM {self.live} WHERE {rest}"  # noqa: S608 - words of this package only
        held = "from_seq <= :at AND :at < to_seq"
        return f"SELECT {what} FROM {self.every} WHERE {held} AND {rest}"  # noqa: S608 - words of this package only


ITEMS = Versions("item_live", "item_version")
RELATIONSHIPS = Versions("relationship_live", "relationship_version")


def moment(at: int | None) -> Parameters:
    """The parameter ``:at`` of a query over versions, where it has one."""
    return {} if at is None else {"at": at}
