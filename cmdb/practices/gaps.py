"""What an answer could not know: dangling references, stale and inferred knowledge, groups without enough members."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from cmdb.ingest.edge_claims import record_of
from cmdb.ingest.references import find
from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Basis, Lifecycle
from cmdb.model.observations import RelationshipRecord
from cmdb.model.references import ByIdentifier, ByName
from cmdb.model.sources import SourceRecord
from cmdb.practices.answers import Affected, Gaps
from cmdb.practices.dependencies import DependencyGraph
from cmdb.store.port import Store

STALE_AFTER = timedelta(days=30)
PAGE = 2_000


def gaps(
    store: Store,
    graph: DependencyGraph,
    radius: set[int],
    listed: Sequence[Affected],
    live: bool,  # noqa: FBT001 - a fact about the graph, not a switch
) -> Gaps:
    """Everything doubtful inside a radius, in reads that do not grow with it but by pages of unresolved references."""
    return Gaps(
        dangling=tuple(_dangling(store, graph, radius)) if live else None,
        stale=_stale(store, listed) if live else None,
        unverified=sum(row.basis is Basis.INFERRED for row in listed),
        retired=sum(graph.items[number].lifecycle is Lifecycle.RETIRED for number in radius),
        hidden=0,
        overcommitted=tuple(_overcommitted(graph, radius)),
    )


def _overcommitted(graph: DependencyGraph, radius: set[int]) -> Iterator[str]:
    groups, members = graph.graph.groups, graph.graph.table.n
    for index in sorted(graph.graph.overcommitted, key=lambda index: (groups[index].owner, groups[index].name)):
        spec = groups[index]
        if spec.owner in radius:
            yield f"{graph.label(spec.owner)} {spec.name}: needs {spec.min_up} of {members[index]}"


def _stale(store: Store, listed: Sequence[Affected]) -> int:
    limit = datetime.now(UTC) - STALE_AFTER
    records = store.records_of([row.id for row in listed])
    return sum(bool(said) and all(record.seen_at < limit for record in said) for said in records.values())


def _dangling(store: Store, graph: DependencyGraph, radius: set[int]) -> Iterator[str]:
    for page in _unresolved(store):
        rows = [row for record in page if _is_understood(row := record_of(record), store.catalogue)]
        references = {reference for row in rows for reference in (row.from_ref, row.to_ref)}
        found = find(references, store, store.catalogue)
        for row in rows:
            ends = [found.of(end, row.scope) for end in (row.from_ref, row.to_ref)]
            if any(graph.numbers.get(item.id) in radius for items in ends for item in items):
                origin, target = (
                    items[0].label if items else str(end)
                    for items, end in zip(ends, (row.from_ref, row.to_ref), strict=True)
                )
                yield f"{origin} {row.type} {target}"


def _is_understood(row: RelationshipRecord, catalogue: Catalogue) -> bool:
    """Whether the catalogue still knows the classes by which a record names its ends."""
    classes = [ref.cls for ref in (row.from_ref, row.to_ref) if isinstance(ref, ByName | ByIdentifier)]
    return all(cls is None or cls in catalogue.classes for cls in classes)


def _unresolved(store: Store) -> Iterator[Sequence[SourceRecord]]:
    page = store.unresolved(None, PAGE)
    while page:
        yield page
        page = store.unresolved((page[-1].scope, page[-1].key), PAGE)
