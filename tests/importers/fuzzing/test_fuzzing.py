"""A short run of the fuzzer over every format; ``make fuzz`` is the long one."""

import time
from collections.abc import Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Where
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from tests.importers.fuzzing import judging
from tests.importers.fuzzing.cases import CHANGES, applied, cases
from tests.importers.fuzzing.changes import Change
from tests.importers.fuzzing.judging import Case, TooSlow, was_read
from tests.importers.fuzzing.seeds import FORMATS, seeds

CATALOGUE = load_catalogue()


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_changed_input_is_refused_or_keeps_the_contract(format_: str, data: st.DataObject) -> None:
    was_read(data.draw(cases(format_)), CATALOGUE)


@pytest.mark.parametrize("format_", FORMATS)
def test_there_is_something_to_change(format_: str) -> None:
    assert seeds(format_)


@settings(max_examples=200)
@given(change=CHANGES)
@pytest.mark.parametrize(
    "document",
    [
        Document("a.json", b'{"a": [1, {"b": null}]}'),
        Document("a.ndjson", b'{"a": 1}\n{"b": 2}\n'),
        Document("a.yaml", b"a: 1\n---\nb: [2]\n"),
        Document("a.xml", b"<a b='1'><c>d</c></a>"),
        Document("a.ini", b"[a]\nb=1\n"),
        Document("nothing", b""),
    ],
    ids=lambda document: document.name,
)
def test_any_change_can_be_made_and_made_again(document: Document, change: Change) -> None:
    assert applied(document, change) == applied(document, change)


class Careless(Importer):
    """Takes a line for a number."""

    name: ClassVar[str] = "careless"

    def sniff(self, head: bytes, filename: str) -> float:
        return 1.0

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        with document.open() as stream:
            for number, line in enumerate(stream, 1):
                amount = int(line)
                yield CIRecord(Scope("s"), str(amount), "Host", f"h{number}", where=Where(document.name, number))


class Busy(Careless):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        end = time.process_time() + 30
        while time.process_time() < end:
            pass
        yield from ()


class Blown(Careless):
    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        yield CIRecord(Scope("s"), "k", "Host", "h", unmapped={"all": "x" * 200_000}, where=Where(document.name))


def test_a_fault_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    good = Document("n", b"1\n2\n")
    assert was_read(Case(Careless(), (good,)), CATALOGUE)
    with pytest.raises(ValueError, match="invalid literal"):
        was_read(Case(Careless(), (Document("n", b"1\nx\n"),)), CATALOGUE)
    with pytest.raises(AssertionError, match="stands twice"):
        was_read(Case(Careless(), (Document("n", b"1\n1\n"),)), CATALOGUE)
    with pytest.raises(AssertionError, match="bytes"):
        was_read(Case(Blown(), (good,)), CATALOGUE)
    monkeypatch.setattr(judging, "SECONDS", 0.05)
    with pytest.raises(TooSlow):
        was_read(Case(Busy(), (good,)), CATALOGUE)
