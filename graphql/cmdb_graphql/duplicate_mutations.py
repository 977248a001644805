"""Mutations of duplicate cases: opening one, deciding it, taking a decision back."""

from typing import Annotated, TypeAlias

import strawberry
from strawberry import field

from cmdb.ingest.duplicates import Decision, Verdict
from cmdb.model import items as model
from cmdb_graphql.cohort import Cohort
from cmdb_graphql.context import Info, RequestContext
from cmdb_graphql.fields import computed
from cmdb_graphql.inputs import request
from cmdb_graphql.item_mutations import KEY, REASON
from cmdb_graphql.items import Item
from cmdb_graphql.kinds import DuplicateCase, shown
from cmdb_graphql.references import CIRef, reference
from cmdb_graphql.scalars import BigInt
from cmdb_graphql.user_errors import Refused, attempted

DuplicateCaseOpenError: TypeAlias = Annotated[
    Refused, strawberry.union("DuplicateCaseOpenError", description="Why no case was opened.")
]
DuplicateCaseMergeError: TypeAlias = Annotated[
    Refused, strawberry.union("DuplicateCaseMergeError", description="Why the two stay two.")
]
DuplicateCaseDifferError: TypeAlias = Annotated[
    Refused, strawberry.union("DuplicateCaseDifferError", description="Why the case is as it was.")
]
DuplicateCaseUndoError: TypeAlias = Annotated[
    Refused, strawberry.union("DuplicateCaseUndoError", description="Why the decision stands.")
]


@strawberry.input
class CaseDecision:
    """What every decision is given."""

    ref: CIRef = field(description="The case.")
    expected_revision: BigInt | None = field(
        description="The revision of the case that was read; refused when it is not the current one.", default=None
    )
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description="Why; kept with the case and written into the commit.", default="")


@strawberry.input(description="Which two may be one.")
class DuplicateCaseOpenInput:
    """What `duplicateCaseOpen` is given."""

    one: CIRef = field(description="A CI or record.")
    other: CIRef = field(description="Another one.")
    idempotency_key: str | None = field(description=KEY, default=None)
    reason: str = field(description=REASON, default="")


@strawberry.input(description="That both are one.")
class DuplicateCaseMergeInput(CaseDecision):
    """What `duplicateCaseMerge` is given."""

    survivor: CIRef | None = field(
        description="Which of the two stays; when absent, the one that lives, else the older.", default=None
    )
    dry_run: bool = field(description="Whether to answer what would be done and to write nothing.", default=False)


@strawberry.input(description="That they differ.")
class DuplicateCaseDifferInput(CaseDecision):
    """What `duplicateCaseDiffer` is given."""


@strawberry.input(description="That a decision is taken back.")
class DuplicateCaseUndoInput(CaseDecision):
    """What `duplicateCaseUndo` is given."""

    dry_run: bool = field(description="Whether to answer what would be done and to write nothing.", default=False)


@strawberry.type(description="What goes over from one item to another, or back.")
class Moved:
    """Bindings and relationships."""

    bindings: list[str] = field(description="Source records that go over, as `source/scope#key`.")
    relationship_count: int = field(description="How many relationships or claims to them follow.")
    set_aside: list[str] = field(
        description="Relationships that the survivor cannot have beside its own; their claims are kept unresolved."
    )


