"""The kinds of items: configuration items, and each kind of record with the fields of its own."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import strawberry
from strawberry import field

from cmdb.errors import BadInput
from cmdb.ingest.cases import DECIDED_AT, DECIDED_BY, REASON, SURVIVOR, SUSPECTS, Case
from cmdb.model import items as model
from cmdb.model.catalogue import Catalogue
from cmdb.model.queries import Direction as Way
from cmdb.model.references import ById
from cmdb.practices.answers import DETAIL
from cmdb.practices.assessor import AFFECTS
from cmdb_graphql.assessments import Assessment, ListedArgument, checked_listing, shown_assessment
from cmdb_graphql.choices import DuplicateState, FailureState, Lifecycle
from cmdb_graphql.cohort import Cohort, Look, Ties
from cmdb_graphql.connections import PAGE, After, Connection, First, checked_size, connection, key_of
from cmdb_graphql.cursors import question_mark
from cmdb_graphql.fields import computed, drawn
from cmdb_graphql.items import Item, item_in
from cmdb_graphql.references import AsOfArgument, point
from cmdb_graphql.scalars import BigInt, as_json

UNHARMED = "none"
"""What the edge of a record says of a CI that nothing happens to."""


def _text(attribute: str) -> Callable[..., str | None]:
    def resolve(root: strawberry.Parent[Item]) -> str | None:
        value = root.version.attributes.get(attribute)
        return None if value is None else str(value)

    return resolve


def _number(attribute: str) -> Callable[..., float | None]:
    def resolve(root: strawberry.Parent[Item]) -> float | None:
        value = root.version.attributes.get(attribute)
        return float(value) if isinstance(value, int | float) else None

    return resolve


def _instant(attribute: str) -> Callable[..., datetime | None]:
    """A date is its first moment in UTC."""

    def resolve(root: strawberry.Parent[Item]) -> datetime | None:
        value = root.version.attributes.get(attribute)
        if not isinstance(value, str):
            return None
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    return resolve


@strawberry.type(description="A configuration item: anything that must be managed in order to deliver a service.")
class CI(Item):
    """Every class under the catalogue's root of CIs."""


@strawberry.type(description="A record of a class that has no type of its own here, such as a person or a process.")
class Record(Item):
    """Every other record."""


@strawberry.type(description="Something that a record affects, and how.")
class Affects:
    """One item and its state."""

    ends: strawberry.Private[Cohort]
    item_id: strawberry.ID = field(description="The id of the item.")
    state: FailureState = field(description="What happens to it; UP means that nothing does.")

    @computed("The item itself: a CI, service, offering or customer.")
    def item(self) -> Item | None:
        """The item; read once for the whole page."""
        return item_in(self.ends, self.item_id)

    @classmethod
    def of(cls, edge: model.Relationship, ends: Cohort) -> "Affects":
        """An edge of a record as it is shown."""
        state = edge.attributes.get("state", UNHARMED)
        up = state == UNHARMED
        return cls(
            ends=ends,
            item_id=strawberry.ID(edge.to_id),
            state=FailureState.UP if up else FailureState(state),
        )


@strawberry.interface(description="A record that says what happens to CIs: change, incident, problem or outage.")
class AffectingRecord(Item):
    """What these records have in common."""

    code: str | None = drawn(_text("code"), "Its number.")

    @computed("What it does to which items.")
    def affects(self, first: First = PAGE, after: After = None) -> Connection[Affects]:
        """One page; read once for all records beside this one."""
        mark = question_mark("affects", self.version.id, self.cohort.at)
        ties = self.cohort.ties(Look(Way.OUT, (AFFECTS,), checked_size(first), key_of(after, mark)))
        return connection(ties.of[self.version.id], mark, after, lambda edge: Affects.of(edge, ties.ends))

    @computed("What it does to everything else. Asked of one record at a time: not inside a longer list.")
    def impact(self, as_of: AsOfArgument = None, listed: ListedArgument = DETAIL) -> Assessment:
        """The blast radius, at the point in history of the record unless another one is given.

        Raises:
            BadInput: the record names no item that fails, or it stands in a list of several.
        """
        if len(self.cohort.ids) > 1:
            raise BadInput(
                "The impact of several records was asked at once.", hint="Ask it of one record: look the record up."
            )
        given = self.cohort.services
        at = self.cohort.at if as_of is None else point(given, as_of)
        answer = given.assessor.of_record(ById(self.version.id), at, checked_listing(listed))
        return shown_assessment(answer, given)


@strawberry.type(description="Addition, modification or removal of anything that could affect services.")
class Change(AffectingRecord):
    """A change."""

    change_type: str | None = drawn(_text("change_type"), "How it is authorised: standard, normal or emergency.")
    window_start_at: datetime | None = drawn(_instant("window_start"), "Start of the window; it belongs to the window.")
    window_end_at: datetime | None = drawn(_instant("window_end"), "End of the window; it no longer belongs to it.")
    requested_by: str | None = drawn(_text("requested_by"), "Who asked for it.")


