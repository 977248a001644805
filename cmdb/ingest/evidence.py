"""What identifies a CI: the evidence of every source's description, whichever of their values hold.

Two sources may tell different numbers of one machine.  Each of them identifies it, so that it does not matter which
source was heard first; only what people say replaces what sources say.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cmdb.identify import Evidence, Rule, evidence, known
from cmdb.model.catalogue import Catalogue, ClassSpec
from cmdb.model.sources import SourceRecord
from cmdb.model.values import JSONValue
from cmdb.reconcile import Voice, Voices


@dataclass(frozen=True, slots=True)
class Description:
    """One source's description of a CI: its class, and what of it is evidence."""

    cls: str
    evidence: Evidence

    @property
    def hashes(self) -> frozenset[str]:
        """All of the evidence, whatever the rule."""
        return frozenset(self.evidence.values())


def descriptions(records: Iterable[SourceRecord], catalogue: Catalogue) -> list[Description]:
    """One for each record that names a class the catalogue has a place for, in the usual order of sources.

    O(records × rules).  A value that people gave stands in every description; what sources no longer see is left out
    as in the fold.
    """
    voices = Voices.of(records).usual
    attributes, name = _by_hand(voices)
    return list(_described(voices, attributes, name, catalogue))


def _described(
    voices: Sequence[Voice], attributes: Mapping[str, JSONValue], name: str, catalogue: Catalogue
) -> Iterator[Description]:
    for voice in voices:
        cls = voice.claim.cls
        if cls is None or (cls not in catalogue.classes and catalogue.unknown_class is None):
            continue
        spec = catalogue.resolve(cls)
        said = {**voice.claim.attributes, **attributes}
        yield Description(spec.name, evidence(spec, name or voice.claim.name, said))


def _by_hand(voices: Sequence[Voice]) -> tuple[dict[str, JSONValue], str]:
    """The attributes and the name that people gave, the nearest word first."""
    attributes: dict[str, JSONValue] = {}
    name = ""
    for voice in voices:
        if voice.is_manual:
            attributes = {**voice.claim.attributes, **attributes}
            name = name or voice.claim.name
    return attributes, name


def identifiers_of(told: Sequence[Description], spec: ClassSpec) -> tuple[str, ...]:
    """The hashes under which a CI is found: by the rules of its class in their order, then by those of others."""
    if len(told) == 1 and told[0].cls == spec.name:
        return tuple(dict.fromkeys(told[0].evidence.values()))
    together = known(description.evidence for description in told)
    own: list[Rule] = [(rule.declared_by, rule.attributes) for rule in spec.identify]
    rules = [rule for rule in own if rule in together] + [rule for rule in together if rule not in set(own)]
    return tuple(dict.fromkeys(hash_ for rule in rules for hash_ in together[rule]))