@strawberry.type(description="What became of `duplicateCaseOpen`.")
class DuplicateCaseOpenPayload:
    """A case or errors."""

    case: DuplicateCase | None = field(description="The case of the pair; null when it was refused.")
    errors: list[DuplicateCaseOpenError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `duplicateCaseMerge`.")
class DuplicateCaseMergePayload:
    """A decision or errors."""

    case: DuplicateCase | None = field(description="The decided case; null when it was refused.")
    survivor: Item | None = field(description="What both became; null when it was refused or decided before.")
    other: Item | None = field(description="What went into it; null when it was refused or decided before.")
    moved: Moved | None = field(description="What went over; null when it was refused or decided before.")
    errors: list[DuplicateCaseMergeError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `duplicateCaseDiffer`.")
class DuplicateCaseDifferPayload:
    """A case or errors."""

    case: DuplicateCase | None = field(description="The decided case; null when it was refused.")
    errors: list[DuplicateCaseDifferError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type(description="What became of `duplicateCaseUndo`.")
class DuplicateCaseUndoPayload:
    """A case or errors."""

    case: DuplicateCase | None = field(description="The case, open again; null when it was refused.")
    survivor: Item | None = field(description="What had taken the other in; null when nothing was merged.")
    other: Item | None = field(description="What is of its own again; null when nothing was merged.")
    moved: Moved | None = field(description="What went back; null when nothing was merged.")
    errors: list[DuplicateCaseUndoError] = field(description="Why it was refused; empty when it was not.")


@strawberry.type
class DuplicateMutations:
    """Decisions of duplicate cases."""

    @computed("Says that two may be one; a pair has one case, however often it is opened.")
    def duplicate_case_open(
        self,
        info: Info,
        given: Annotated[DuplicateCaseOpenInput, strawberry.argument(name="input", description="Which two.")],
    ) -> DuplicateCaseOpenPayload:
        """A case."""
        context = info.context

        def opened() -> model.Item:
            asked = request(context, given.idempotency_key, given.reason)
            return context.services.duplicates.open(reference(given.one), reference(given.other), asked)

        case, errors = attempted(opened)
        return DuplicateCaseOpenPayload(case=_case(context, case), errors=errors)

    @computed("Decides that both are one: all that is said of the other goes to the survivor, in one commit.")
    def duplicate_case_merge(
        self,
        info: Info,
        given: Annotated[DuplicateCaseMergeInput, strawberry.argument(name="input", description="The decision.")],
    ) -> DuplicateCaseMergePayload:
        """A merge."""
        context, duplicates = info.context, info.context.services.duplicates

        def merged() -> Decision:
            survivor = None if given.survivor is None else reference(given.survivor)
            decide = duplicates.preview if given.dry_run else duplicates.merge
            return decide(_verdict(context, given), survivor)

        made, errors = attempted(merged)
        return DuplicateCaseMergePayload(
            case=_case(context, made.case if made else None),
            survivor=_item(context, made.survivor if made else None),
            other=_item(context, made.other if made else None),
            moved=_moved(made),
            errors=errors,
        )

    @computed("Decides that they differ: they stay apart, and no import asks again.")
    def duplicate_case_differ(
        self,
        info: Info,
        given: Annotated[DuplicateCaseDifferInput, strawberry.argument(name="input", description="The decision.")],
    ) -> DuplicateCaseDifferPayload:
        """A difference."""
        context = info.context
        made, errors = attempted(lambda: context.services.duplicates.differ(_verdict(context, given)))
        return DuplicateCaseDifferPayload(case=_case(context, made.case if made else None), errors=errors)

    @computed("Takes a decision back: what was merged is two again, each as its sources describe it now.")
    def duplicate_case_undo(
        self,
        info: Info,
        given: Annotated[DuplicateCaseUndoInput, strawberry.argument(name="input", description="Which decision.")],
    ) -> DuplicateCaseUndoPayload:
        """An open case."""
        context, duplicates = info.context, info.context.services.duplicates

        def undone() -> Decision:
            decide = duplicates.preview_undo if given.dry_run else duplicates.undo
            return decide(_verdict(context, given))

        made, errors = attempted(undone)
        return DuplicateCaseUndoPayload(
            case=_case(context, made.case if made else None),
            survivor=_item(context, made.survivor if made else None),
            other=_item(context, made.other if made else None),
            moved=_moved(made),
            errors=errors,
        )


def _verdict(context: RequestContext, given: CaseDecision) -> Verdict:
    asked = request(context, given.idempotency_key, given.reason)
    return Verdict(reference(given.ref), asked, given.expected_revision)


def _moved(made: Decision | None) -> Moved | None:
    if made is None or made.survivor is None:
        return None
    return Moved(bindings=list(made.bindings), relationship_count=made.relationships, set_aside=list(made.set_aside))


def _item(context: RequestContext, item: model.Item | None) -> Item | None:
    return None if item is None else shown(item, Cohort.of(context.services, [item], None))


def _case(context: RequestContext, item: model.Item | None) -> DuplicateCase | None:
    found = _item(context, item)
    return found if isinstance(found, DuplicateCase) else None
