"""Who said what of one CI, and why it holds or does not.  Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from cmdb.model.catalogue import Catalogue, ClassSpec, Precedence
from cmdb.model.catalogue.precedence import GROUPS, NAME
from cmdb.model.sources import SourceRecord
from cmdb.model.values import JSONValue, canonical
from cmdb.reconcile.voices import Voice, Voices, class_of

Said: TypeAlias = Callable[[Voice], JSONValue]
"""What a voice says of one thing; ``None`` when nothing."""


class Aspect(StrEnum):
    """What a source speaks of."""

    CLASS = "class"
    NAME = "name"
    ATTRIBUTE = "attribute"
    GROUP = "group"


class Standing(StrEnum):
    """What became of a source's value."""

    HOLDS = "holds"
    AGREES = "agrees"
    OUTRANKED = "outranked"
    SILENT = "silent"
    GONE = "gone"
    UNDECLARED = "undeclared"


@dataclass(frozen=True, slots=True)
class Statement:
    """One source's value, when it was last confirmed, and what became of it.

    ``by`` is the binding whose value holds instead.  *Silent*: it would hold if the source had been heard of later;
    *gone*: the source no longer sees the CI; *undeclared*: the class has no such attribute.
    """

    binding: str
    value: JSONValue
    seen_at: datetime
    standing: Standing
    by: str | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is said of one attribute, of the name, the class or a group; the value that holds is said first."""

    aspect: Aspect
    name: str
    value: JSONValue
    statements: tuple[Statement, ...]


def provenances(records: Iterable[SourceRecord], catalogue: Catalogue) -> list[Provenance]:
    """Who says what, for class, name, every attribute and every group of one CI: as :func:`fold_item` folds them.

    O(values × sources).  Nothing where no record names a class: then nobody says that the CI is there.

    Raises:
        UnknownClass: as :func:`fold_item`.
    """
    everybody = list(records)
    voices = Voices.of(everybody)
    if not any(voice.claim.cls for voice in voices.usual):
        return []
    counted = {(voice.record.scope, voice.record.key) for voice in voices.usual}
    unheard = Voices.of(record for record in everybody if (record.scope, record.key) not in counted).usual
    return list(_Hearing(voices, unheard, class_of(voices, catalogue), catalogue).provenances())


@dataclass(frozen=True, slots=True)
class _Hearing:
    """The voices that count, those that no longer do, and the class that resulted."""

    voices: Voices
    unheard: Sequence[Voice]
    spec: ClassSpec
    catalogue: Catalogue

    def provenances(self) -> Iterator[Provenance]:
        rules = self.spec.precedence
        yield self._on_class()
        yield self._on(Aspect.NAME, NAME, lambda voice: voice.claim.name or None, rules.get(NAME))
        for name in self._names(lambda voice: voice.claim.attributes):
            yield self._on(Aspect.ATTRIBUTE, name, partial(_attribute, name), rules.get(name))
        for name in self._names(lambda voice: voice.claim.groups):
            yield self._on(Aspect.GROUP, name, partial(_group, name), rules.get(GROUPS))

    def _names(self, part: Callable[[Voice], Iterable[str]]) -> list[str]:
        return sorted({name for voice in (*self.voices.usual, *self.unheard) for name in part(voice)})

    def _on_class(self) -> Provenance:
        """The class is not ranked: the most special one holds."""
        said = [voice for voice in self.voices.usual if _class(voice) is not None]
        holder = next(voice for voice in said if self._resolved(voice) == self.spec.name)
        rest = (voice for voice in said if voice is not holder)
        statements = [_statement(holder, _class, Standing.HOLDS, None)]
        for voice in rest:
            agrees = self._resolved(voice) == self.spec.name
            statements.append(_against(voice, _class, holder, Standing.AGREES if agrees else Standing.OUTRANKED))
        return Provenance(Aspect.CLASS, "class", self.spec.name, (*statements, *self._gone(_class)))

    def _resolved(self, voice: Voice) -> str:
        return self.catalogue.resolve(voice.claim.cls or "").name

    def _on(self, aspect: Aspect, name: str, said: Said, rule: Precedence | None) -> Provenance:
        ranked = [voice for voice in self.voices.ordered(rule) if said(voice) is not None]
        if not ranked or (aspect is Aspect.ATTRIBUTE and name not in self.spec.attributes):
            statements = [_statement(voice, said, Standing.UNDECLARED, None) for voice in ranked]
            return Provenance(aspect, name, None, (*statements, *self._gone(said)))
        holder = ranked[0]
        yielding = self._yielding(holder, rule)
        statements = [_statement(holder, said, Standing.HOLDS, None)]
        for voice in ranked[1:]:
            if canonical(said(voice)) == canonical(said(holder)):
                standing = Standing.AGREES
            else:
                standing = Standing.SILENT if voice in yielding else Standing.OUTRANKED
            statements.append(_against(voice, said, holder, standing))
        return Provenance(aspect, name, said(holder), (*statements, *self._gone(said)))

    def _yielding(self, holder: Voice, rule: Precedence | None) -> Sequence[Voice]:
        """Those that would stand before the one whose value holds, had they not been silent for so long."""
        if rule is None or rule.max_age_days is None:
            return ()
        ageless = list(self.voices.ordered(rule.model_copy(update={"max_age_days": None})))
        return [voice for voice in ageless[: ageless.index(holder)] if self.voices.is_silent(voice, rule)]

    def _gone(self, said: Said) -> list[Statement]:
        return [_statement(voice, said, Standing.GONE, None) for voice in self.unheard if said(voice) is not None]


def _against(voice: Voice, said: Said, holder: Voice, standing: Standing) -> Statement:
    return _statement(voice, said, standing, holder.record.binding)


def _statement(voice: Voice, said: Said, standing: Standing, by: str | None) -> Statement:
    return Statement(voice.record.binding, said(voice), voice.record.seen_at, standing, by)


def _class(voice: Voice) -> JSONValue:
    return voice.claim.given_class or voice.claim.cls


def _attribute(name: str, voice: Voice) -> JSONValue:
    return voice.claim.attributes.get(name)


def _group(name: str, voice: Voice) -> JSONValue:
    setting = voice.claim.groups.get(name)
    return None if setting is None else {"min_up": setting.min_up, "degraded_below": setting.degraded_below}
