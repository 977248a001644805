"""The whole graph as lines of JSON: as rows that can be imported again, or in one canonical form to be compared."""

from cmdb.practices.exporting.canonical import canonical
from cmdb.practices.exporting.forms import Form, selection_of
from cmdb.practices.exporting.rows import rows
from cmdb.practices.exporting.selection import EVERYTHING, Selection

__all__ = ["EVERYTHING", "Form", "Selection", "canonical", "rows", "selection_of"]
