"""Kubernetes lists and manifests."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from cmdb.errors import InvalidReference
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from importers.base import Document, Importer, ReadOptions
from importers.evidence import merged
from importers.kubernetes.dependencies import dependency_edges
from importers.kubernetes.documents import objects_of
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.records import records_of
from importers.kubernetes.structure import structure_edges
from importers.kubernetes.usage import usage_edges

DEFAULT_SOURCE = "kubernetes/default"
"""The source of a cluster that nobody has named; the cluster's name is what stands behind the last slash."""
DEFAULT_NAMESPACE = "default"

_CERTAIN, _LIKELY = 0.95, 0.6


class KubernetesImporter(Importer):
    """Multi-document YAML and JSON manifests, ``List`` and typed lists.

    ``ReadOptions.source`` names the cluster (``kubernetes/prod-eu``), ``ReadOptions.boundary`` the namespace of objects
    that name none.  References need the whole input, so memory grows with its objects.
    """

    name: ClassVar[str] = "kubernetes"

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure when both words that every manifest has are there."""
        api_version, kind = b"apiVersion" in head, b"kind" in head
        if api_version and kind:
            return _CERTAIN
        looks_right = filename.endswith((".yaml", ".yml", ".json"))
        return _LIKELY if looks_right and kind and b"metadata" in head else 0.0

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then CIs (implied ones first), then edges, each in input order."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All manifests as one cluster: a selector or a host name reaches objects of another file."""
        source = options.source or DEFAULT_SOURCE
        _require_source(source)
        namespace = options.boundary or DEFAULT_NAMESPACE
        found = [entry for document in documents for entry in objects_of(document, namespace)]
        estate, twice = Estate.of(source, (entry for entry in found if isinstance(entry, Manifest)))
        yield from _counted(entry for entry in found if isinstance(entry, Problem))
        yield from twice
        if estate.manifests:
            yield from records_of(estate)
            yield from _edges(estate)


def _edges(estate: Estate) -> Iterator[RelationshipRecord | CIRecord]:
    for edges in (structure_edges, usage_edges, dependency_edges):
        yield from merged(edges(estate))


def _require_source(source: str) -> None:
    if not source.rpartition("/")[2]:
        raise InvalidReference(f"The source {source!r} names no cluster.", hint="Write kubernetes/NAME.")


def _counted(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems, kinds that are not taken over once each with their number."""
    held = list(problems)
    counts = Counter(problem.message for problem in held if problem.code == "KIND_NOT_MAPPED")
    told: set[str] = set()
    for problem in held:
        if problem.code != "KIND_NOT_MAPPED":
            yield problem
        elif problem.message not in told:
            told.add(problem.message)
            yield replace(problem, message=f"{problem.message} There are {counts[problem.message]}.")
