"""Who is heard of one CI, and in which order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmdb.model.catalogue import Catalogue, ClassSpec, Precedence
from cmdb.model.sources import MANUAL, SourceRecord
from cmdb.reconcile.claims import ItemClaim


@dataclass(frozen=True, slots=True)
class Voice:
    """A source record with its claim."""

    record: SourceRecord
    claim: ItemClaim

    @property
    def is_manual(self) -> bool:
        """Whether people say it."""
        return self.record.scope.source == MANUAL

    @property
    def is_own(self) -> bool:
        """Whether people said it of this very CI, not of one that became part of it."""
        return self.is_manual and self.record.key == self.record.target

    @property
    def vouches(self) -> bool:
        """Whether it says that the CI is there: an edit of an attribute does not, nor does a source that lost it."""
        return self.claim.cls is not None and not self.record.gone


@dataclass(frozen=True, slots=True)
class Voices:
    """All that count, in the usual order: people, then the others in order of scope and key.

    ``latest`` is when the last source was heard; people are not, for an edit does not make a source silent.
    """

    usual: Sequence[Voice]
    latest: datetime | None

    @classmethod
    def of(cls, records: Iterable[SourceRecord]) -> "Voices":
        """Those of some records: what a source no longer sees counts only while no other source sees the CI."""
        voices = sorted((Voice(record, ItemClaim.of(record.body)) for record in records), key=_usual)
        if any(voice.vouches and not voice.is_manual for voice in voices):
            voices = [voice for voice in voices if not voice.record.gone]
        latest = max((voice.record.seen_at for voice in voices if not voice.is_manual), default=None)
        return cls(voices, latest)

    def ordered(self, rule: Precedence | None) -> Sequence[Voice]:
        """In the order of a precedence; sources that are silent for too long follow the others."""
        if rule is None or len(self.usual) < 2:  # noqa: PLR2004 - one voice needs no order
            return self.usual
        return sorted(self.usual, key=lambda voice: self._place(voice, rule))

    def is_silent(self, voice: Voice, rule: Precedence | None) -> bool:
        """Whether a source was last heard so long before another one that it yields."""
        if rule is None or rule.max_age is None or self.latest is None or voice.is_manual:
            return False
        return self.latest - voice.record.seen_at > rule.max_age

    def _place(self, voice: Voice, rule: Precedence) -> tuple[bool, bool, int]:
        if voice.is_manual:
            return False, False, 0
        return True, self.is_silent(voice, rule), rule.rank(voice.record.scope.source)


def class_of(voices: Voices, catalogue: Catalogue) -> ClassSpec:
    """The most special class that anybody names; what people name is kept to, what the catalogue lacks comes last.

    Raises:
        UnknownClass: nobody names a class, or one that the catalogue neither has nor has a place for.
    """
    named = [voice for voice in voices.usual if voice.claim.cls is not None]
    specs = [(voice, catalogue.resolve(voice.claim.cls or "")) for voice in named]
    base = next((spec.name for voice, spec in specs if voice.is_manual), None)
    if base is not None:
        fitting = [spec for _, spec in specs if base in spec.lineage]
    else:
        fitting = [spec for voice, spec in specs if voice.claim.given_class is None] or [spec for _, spec in specs]
    return max(fitting, key=lambda spec: len(spec.lineage), default=None) or catalogue.cls("")


def _usual(voice: Voice) -> tuple[bool, bool, str, str]:
    return not voice.is_manual, not voice.is_own, str(voice.record.scope), voice.record.key
