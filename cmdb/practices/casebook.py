"""Looking through duplicate cases: which wait for a decision, and what the two in question have in common."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cmdb.errors import NotFound
from cmdb.ingest.cases import CASE, STATE, SUSPECTS, CaseState
from cmdb.ingest.references import find_one
from cmdb.model.items import Item
from cmdb.model.queries import Comparison, Direction, Field, ItemQuery, Operator, Order
from cmdb.model.references import Reference
from cmdb.model.sources import SourceRecord
from cmdb.model.values import JSONValue, canonical
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A case and the items that it suspects to be one, the older first."""

    case: Item
    suspects: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Casebook:
    """Some of the cases, the older first, and how many there are in all."""

    cases: tuple[Suspicion, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """One field of the items in question: their values, in the order of the items, and whether they are the same."""

    field: str
    values: tuple[JSONValue, ...]

    @property
    def is_same(self) -> bool:
        """Whether all have it, and the same."""
        return None not in self.values and len({canonical(value) for value in self.values}) == 1


@dataclass(frozen=True, slots=True)
class Examination:
    """A case with all that helps to decide it: what both are, who speaks of each, how many relationships each has."""

    suspicion: Suspicion
    likenesses: tuple[Likeness, ...]
    records: tuple[Sequence[SourceRecord], ...]
    relationships: tuple[int, ...]


def casebook(store: Store, states: Collection[CaseState], limit: int) -> Casebook:
    """The oldest cases in some of the states that were not withdrawn: three reads, however many there are."""
    values = tuple(sorted(state.value for state in states))
    query = ItemQuery((CASE,), Comparison(STATE, Operator.IN, values), (Order(Field.CREATED_SEQ),), limit=limit)
    page = store.page(query)
    return Casebook(tuple(_suspected(store, page.items)), page.total)


def examine(store: Store, reference: Reference) -> Examination:
    """One case.

    Raises:
        NotFound, AmbiguousName: the reference names no case, or several.
    """
    case = find_one(reference, store, store.catalogue)
    if case.cls != CASE:
        raise NotFound(f"{case.label} is no duplicate case.", hint="List the cases with `cmdb duplicates`.")
    (suspicion,) = _suspected(store, [case])
    ids = [item.id for item in suspicion.suspects]
    said = store.records_of(ids)
    edges = [edge for edge in store.relationships_of(ids) if edge.type != SUSPECTS]
    return Examination(
        suspicion,
        tuple(_likenesses(suspicion.suspects)),
        tuple(said.get(id_, ()) for id_ in ids),
        tuple(sum(id_ in {edge.from_id, edge.to_id} for edge in edges) for id_ in ids),
    )


def _suspected(store: Store, cases: Sequence[Item]) -> list[Suspicion]:
    edges = store.relationships_of([case.id for case in cases], Direction.OUT, [SUSPECTS]) if cases else ()
    items = store.items({edge.to_id for edge in edges}) if edges else {}
    return [
        Suspicion(
            case,
            tuple(
                sorted(
                    (items[edge.to_id] for edge in edges if edge.from_id == case.id and edge.to_id in items),
                    key=lambda item: (item.created_seq, item.id),
                )
            ),
        )
        for case in cases
    ]


def _likenesses(suspects: Sequence[Item]) -> list[Likeness]:
    own = [
        Likeness("class", tuple(item.cls for item in suspects)),
        Likeness("name", tuple(item.name for item in suspects)),
        Likeness("lifecycle", tuple(item.lifecycle.value for item in suspects)),
    ]
    names = sorted({name for item in suspects for name in item.attributes})
    return own + [Likeness(name, tuple(item.attributes.get(name) for item in suspects)) for name in names]
