"""The forms of an export, by the words in which callers ask for one."""

from collections.abc import Collection, Iterator
from enum import StrEnum

from cmdb.errors import BadInput
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Lifecycle
from cmdb.practices.exporting.canonical import canonical
from cmdb.practices.exporting.rows import rows
from cmdb.practices.exporting.selection import Selection
from cmdb.store.port import Store


class Form(StrEnum):
    """What an export is for."""

    ROWS = "rows"
    """To be imported again."""
    CANONICAL = "canonical"
    """To be compared."""

    def pieces(self, store: Store, at: int | None, selection: Selection) -> Iterator[bytes]:
        """Lines of the export, several in each piece: see :func:`rows` and :func:`canonical`."""
        return (rows if self is Form.ROWS else canonical)(store, at, selection)


def selection_of(
    catalogue: Catalogue, form: Form, classes: Collection[str], lifecycles: Collection[Lifecycle]
) -> Selection:
    """Classes with all that inherits from them (none named: all), of some lifecycles.

    Raises:
        UnknownClass: one of the classes.  BadInput: rows of retired items, which would come back to life.
    """
    if form is Form.ROWS and set(lifecycles) != {Lifecycle.LIVE}:
        hint = f"Ask for the form {Form.CANONICAL}, or leave the retired ones out."
        raise BadInput("Rows cannot say that an item is retired.", hint=hint)
    wanted = frozenset(name for cls in classes for name in catalogue.descendants(cls))
    return Selection(wanted or None, frozenset(lifecycles))
