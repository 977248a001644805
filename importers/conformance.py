"""What every importer must keep, as checks that any project can run over an importer of its own.

    from importers.conformance import Sample, check

    def test_my_importer_conforms():
        sample = Sample((Document("estate.hosts", b"..."),), canaries=("s3cret",))
        assert check(MyImporter(), sample, catalogue) == ()

The checks read the sample some dozens of times, so give one of a few kilobytes that shows what the format can hold.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from cmdb.errors import CMDBError, FileMalformed
from cmdb.model.catalogue import Catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue, fault_of
from importers.auditing import forbidden_events
from importers.base import HEAD_BYTES, Document, Importer, ReadOptions

CUTS: Final = 16
"""At how many places the sample is cut short or spoilt."""

_NONSENSE: Final = (b"", b"\x00", b"\xff\xfe\xfa", b"{", b"[", b"<", b"---\n- &a [*a]", b'{"a":' * 200)


class Rule(StrEnum):
    """What is checked."""

    SNIFFING = "sniffing"
    """``sniff`` is a number from 0 to 1, above 0 for the sample, and survives nonsense."""
    DETERMINISM = "determinism"
    """The same documents give the same observations, in the same order."""
    PURITY = "purity"
    """Nothing is opened but the documents: no other file, no socket, no process."""
    STREAMING = "streaming"
    """Observations come one after another, not as a finished list."""
    SCOPES = "scopes"
    """``scopes`` is sorted, and names every scope that is read; keys are unique in it."""
    CATALOGUE = "catalogue"
    """Classes, relationship types and attributes are the catalogue's; the rest is ``unmapped``."""
    VALUES = "values"
    """Texts and values are those that a store can hold: JSON, no NUL, no number beyond 64 bits."""
    SECRETS = "secrets"
    """No canary is in an observation, a scope or an error."""
    PLACES = "places"
    """Problems, and CIs that are more than implied, say where they stand; problems have a code and a sentence."""
    HOSTILITY = "hostility"
    """Cut or spoilt input gives observations or ``FileMalformed``, never another error."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Documents that are read together, the options for it, and texts in them that must never come out."""

    documents: tuple[Document, ...]
    options: ReadOptions = field(default_factory=ReadOptions)
    canaries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that is not kept, and what was seen."""

    rule: Rule
    seen: str


Check: TypeAlias = Callable[[Importer, Sample, Catalogue], Iterable[str]]


def check(importer: Importer, sample: Sample, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Everything that the importer does not keep with this sample; empty when it conforms."""
    return tuple(Finding(rule, seen) for rule, run in _CHECKS.items() for seen in run(importer, sample, catalogue))


def judge(observations: Sequence[Observation], catalogue: Catalogue) -> tuple[Finding, ...]:
    """What can be told to be wrong by the observations alone, whatever they were read from; linear."""
    records = list(_records(observations))
    return (
        *(Finding(Rule.SCOPES, seen) for seen in _keys_told_twice(records)),
        *(Finding(Rule.CATALOGUE, seen) for found in observations for seen in _against_catalogue(found, catalogue)),
        *(Finding(Rule.VALUES, seen) for found in observations for seen in _unstorable(found)),
        *(Finding(Rule.PLACES, seen) for found in observations for seen in _misspoken(found)),
    )


