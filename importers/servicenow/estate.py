"""All rows of one import, indexed: what lives, of which class it is, and what references lead to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cmdb.model.items import Basis
from cmdb.model.observations import Problem, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from importers.servicenow.cells import Cell
from importers.servicenow.rows import Row
from importers.servicenow.statuses import is_gone
from importers.servicenow.tables import PARTIES, Sort, class_of, sort_of

_ROOMS = frozenset({"room"})
_REGIONS = frozenset({"country", "region", "city", "state/province", "state", "province"})
_YES = frozenset({"true", "1", "yes"})


@dataclass(frozen=True, slots=True)
class Lead:
    """Where a reference leads, and whether its row's key was told or only its name."""

    to: ByKey
    basis: Basis


@dataclass(frozen=True, slots=True)
class Estate:
    """The rows of one scope: the live ones by their key, in input order, and those that are no items."""

    scope: Scope
    items: Mapping[str, Row]
    others: tuple[Row, ...]
    names: Mapping[str, tuple[str, ...]]
    gone: frozenset[str]

    @classmethod
    def of(cls, scope: Scope, rows: Iterable[Row]) -> tuple["Estate", tuple[Problem, ...]]:
        """Sort out and index the rows; what is not taken over is told, once a table."""
        kept, problems = _sorted_out(rows)
        found: dict[str, Row] = {}
        gone: dict[str, Row] = {}
        for row in kept:
            if sort_of(row.table) is Sort.ITEM:
                place = gone if is_gone(row) else found
                if place.setdefault(row.key, row) is not row:
                    problems.append(_twice(row))
        names: dict[str, tuple[str, ...]] = {}
        for key, row in found.items():
            names[row.cell("name").text] = (*names.get(row.cell("name").text, ()), key)
        others = tuple(row for row in kept if sort_of(row.table) is not Sort.ITEM)
        estate = cls(scope, found, others, names, frozenset(gone.keys() - found.keys()))
        return estate, (*problems, *_retired(gone))

    def of_sort(self, sort: Sort) -> Iterator[Row]:
        """The rows that are no items, of one sort."""
        return (row for row in self.others if sort_of(row.table) is sort)

    def lead(self, cell: Cell) -> Lead | None:
        """Where a reference leads; by a name only when exactly one row of the input bears it.

        A name that none or several bear is kept as a key that nothing has: it is listed as dangling, never guessed.
        """
        if cell.sys_id or cell.value in self.items:
            return Lead(ByKey(self.scope, cell.sys_id or cell.value), Basis.DECLARED)
        if not cell.text:
            return None
        bearers = self.names.get(cell.text, ())
        return Lead(ByKey(self.scope, bearers[0] if len(bearers) == 1 else cell.text), Basis.INFERRED)

    def class_of(self, reference: ByKey) -> str | None:
        """The class of what a reference leads to, when the input has it."""
        row = self.items.get(reference.key)
        return item_class(row) if row is not None else None


def item_class(row: Row) -> str:
    """The class of a row: by its table, and where a table holds several sorts, by what the row says."""
    cls = class_of(row.table)
    if cls == "Place":
        sort = row.cell("cmn_location_type").word
        return "Room" if sort in _ROOMS else "Region" if sort in _REGIONS else "Site"
    if cls == "Organization":
        return "Supplier" if _is(row, "vendor") else "Customer" if _is(row, "customer") else "Organization"
    if cls == "Host" and _is(row, "virtual"):
        return "VirtualMachine"
    return cls or "OtherCI"


def is_party(row: Row) -> bool:
    """Whether a row is of a person or an organisation."""
    return item_class(row) in PARTIES


def fallbacks(estate: Estate) -> Iterator[Problem]:
    """One report for each table that has no class of its own, with the number of its rows."""
    without = [row for row in estate.items.values() if class_of(row.table) is None]
    counts = Counter(row.table for row in without)
    told: set[str] = set()
    for row in without:
        if row.table not in told:
            told.add(row.table)
            message = f"There is no class for {row.table}; rows that became OtherCI: {counts[row.table]}."
            yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, row.at("sys_class_name"), row.table)


def _is(row: Row, field: str) -> bool:
    return row.cell(field).word in _YES


def _sorted_out(rows: Iterable[Row]) -> tuple[list[Row], list[Problem]]:
    kept: list[Row] = []
    problems: list[Problem] = []
    refused: dict[str, list[Row]] = {}
    for row in rows:
        if not row.table:
            hint = "Add sys_class_name to sysparm_fields, or name the file like the table."
            problems.append(_error("ROW_WITHOUT_CLASS", f"Of which table the row is, is not told. {hint}", row))
            continue
        if sort_of(row.table) in (Sort.NEVER, Sort.NOT_TAKEN):
            refused.setdefault(row.table, []).append(row)
        elif sort_of(row.table) is Sort.ITEM and not row.key:
            problems.append(_error("ROW_WITHOUT_KEY", "The row has no sys_id. Add it to sysparm_fields.", row))
        else:
            kept.append(row)
    problems += [_not_taken(table, of_table) for table, of_table in refused.items()]
    return kept, problems


def _not_taken(table: str, rows: list[Row]) -> Problem:
    secret = sort_of(table) is Sort.NEVER
    why = "may hold secrets and is never read" if secret else "holds no CIs"
    severity = Severity.WARNING if secret else Severity.INFO
    message = f"The table {table} {why}; rows left out: {len(rows)}."
    return Problem(severity, "TABLE_NOT_READ", message, rows[0].where, table)


def _retired(gone: Mapping[str, Row]) -> Iterator[Problem]:
    counts = Counter(row.table for row in gone.values())
    told: set[str] = set()
    for row in gone.values():
        if row.table not in told:
            told.add(row.table)
            message = f"Rows of {row.table} that are retired, absent or inactive, and no live CIs: {counts[row.table]}."
            yield Problem(Severity.INFO, "ROWS_RETIRED", message, row.where, row.table)


def _twice(row: Row) -> Problem:
    return _error("DUPLICATE_KEY", f"The sys_id {row.key} stands twice; the first was taken. Remove one of them.", row)


def _error(code: str, message: str, row: Row) -> Problem:
    return Problem(Severity.ERROR, code, message, row.where, row.key)
