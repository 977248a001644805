"""Edges from what runs to what its pods use: images, accounts, configuration, claims."""

import re
from collections.abc import Iterator
from dataclasses import replace

from cmdb.model.observations import RelationshipRecord
from importers.fields import entries, text
from importers.kubernetes.edges import Finding, edge
from importers.kubernetes.estate import IMAGES_BOUNDARY, Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.pods import (
    Use,
    claims_of,
    containers_of,
    environment_sources_of,
    environment_values_of,
    volume_configuration_of,
)
from importers.kubernetes.records import CLAIMS_GROUP


def usage_edges(estate: Estate) -> Iterator[RelationshipRecord]:
    """All of them: those of a workload's pods stand once, at the workload, except claims that only one pod has."""
    units = {id(unit) for unit in estate.units()}
    for unit in estate.manifests:
        if id(unit) in units:
            yield from _images(estate, unit)
            yield from _account(estate, unit)
            yield from _configuration(estate, unit)
            yield from _claims(estate, unit)
            yield from _claims_from_templates(estate, unit)
        elif unit.kind.word == "Pod":
            yield from _claims_of_its_own(estate, unit)


def _images(estate: Estate, unit: Manifest) -> Iterator[RelationshipRecord]:
    for container in containers_of(unit):
        if container.image:
            ends = (
                estate.reference_to(unit),
                estate.reference("ContainerImage", IMAGES_BOUNDARY, container.image),
            )
            yield edge(unit, Finding(f"{container.pointer}.image"), "USES_IMAGE", ends)


def _account(estate: Estate, unit: Manifest) -> Iterator[RelationshipRecord]:
    spec, path = unit.pod_spec
    for field in ("serviceAccountName", "serviceAccount"):
        name = text(spec, field)
        known = estate.find("ServiceAccount", unit.namespace, name) is not None
        if name and (known or name != "default"):  # every namespace has a default account, whether listed or not
            ends = (estate.reference_to(unit), estate.reference("ServiceAccount", unit.namespace, name))
            yield edge(unit, Finding(f"{path}.{field}"), "RUNS_AS", ends)


def _configuration(estate: Estate, unit: Manifest) -> Iterator[RelationshipRecord]:
    uses = list(volume_configuration_of(unit))
    for container in containers_of(unit):
        uses += [*environment_sources_of(container), *environment_values_of(container)]
    for use in uses:
        if not use.optional or estate.find(use.kind, unit.namespace, use.name) is not None:
            yield _use(estate, unit, use, "USES_CONFIGURATION")


def _claims(estate: Estate, unit: Manifest) -> Iterator[RelationshipRecord]:
    for use in claims_of(unit):
        yield _use(estate, unit, use, "MOUNTS")


def _claims_from_templates(estate: Estate, unit: Manifest) -> Iterator[RelationshipRecord]:
    for index, template in enumerate(entries(unit.body, "spec", "volumeClaimTemplates")):
        stem = f"{text(template, 'metadata', 'name')}-{unit.name}-"
        numbered = re.compile(rf"{re.escape(stem)}\d+\Z")
        for claim in estate.of_kind("PersistentVolumeClaim"):
            if claim.namespace == unit.namespace and numbered.match(claim.name):
                finding = Finding(f"spec.volumeClaimTemplates[{index}]")
                ends = (estate.reference_to(unit), estate.reference_to(claim))
                yield replace(edge(unit, finding, "MOUNTS", ends), group=CLAIMS_GROUP)


def _claims_of_its_own(estate: Estate, pod: Manifest) -> Iterator[RelationshipRecord]:
    workload = estate.workload_of(pod)
    owner = estate.index.get((workload[0].scope.boundary, workload[0].key)) if workload is not None else None
    shared = {use.name for use in claims_of(owner)} if owner is not None else set()
    for use in claims_of(pod):
        if use.name not in shared:
            yield _use(estate, pod, use, "MOUNTS")


def _use(estate: Estate, unit: Manifest, use: Use, type_: str) -> RelationshipRecord:
    ends = (estate.reference_to(unit), estate.reference(use.kind, unit.namespace, use.name))
    return edge(unit, Finding(use.pointer), type_, ends)
