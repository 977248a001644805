"""Dependencies of services on one another: what they mention becomes edges."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.observations import RelationshipRecord
from cmdb.model.references import ByKey
from importers.compose.mentions import Mention, mentions_of
from importers.compose.names import Names
from importers.setting_names import names_telemetry


def dependency_edges(names: Names) -> Iterator[RelationshipRecord]:
    """One edge per service and service it mentions, in order of first sight; none to itself.

    Hosts of one setting that differ in their numbers only are alternatives: their edges are one group, named as the
    setting.  An edge that rests on where telemetry is sent to carries no failure.
    """
    project = names.project
    for service, definition in project.services.items():
        by_target: dict[str, list[Mention]] = {}
        for mention in mentions_of(names, definition):
            if mention.target != service:
                by_target.setdefault(mention.target, []).append(mention)
        groups = _groups(by_target)
        for target, mentions in by_target.items():
            yield RelationshipRecord(
                project.scope,
                "CONNECTS_TO",
                project.reference("service", service),
                project.reference("service", target),
                Basis.DECLARED if any(mention.basis is Basis.DECLARED for mention in mentions) else Basis.INFERRED,
                groups.get(target),
                Effect.NONE if all(names_telemetry(mention.setting) for mention in mentions) else None,
                evidence=tuple(dict.fromkeys(mention.evidence for mention in mentions)),
                where=mentions[0].evidence.where,
            )


def groups_by_owner(edges: Sequence[RelationshipRecord]) -> dict[str, dict[str, GroupSetting]]:
    """The groups that the edges of each thing use: any one of the members is enough."""
    found: dict[str, dict[str, GroupSetting]] = {}
    for edge in edges:
        if edge.group is not None and edge.type == "CONNECTS_TO" and isinstance(edge.from_ref, ByKey):
            found.setdefault(edge.from_ref.key, {})[edge.group] = GroupSetting("1")
    return found


def _groups(by_target: Mapping[str, Sequence[Mention]]) -> dict[str, str]:
    """The group of each service that is mentioned among alternatives and nowhere else."""
    said = {target: {mention.alternatives for mention in mentions} for target, mentions in by_target.items()}
    only = {target: group for target, found in said.items() if len(found) == 1 and (group := next(iter(found)))}
    sizes = Counter(only.values())
    return {target: group for target, group in only.items() if sizes[group] > 1}
