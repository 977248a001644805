"""What people should know of an input: what was left out, what became the general class, what cannot be followed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from cmdb.model.observations import Problem, Severity, Where
from importers.netbox.devices import Machines, role_of
from importers.netbox.estate import Estate
from importers.netbox.models import Reading, reading_of
from importers.netbox.rows import Row, Skipped, key_text
from importers.netbox.wiring import MAX_PORTS, Wiring

_GENERIC_FIELDS = (
    "content_type", "object_type", "assigned_object_type", "termination_type", "termination_a_type",
    "termination_b_type", "scope_type",
)  # fmt: skip


def not_taken(skipped: Sequence[Skipped]) -> Iterator[Problem]:
    """One remark that names every model that was not looked at, with the number of its rows."""
    if skipped:
        counts = sorted(Counter(row.model for row in skipped).items())
        listed = ", ".join(f"{model} ({count})" for model, count in counts[:50])
        more = f" and {len(counts) - 50} more" if len(counts) > 50 else ""  # noqa: PLR2004 - enough for one line
        message = f"Models that say nothing of the inventory were not looked at: {listed}{more}."
        yield Problem(Severity.INFO, "MODEL_NOT_TAKEN", message, skipped[0].where)


def fallen_back(machines: Machines) -> Iterator[Problem]:
    """A remark for each role and each model that has no class of its own, with the number of rows."""
    estate = machines.estate
    for model in sorted(model for model in estate.by_model if reading_of(model) is Reading.FALLS_BACK):
        rows = estate.by_model[model]
        message = f"There is no class for {model}: {len(rows)} became OtherCI, by name only."
        yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, rows[0].where, model)
    unknown: dict[str, list[Row]] = {}
    for row in estate.rows("dcim.device"):
        if machines.class_of(row)[1]:
            unknown.setdefault(role_of(estate, row), []).append(row)
    for role, rows in unknown.items():
        named = f"The device role {role!r} names no class" if role else "No device role is known"
        message = f"{named}, nor do the types: {len(rows)} became OtherDevice."
        yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, rows[0].where, role or "dcim.device")


def not_followed(wiring: Wiring) -> Iterator[Problem]:
    """A problem for each cable whose ends have too many ports to be told apart."""
    for cable in wiring.too_wide():
        message = f"Cable {cable.pk} has more than {MAX_PORTS} ports on one end; it was not followed. Split it."
        yield Problem(Severity.WARNING, "CABLE_NOT_FOLLOWED", message, cable.row.where, cable.pk)


def unknown_content_types(estate: Estate) -> Iterator[Problem]:
    """A problem for each number of a content type that no row explains: what it leads to cannot be told."""
    counts: Counter[str] = Counter()
    places: dict[str, Where] = {}
    for row in chain.from_iterable(estate.by_model.values()):
        for value in map(row.fields.get, _GENERIC_FIELDS):
            number = key_text(value)
            if number.isdecimal() and not estate.model_of(value):
                counts[number] += 1
                places.setdefault(number, row.where)
    for number, count in counts.items():
        message = (
            f"{count} references are of the content type {number}, which the dump does not explain. "
            "Dump contenttypes with it, or use --natural-foreign."
        )
        yield Problem(Severity.INCOMPLETE, "CONTENT_TYPE_UNKNOWN", message, places[number], number)
