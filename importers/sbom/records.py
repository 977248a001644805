"""A bill as observations."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.items import Basis, GroupSetting
from cmdb.model.observations import CIRecord, Evidence, Observation, Problem, RelationshipRecord, Severity, Where
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from importers.sbom.bill import Bill, Link, Need, Part
from importers.sbom.kinds import (
    DEVICE,
    IMAGE,
    OTHER,
    PACKAGE,
    SERVICE,
    class_of_part,
    class_of_root,
    image_of,
    key_of,
    name_of,
    purl_of,
    relationship_of,
)
from importers.sbom.texts import reference_text

PROVIDERS_GROUP: Final = "providers"
"""Group of the services that answer at one address: any of them keeps it up."""


@dataclass(slots=True)
class _Roll:
    """Parts by key, the classes of the keys, and what each ref means; ``None`` for one that means several things."""

    parts: dict[str, tuple[str, Part]] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def enter(self, cls: str, part: Part) -> None:
        """Give a part its key.  One package under several refs is one; other parts of one name are several."""
        key = key_of(cls, part)
        known = self.parts.get(key)
        if known is not None and not _is_same(cls, part, known[1]):
            key = f"{key}~{reference_text(part.ref)}"
        self.parts.setdefault(key, (cls, part))
        self.keys[part.place] = key
        if self.keys.setdefault(part.ref, key) != key:
            self.keys[part.ref] = None
            ref = reference_text(part.ref)
            message = (
                f"Several parts have the reference {ref!r}, so what refers to it leads nowhere. Give each its own."
            )
            self.problems.append(Problem(Severity.WARNING, "DUPLICATE_REF", message, part.where, key))

    def key(self, ref: str) -> str:
        """The key that a ref means; when it means nothing or several things, a key that leads nowhere."""
        return self.keys.get(ref, reference_text(ref)) or f"{reference_text(ref)} (ambiguous)"

    def cls(self, key: str) -> str | None:
        """The class of a key, ``None`` when the bill has no such part."""
        known = self.parts.get(key)
        return known[0] if known else None


def records_of(bill: Bill, scope: Scope) -> Iterator[Observation]:
    """Problems, then parts in the order of the bill, the addresses of services, and relationships."""
    roll = _Roll()
    for part in bill.roots:
        roll.enter(class_of_root(part), part)
    for part in bill.parts:
        roll.enter(class_of_part(part), part)
    yield from bill.problems
    yield from roll.problems
    yield from _fallen_back(roll)
    for key, (cls, part) in roll.parts.items():
        yield _item(scope, key, cls, part)
    yield from _endpoints(roll, scope)
    yield from _edges(bill, roll, scope)


def _is_same(cls: str, part: Part, known: Part) -> bool:
    return part.ref == known.ref or cls == IMAGE or (cls == PACKAGE and part.purl is not None)


def _fallen_back(roll: _Roll) -> Iterator[Problem]:
    """Kinds without a class of their own, once each with their number."""
    others = [part for cls, part in roll.parts.values() if cls == OTHER]
    counts = Counter(part.kind for part in others)
    first = {part.kind: part for part in reversed(others)}
    for kind, count in sorted(counts.items()):
        message = f"The catalogue has no class for the kind {kind}: {count} taken over as {OTHER}."
        yield Problem(Severity.INFO, "CLASS_FELL_BACK", message, first[kind].where)


def _item(scope: Scope, key: str, cls: str, part: Part) -> CIRecord:
    attributes, beside = _attributes(cls, part)
    return CIRecord(
        scope,
        key,
        cls,
        name_of(cls, part),
        {name: value for name, value in attributes.items() if value},
        kind=part.kind,
        where=part.where,
        unmapped={name: value for name, value in {**beside, **part.extras}.items() if value or value is False},
    )


def _attributes(cls: str, part: Part) -> tuple[dict[str, JSONValue], dict[str, JSONValue]]:
    """What the catalogue has a place for, and what is kept beside it."""
    attributes: dict[str, JSONValue] = {"description": part.description}
    beside: dict[str, JSONValue] = {}
    software = {"version": part.version, "repository": part.repository}
    match cls:
        case _ if cls == PACKAGE:
            attributes |= {**software, "purl": purl_of(part)}
            beside["type"] = "" if part.kind == "library" else part.kind
        case _ if cls == IMAGE:
            attributes |= {**software, "image": image_of(part)}
            beside["purl"] = purl_of(part)
        case _ if cls == SERVICE:
            attributes |= {**software, "kind": part.kind}
            beside["group"] = part.group
        case _ if cls in (DEVICE, OTHER):
            attributes["kind"] = part.kind
            beside |= {**software, "group": part.group, "purl": purl_of(part)}
        case _:
            attributes |= software
            beside |= {"group": part.group, "purl": purl_of(part), "type": part.kind}
    return attributes, beside


def _endpoints(roll: _Roll, scope: Scope) -> Iterator[Observation]:
    """The addresses of services, each once, and the services that answer there."""
    providers: dict[str, list[tuple[str, Where]]] = {}
    for key, (_, part) in roll.parts.items():
        for url in part.endpoints:
            providers.setdefault(url, []).append((key, part.where))
    for url, services in providers.items():
        reference = ByKey(scope, f"endpoint:{url}")
        groups = {PROVIDERS_GROUP: GroupSetting("1")}
        yield CIRecord(scope, reference.key, "Endpoint", url, {"url": url}, groups, where=services[0][1])
    for url, services in providers.items():
        for key, where in services:
            evidence = (Evidence("endpoints", where),)
            ends = ByKey(scope, f"endpoint:{url}"), ByKey(scope, key)
            yield RelationshipRecord(
                scope, "PROVIDED_BY", *ends, Basis.DECLARED, PROVIDERS_GROUP, evidence=evidence, where=where
            )


def _edges(bill: Bill, roll: _Roll, scope: Scope) -> Iterator[RelationshipRecord]:
    """One edge for all links of a type between two parts, with each of them as evidence; none from a part to itself."""
    links = [link for link in bill.links if link.need is not Need.LISTED]
    reached = _reached([roll.key(part.ref) for part in bill.roots], links, roll)
    links += [link for link in bill.links if link.need is Need.LISTED and roll.key(link.target) not in reached]
    found: dict[tuple[str, str, str], list[Evidence]] = {}
    for link in links:
        origin, target = roll.key(link.origin), roll.key(link.target)
        if origin != target:
            type_ = relationship_of(link.need, roll.cls(origin), roll.cls(target))
            found.setdefault((type_, origin, target), []).append(Evidence(link.word, link.where))
    for (type_, origin, target), evidence in found.items():
        ends = ByKey(scope, origin), ByKey(scope, target)
        yield RelationshipRecord(scope, type_, *ends, evidence=tuple(evidence), where=evidence[0].where)


def _reached(roots: list[str], links: list[Link], roll: _Roll) -> set[str]:
    """The keys that links lead to from the roots: linear."""
    below: dict[str, list[str]] = {}
    for link in links:
        below.setdefault(roll.key(link.origin), []).append(roll.key(link.target))
    reached, waiting = set(roots), list(roots)
    while waiting:
        fresh = [key for key in below.get(waiting.pop(), ()) if key not in reached]
        reached.update(fresh)
        waiting.extend(fresh)
    return reached