@strawberry.type(description="Unplanned interruption or loss of quality of a service.")
class Incident(AffectingRecord):
    """An incident."""

    started_at: datetime | None = drawn(_instant("started_at"), "When it began.")
    ended_at: datetime | None = drawn(_instant("ended_at"), "When service was restored.")


@strawberry.type(description="Cause, known or not, of one or more incidents.")
class Problem(AffectingRecord):
    """A problem."""

    workaround: str | None = drawn(_text("workaround"), "How to live with it.")


@strawberry.type(description="Time in which something does not work.")
class Outage(AffectingRecord):
    """An outage."""

    started_at: datetime | None = drawn(_instant("started_at"), "When it began.")
    ended_at: datetime | None = drawn(_instant("ended_at"), "When service was restored.")


@strawberry.interface(description="Somebody who takes part in services.")
class Party(Item):
    """What customers, teams and suppliers have in common."""

    code: str | None = drawn(_text("code"), "Number or code by which it is known.")
    email: str | None = drawn(_text("email"), "Address for mail.")
    phone: str | None = drawn(_text("phone"), "Telephone number.")


@strawberry.type(description="Organisation or part of one that receives services.")
class Customer(Party):
    """A customer."""


@strawberry.type(description="Group of people with a duty.")
class Team(Party):
    """A team."""


@strawberry.type(description="Organisation that delivers something services stand on.")
class Supplier(Party):
    """A supplier."""


@strawberry.type(description="Means of delivering value to customers.")
class Service(Item):
    """A business or technical service."""

    code: str | None = drawn(_text("code"), "Number or code by which it is known.")
    service_hours: str | None = drawn(_text("service_hours"), "When it is promised.")


@strawberry.type(description="Service as it is offered to customers at a level and price.")
class Offering(Item):
    """An offering."""

    code: str | None = drawn(_text("code"), "Number or code by which it is known.")
    level: str | None = drawn(_text("level"), "Level, such as gold.")


@strawberry.type(description="What was promised: service level, operational level, or contract with a supplier.")
class Agreement(Item):
    """An agreement."""

    code: str | None = drawn(_text("code"), "Number of the agreement.")
    agreement_type: str | None = drawn(_text("agreement_type"), "Which kind of agreement it is: sla, ola or contract.")
    availability_target: float | None = drawn(_number("availability_target"), "Promised availability in percent.")
    valid_from: str | None = drawn(_text("valid_from"), "First day, as an ISO date.")
    valid_to: str | None = drawn(_text("valid_to"), "Last day, as an ISO date.")


@strawberry.type(description="Two items that may be one, and what was decided about them.")
class DuplicateCase(Item):
    """A case."""

    ground: str | None = drawn(_text("description"), "Why they may be one.")
    decided_by: str | None = drawn(_text(DECIDED_BY), "Who decided.")
    decided_at: datetime | None = drawn(_instant(DECIDED_AT), "When it was decided.")
    decision_reason: str | None = drawn(_text(REASON), "Why it was decided so.")

    @computed("What was decided.")
    def state(self) -> DuplicateState:
        """Open, merged or different."""
        return DuplicateState(Case(self.version, ()).state.value)

    @computed("The items in question; where one was merged into the other, still both.")
    def suspects(self) -> list[Item]:
        """Both; read once for all cases beside this one."""
        ends = self._ends()
        items = (item_in(ends.ends, edge.to_id) for _, edge in ends.of[self.version.id].rows)
        return [item for item in items if item is not None]

    @computed("What both became; null while they are two.")
    def survivor(self) -> Item | None:
        """One of the suspects."""
        survivor = self.version.attributes.get(SURVIVOR)
        return None if survivor is None else item_in(self._ends().ends, str(survivor))

    def _ends(self) -> Ties:
        return self.cohort.ties(Look(Way.OUT, (SUSPECTS,), PAGE))


KINDS: Final[Mapping[str, type[Item]]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            CI, Change, Incident, Problem, Outage, Customer, Team, Supplier, Service, Offering, Agreement,
            DuplicateCase, Record,
        )
    }
)  # fmt: skip
"""The type of every item, by the class of the catalogue that it or the nearest ancestor is."""


def kind_of(cls: str, catalogue: Catalogue) -> type[Item]:
    """The type that shows items of a class; a class that the catalogue lost is shown as a record."""
    lineage = catalogue.classes[cls].lineage if cls in catalogue.classes else ()
    return next((KINDS[name] for name in lineage if name in KINDS), Record)


def shown(item: model.Item, cohort: Cohort) -> Item:
    """An item as it is shown, beside the others of its cohort."""
    return kind_of(item.cls, cohort.services.catalogue)(
        id=strawberry.ID(item.id),
        version=item,
        cohort=cohort,
        class_=item.cls,
        name=item.name,
        lifecycle=Lifecycle(item.lifecycle.value),
        revision=BigInt(item.revision),
        created_seq=BigInt(item.created_seq),
        updated_seq=BigInt(item.from_seq),
        attributes=as_json(item.attributes),
    )