def _sniffing(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    for document in sample.documents:
        if not 0 < (mark := importer.sniff(document.head(), document.name)) <= 1:
            yield f"{document.name} is recognised with {mark}"
    for head in _NONSENSE:
        if not 0 <= (mark := importer.sniff(head, "")) <= 1:
            yield f"{head!r} is recognised with {mark}"


def _determinism(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    if _read(importer, sample) != _read(importer, sample):
        yield "two readings differ"
    if _scopes(importer, sample) != _scopes(importer, sample):
        yield "two answers of scopes() differ"


def _purity(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    _read(importer, sample)  # what is imported late is imported now
    in_memory = Sample(tuple(_loaded(document) for document in sample.documents), sample.options)
    with forbidden_events() as events:
        _read(importer, in_memory)
    yield from sorted(set(events))


def _streaming(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    for document in sample.documents:
        observations = importer.read(document, sample.options)
        if iter(observations) is not observations:
            yield f"read() answers a {type(observations).__name__}, not an iterator"


def _scopes_kept(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    together = importer.scopes_together(sample.documents, sample.options)
    for scopes in (*_scopes(importer, sample), together):
        if list(scopes) != sorted(set(scopes)):
            yield f"scopes() is not sorted: {', '.join(map(str, scopes))}"
    records = list(_records(_read(importer, sample)))
    for scope in sorted({record.scope for record in records} - {*together}):
        yield f"{scope} is read but not named by scopes_together()"
    yield from _keys_told_twice(records)


def _catalogue_kept(importer: Importer, sample: Sample, catalogue: Catalogue) -> Iterator[str]:
    for observation in _read(importer, sample):
        yield from _against_catalogue(observation, catalogue)


def _values(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    for observation in _read(importer, sample):
        yield from _unstorable(observation)


def _secrets(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    try:
        told = [repr(observation) for observation in _read(importer, sample)]
    except CMDBError as error:
        told = [repr(error.args), repr(error.details)]
    told.extend(str(scope) for scopes in _scopes(importer, sample) for scope in scopes)
    for canary in sample.canaries:
        yield from (f"{canary!r} is in {text[:200]}" for text in told if canary in text)


def _places(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    names = {document.name for document in sample.documents}
    for observation in _read(importer, sample):
        placed = isinstance(observation, Problem) or (isinstance(observation, CIRecord) and bool(observation.kind))
        if placed and observation.where.file not in names:
            yield f"{observation.key!r} stands in {observation.where.file!r}, which is none of the documents"
        yield from _misspoken(observation)


def _hostility(importer: Importer, sample: Sample, _catalogue: Catalogue) -> Iterator[str]:
    for document in sample.documents:
        content = _loaded(document).content
        for spoilt in _spoilt(content if isinstance(content, bytes) else b""):
            bad = Document(document.name, spoilt)
            try:
                importer.sniff(spoilt[:HEAD_BYTES], document.name)
                list(importer.read(bad, sample.options))
                importer.scopes(bad, sample.options)
            except FileMalformed:
                continue
            except Exception as error:  # noqa: BLE001 - whatever else comes is the finding
                yield f"{type(error).__name__} at {spoilt[-40:]!r}: {error}"


def _spoilt(content: bytes) -> Iterator[bytes]:
    yield from _NONSENSE
    for number in range(CUTS):
        at = len(content) * number // CUTS
        yield content[:at]
        yield content[:at] + b"\xff" + content[at:]
        yield content[:at] + b"\x00" + content[at:]
        yield content[:at] + content[at + 1 :]


def _read(importer: Importer, sample: Sample) -> list[Observation]:
    return list(importer.read_together(sample.documents, sample.options))


def _keys_told_twice(records: Iterable[CIRecord | RelationshipRecord]) -> Iterator[str]:
    said: dict[tuple[Scope, str], CIRecord | RelationshipRecord] = {}
    for record in records:
        if said.setdefault((record.scope, record.key), record) != record:
            yield f"the key {record.key!r} stands twice in {record.scope} with different content"


def _against_catalogue(observation: Observation, catalogue: Catalogue) -> Iterator[str]:
    try:
        if isinstance(observation, CIRecord):
            catalogue.check_item(observation.cls, observation.attributes)
            catalogue.check_groups(observation.cls, observation.groups)
        elif isinstance(observation, RelationshipRecord):
            catalogue.check_relationship(observation.type, observation.attributes)
    except CMDBError as error:
        yield f"{observation.key}: {error}"


def _unstorable(observation: Observation) -> Iterator[str]:
    if (fault := fault_of(_texts_and_values(observation))) is not None:
        yield f"what is said of {observation.key!r} {fault}"


def _texts_and_values(observation: Observation) -> JSONValue:
    """All that a store or a report would have to hold."""
    place = [observation.where.file, observation.where.pointer]
    match observation:
        case CIRecord():
            item = [observation.cls, observation.name, observation.kind, *observation.groups]
            return [observation.key, *place, *item, dict(observation.attributes), dict(observation.unmapped)]
        case RelationshipRecord():
            evidence = [text for entry in observation.evidence for text in (entry.origin, entry.where.pointer)]
            return [observation.key, *place, observation.group or "", *evidence, dict(observation.attributes)]
        case Problem():
            return [observation.key, *place, observation.code, observation.message]


def _misspoken(observation: Observation) -> Iterator[str]:
    if isinstance(observation, Problem) and not (observation.code.isupper() and observation.message.strip()):
        yield f"the problem {observation.code!r} says {observation.message!r}"


def _records(observations: Iterable[Observation]) -> Iterator[CIRecord | RelationshipRecord]:
    return (observation for observation in observations if not isinstance(observation, Problem))


def _scopes(importer: Importer, sample: Sample) -> Sequence[tuple[Scope, ...]]:
    return [importer.scopes(document, sample.options) for document in sample.documents]


def _loaded(document: Document) -> Document:
    with document.open() as stream:
        return Document(document.name, stream.read())


_CHECKS: Final[dict[Rule, Check]] = {
    Rule.SNIFFING: _sniffing,
    Rule.DETERMINISM: _determinism,
    Rule.PURITY: _purity,
    Rule.STREAMING: _streaming,
    Rule.SCOPES: _scopes_kept,
    Rule.CATALOGUE: _catalogue_kept,
    Rule.VALUES: _values,
    Rule.SECRETS: _secrets,
    Rule.PLACES: _places,
    Rule.HOSTILITY: _hostility,
}
