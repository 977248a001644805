"""The conformance checks have teeth: for each rule an importer that breaks it is found out."""

from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest

from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, Severity, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.conformance import Finding, Rule, Sample, check
from importers.text_input import lines_of

CATALOGUE = load_catalogue()
SAMPLE = Sample((Document("estate.hosts", b"db-1\ndb-2 hunter2\n\n"),), canaries=("hunter2",))


class HostListImporter(Importer):
    """A conforming importer of one name a line, with a password behind it that it does not read."""

    name: ClassVar[str] = "hosts"

    def sniff(self, head: bytes, filename: str) -> float:
        return 0.9 if filename.endswith(".hosts") else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        return (Scope(options.source or "hosts"),)

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        for number, line in lines_of(document):
            name, where = line.strip().partition(" ")[0], Where(document.name, number)
            if name and "\x00" not in name:
                yield CIRecord(Scope("hosts"), f"{number}", "Host", name, where=where)
            else:
                yield Problem(Severity.ERROR, "MISSING_NAME", "The line has no name.", where)


class TooSure(HostListImporter):
    def sniff(self, head: bytes, filename: str) -> float:
        return 7.0


class Counting(HostListImporter):
    numbers = count()

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("hosts"), "a", "Host", f"h{next(self.numbers)}", where=Where(document.name))


class Nosy(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        with Path(__file__).open():
            yield from super().read(document, options)


class AtOnce(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        return list(super().read(document, options))  # type: ignore[return-value]


class ElseWhere(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("elsewhere"), "a", "Host", "a", where=Where(document.name))


class TwiceTheKey(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        for name in ("a", "b"):
            yield CIRecord(Scope("hosts"), "same", "Host", name, where=Where(document.name))


class UnknownClass(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("hosts"), "a", "Toaster", "a", where=Where(document.name))


class UnknownAttribute(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("hosts"), "a", "Host", "a", {"crumbs": 3}, where=Where(document.name))


class Unstorable(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("hosts"), "a", "Host", "a", unmapped={"big": 2**64}, where=Where(document.name))


class Leaking(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        for number, line in lines_of(document):
            yield CIRecord(
                Scope("hosts"), f"{number}", "Host", "h", unmapped={"line": line}, where=Where(document.name)
            )


class Placeless(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield Problem(Severity.ERROR, "bad", "")


class Crashing(HostListImporter):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        with document.open() as stream:
            stream.read().decode()
        yield from super().read(document, options)


def rules(findings: Iterable[Finding]) -> set[Rule]:
    return {finding.rule for finding in findings}


def test_an_importer_that_keeps_every_rule_has_no_findings() -> None:
    assert check(HostListImporter(), SAMPLE, CATALOGUE) == ()


@pytest.mark.parametrize(
    ("importer", "rule"),
    [
        (TooSure(), Rule.SNIFFING),
        (Counting(), Rule.DETERMINISM),
        (Nosy(), Rule.PURITY),
        (AtOnce(), Rule.STREAMING),
        (ElseWhere(), Rule.SCOPES),
        (TwiceTheKey(), Rule.SCOPES),
        (UnknownClass(), Rule.CATALOGUE),
        (UnknownAttribute(), Rule.CATALOGUE),
        (Unstorable(), Rule.VALUES),
        (Leaking(), Rule.SECRETS),
        (Placeless(), Rule.PLACES),
        (Crashing(), Rule.HOSTILITY),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Importer) else str(part),
)
def test_breaking_a_rule_is_found(importer: Importer, rule: Rule) -> None:
    assert rule in rules(check(importer, SAMPLE, CATALOGUE))
