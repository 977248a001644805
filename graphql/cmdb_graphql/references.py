"""How a caller names an item or a point in history."""

from datetime import datetime
from typing import Annotated, TypeAlias

import strawberry
from strawberry import Maybe, field

from cmdb.errors import BadInput, InvalidReference
from cmdb.ingest.references import find
from cmdb.model.items import Item
from cmdb.model.references import ById, ByKey, ByName, Reference
from cmdb.model.sources import Scope
from cmdb.model.values import fault_of
from cmdb.practices.moments import Moment, seq_of
from cmdb.practices.services import Services
from cmdb_graphql.scalars import BigInt


@strawberry.input(description="A class and a name: unique only when one item bears it.")
class CIKey:
    """Class and name."""

    class_: str = field(name="class", description="The class, or an ancestor of it.")
    name: str = field(description="The exact name.")


@strawberry.input(description="A key that a source gave.")
class ExternalKey:
    """Source, scope and key."""

    source: str = field(description="The source instance, such as `kubernetes/prod-eu`.")
    scope: str = field(description="The boundary inside the source.", default="default")
    key: str = field(description="The key inside the scope.")


@strawberry.input(
    one_of=True,
    description="Names one CI or record in exactly one way: by id, class and name, or source key.",
)
class CIRef:
    """By id, by class and name, or by a source's key."""

    id: Maybe[strawberry.ID] = field(description="The immutable id.")
    key: Maybe[CIKey] = field(description="A class and a name.")
    external: Maybe[ExternalKey] = field(description="A key that a source gave.")


@strawberry.input(one_of=True, description="A point in history, in exactly one of two ways.")
class AsOfInput:
    """A sequence number or an instant."""

    seq: Maybe[BigInt] = field(description="As it was after the commit with this sequence number.")
    at: Maybe[datetime] = field(description="As it was at this instant.")


RefArgument: TypeAlias = Annotated[CIRef, strawberry.argument(description="Which CI or record.")]
AsOfArgument: TypeAlias = Annotated[
    AsOfInput | None, strawberry.argument(description="A point in history to read at; now when absent.")
]


def reference(ref: CIRef) -> Reference:
    """What the model calls it.

    Raises:
        InvalidReference: no scope can be called so, or a text that no store can hold.
    """
    named = _reference(ref)
    fault = fault_of(str(named))
    if fault is not None:
        raise InvalidReference(f"The reference {fault}.")
    return named


def _reference(ref: CIRef) -> Reference:
    if ref.id is not None:
        return ById(str(ref.id.value))
    if ref.key is not None:
        return ByName(ref.key.value.class_, ref.key.value.name)
    if ref.external is not None:
        external = ref.external.value
        return ByKey(Scope(external.source, external.scope), external.key)
    raise InvalidReference("The reference is empty.", hint="Give an id, a key or an external key.")


def point(services: Services, as_of: AsOfInput | None) -> int | None:
    """The ``seq`` of a point in history; ``None`` for now.

    Raises:
        SeqUnavailable: there is no such ``seq``.
    """
    if as_of is None:
        return None
    if as_of.seq is not None:
        return seq_of(services.store, int(as_of.seq.value))
    if as_of.at is not None:
        return seq_of(services.store, as_of.at.value)
    raise BadInput("The point in history is empty.", hint="Give a seq or an instant.")


def sought(services: Services, ref: CIRef, at: int | None) -> Item | None:
    """The one item that a reference means, ``None`` when there is none or the reference is malformed.

    Raises:
        AmbiguousName: several bear the name.  UnknownClass: the catalogue has no such class.
    """
    try:
        named = reference(ref)
    except InvalidReference:
        return None
    return find([named], Moment(services.store, at), services.catalogue).only(named)
