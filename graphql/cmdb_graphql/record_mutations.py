"""Mutations of records: changes, incidents and problems with what they affect, and every other record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb.ingest.edits import ItemPatch
from cmdb.model import items as model
from cmdb.model.catalogue.catalogue import RECORD as ROOT
from cmdb.model.references import Reference
from cmdb.model.values import JSONValue, iso
from cmdb.practices.records import NewRecord
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.inputs import (
    LONGEST_NAME,
    AffectsInput,
    LinkInput,
    affects_of,
    attributes_of,
    checked_text,
    request,
)
from cmdb_graphql.item_mutations import (
    KEY,
    REASON,
    Creation,
    Lifetime,
    Patch,
    Releasing,
    create,
    release,
    set_lifetime,
    update,
)
from cmdb_graphql.items import Item
from cmdb_graphql.kinds import Change, Incident, Problem, shown
from cmdb_graphql.references import reference
from cmdb_graphql.user_errors import Refused, attempted

K = TypeVar("K", bound=Item)

ChangeCreateError: TypeAlias = Annotated[
    Refused, strawberry.union("ChangeCreateError", description="Why no change was registered.")
]
IncidentCreateError: TypeAlias = Annotated[
    Refused, strawberry.union("IncidentCreateError", description="Why no incident was registered.")
]
ProblemCreateError: TypeAlias = Annotated[
    Refused, strawberry.union("ProblemCreateError", description="Why no problem was registered.")
]
RecordCreateError: TypeAlias = Annotated[
    Refused, strawberry.union("RecordCreateError", description="Why no record was created.")
]
RecordUpdateError: TypeAlias = Annotated[
    Refused, strawberry.union("RecordUpdateError", description="Why a record is as it was.")
]
RecordRetireError: TypeAlias = Annotated[
    Refused, strawberry.union("RecordRetireError", description="Why a record lives on.")
]
RecordReleaseError: TypeAlias = Annotated[
    Refused, strawberry.union("RecordReleaseError", description="Why a record is as it was.")
]
RecordRestoreError: TypeAlias = Annotated[
    Refused, strawberry.union("RecordRestoreError", description="Why a record stays retired.")
]


@strawberry.input
class Registration:
    """What every change, incident and problem is given."""

    name: str = field(description="What it is called.")
    code: str | None = field(description="Its number.", default=None)
    description: str | None = field(description="What it is about.", default=None)
    attributes: JSON | None = field(description="Further values by the names of attributes.", default=None)
    affects: list[AffectsInput] | None = field(description="What it does to which items.", default=None)
    links: list[LinkInput] | None = field(description="Relationships to other records and CIs.", default=None)
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input(description="A new change.")
class ChangeCreateInput(Registration):
    """What `changeCreate` is given."""

    change_type: str | None = field(description="How it is authorised: standard, normal or emergency.", default=None)
    window_start_at: datetime | None = field(description="Start of the window.", default=None)
    window_end_at: datetime | None = field(description="End of the window, after its start.", default=None)
    requested_by: str | None = field(description="Who asked for it.", default=None)


@strawberry.input(description="A new incident.")
class IncidentCreateInput(Registration):
    """What `incidentCreate` is given."""

    started_at: datetime | None = field(description="When it began.", default=None)
    ended_at: datetime | None = field(description="When service was restored.", default=None)


@strawberry.input(description="A new problem.")
class ProblemCreateInput(Registration):
    """What `problemCreate` is given."""

    workaround: str | None = field(description="How to live with it.", default=None)


@strawberry.input(description="A new record of any class: customer, service, offering, agreement, team ...")
class RecordCreateInput(Creation):
    """What `recordCreate` is given."""


@strawberry.input(description="What of a record changes.")
class RecordUpdateInput(Patch):
    """What `recordUpdate` is given."""


@strawberry.input(description="Which record is retired.")
class RecordRetireInput(Lifetime):
    """What `recordRetire` is given."""


@strawberry.input(description="Which retired record comes back.")
class RecordRestoreInput(Lifetime):
    """What `recordRestore` is given."""


@strawberry.input(description="What of a record is again as sources say.")
class RecordReleaseInput(Releasing):
    """What `recordRelease` is given."""


@strawberry.type(description="What became of `changeCreate`.")
class ChangeCreatePayload:
    """A change or errors."""

    change: Change | None = field(description="The new change; null when it was refused.")
    errors: list[ChangeCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `incidentCreate`.")
class IncidentCreatePayload:
    """An incident or errors."""

    incident: Incident | None = field(description="The new incident; null when it was refused.")
    errors: list[IncidentCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `problemCreate`.")
class ProblemCreatePayload:
    """A problem or errors."""

    problem: Problem | None = field(description="The new problem; null when it was refused.")
    errors: list[ProblemCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `recordCreate`.")
class RecordCreatePayload:
    """A record or errors."""

    record: Item | None = field(description="The new record; null when it was refused.")
    errors: list[RecordCreateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `recordUpdate`.")
class RecordUpdatePayload:
    """A record or errors."""

    record: Item | None = field(description="The record as it is now; null when the change was refused.")
    errors: list[RecordUpdateError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `recordRetire`.")
class RecordRetirePayload:
    """A record or errors."""

    record: Item | None = field(description="The retired record; null when it was refused.")
    errors: list[RecordRetireError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `recordRestore`.")
class RecordRestorePayload:
    """A record or errors."""

    record: Item | None = field(description="The restored record; null when it was refused.")
    errors: list[RecordRestoreError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `recordRelease`.")
class RecordReleasePayload:
    """A record or errors."""

    record: Item | None = field(description="The record as it is now; null when it was refused.")
    errors: list[RecordReleaseError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type
class RecordMutations:
    """Changes of records."""

    @computed("Registers a change and what it does to CIs, in one commit.")
    def change_create(
        self,
        info: Info,
        given: Annotated[ChangeCreateInput, strawberry.argument(name="input", description="The change.")],
    ) -> ChangeCreatePayload:
        """A new change."""
        own: dict[str, str | datetime | None] = {
            "change_type": given.change_type,
            "window_start": given.window_start_at,
            "window_end": given.window_end_at,
            "requested_by": given.requested_by,
        }
        item, errors = attempted(lambda: _register(info.context, given, "Change", own))
        return ChangeCreatePayload(change=_shown(info.context, item, Change), errors=errors)

    @computed("Registers an incident and what it does to CIs, in one commit.")
    def incident_create(
        self,
        info: Info,
        given: Annotated[IncidentCreateInput, strawberry.argument(name="input", description="The incident.")],
    ) -> IncidentCreatePayload:
        """A new incident."""
        own: dict[str, str | datetime | None] = {"started_at": given.started_at, "ended_at": given.ended_at}
        item, errors = attempted(lambda: _register(info.context, given, "Incident", own))
        return IncidentCreatePayload(incident=_shown(info.context, item, Incident), errors=errors)

    @computed("Registers a problem and what it does to CIs, in one commit.")
    def problem_create(
        self,
        info: Info,
        given: Annotated[ProblemCreateInput, strawberry.argument(name="input", description="The problem.")],
    ) -> ProblemCreatePayload:
        """A new problem."""
        own: dict[str, str | datetime | None] = {"workaround": given.workaround}
        item, errors = attempted(lambda: _register(info.context, given, "Problem", own))
        return ProblemCreatePayload(problem=_shown(info.context, item, Problem), errors=errors)

    @computed("Creates a record of any class, with relationships if wanted, in one commit.")
    def record_create(
        self,
        info: Info,
        given: Annotated[RecordCreateInput, strawberry.argument(name="input", description="The record.")],
    ) -> RecordCreatePayload:
        """A new record."""
        item, errors = attempted(lambda: create(info.context, given, ROOT))
        return RecordCreatePayload(record=_shown(info.context, item, Item), errors=errors)

    @computed("Changes name or attributes of a record.")
    def record_update(
        self,
        info: Info,
        given: Annotated[RecordUpdateInput, strawberry.argument(name="input", description="What changes.")],
    ) -> RecordUpdatePayload:
        """A patched record."""
        item, errors = attempted(lambda: update(info.context, given, ROOT))
        return RecordUpdatePayload(record=_shown(info.context, item, Item), errors=errors)

    @computed("Retires a record; its history and relationships are kept.")
    def record_retire(
        self,
        info: Info,
        given: Annotated[RecordRetireInput, strawberry.argument(name="input", description="Which record.")],
    ) -> RecordRetirePayload:
        """A retired record."""
        patch = ItemPatch(retired=True, expected_revision=given.expected_revision)
        item, errors = attempted(lambda: set_lifetime(info.context, given, ROOT, patch))
        return RecordRetirePayload(record=_shown(info.context, item, Item), errors=errors)

    @computed("Takes a retired record back.")
    def record_restore(
        self,
        info: Info,
        given: Annotated[RecordRestoreInput, strawberry.argument(name="input", description="Which record.")],
    ) -> RecordRestorePayload:
        """A restored record."""
        patch = ItemPatch(retired=False, expected_revision=given.expected_revision)
        item, errors = attempted(lambda: set_lifetime(info.context, given, ROOT, patch))
        return RecordRestorePayload(record=_shown(info.context, item, Item), errors=errors)

    @computed("Hands values that people set back to the sources; each is again as sources say.")
    def record_release(
        self,
        info: Info,
        given: Annotated[RecordReleaseInput, strawberry.argument(name="input", description="What is handed back.")],
    ) -> RecordReleasePayload:
        """A record without what people said."""
        item, errors = attempted(lambda: release(info.context, given, ROOT))
        return RecordReleasePayload(record=_shown(info.context, item, Item), errors=errors)


def _register(
    context: RequestContext, given: Registration, cls: str, own: Mapping[str, str | datetime | None]
) -> model.Item:
    values = {"code": given.code, "description": given.description, **own}
    said = {name: value for name, value in values.items() if value is not None}
    attributes: dict[str, JSONValue] = {
        name: iso(value) if isinstance(value, datetime) else value for name, value in said.items()
    }
    new = NewRecord(
        cls,
        checked_text("name", given.name, LONGEST_NAME),
        attributes_of(given.attributes) | attributes,
        affects_of(given.affects),
        _links(given.links),
    )
    return context.services.records.register(new, request(context, given.idempotency_key, given.reason))


def _links(given: Sequence[LinkInput] | None) -> list[tuple[str, Reference]]:
    return [(link.type, reference(link.to)) for link in given or ()]


def _shown(context: RequestContext, item: model.Item | None, kind: type[K]) -> K | None:
    if item is None:
        return None
    found = shown(item, Cohort.of(context.services, [item], None))
    return found if isinstance(found, kind) else None
