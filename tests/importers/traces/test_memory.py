"""Memory does not grow with the number of spans."""

import tracemalloc
from pathlib import Path

from importers.base import Document, ReadOptions
from importers.traces import TracesImporter
from tests.importers.traces.building import At, block, otlp

TRACES_A_LINE = 20


def written(path: Path, lines: int) -> Document:
    with path.open("wb") as file:
        for line in range(lines):
            numbers = range(line * TRACES_A_LINE, (line + 1) * TRACES_A_LINE)
            for kind, service in ((3, "frontend"), (2, "cart")):
                spans = (At(kind, 5 - kind if kind == 2 else 0, kind, trace=number + 1) for number in numbers)
                content = otlp(block(service, *spans)).content
                assert isinstance(content, bytes)
                file.write(content)
    return Document.at(path)


def peak(document: Document) -> tuple[int, object]:
    """Bytes at the peak, and how many calls were counted."""
    tracemalloc.start()
    *_, edge = TracesImporter(most_spans=200).read(document, ReadOptions())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most, getattr(edge, "attributes", {}).get("calls")


def test_four_times_the_spans_take_the_same_memory(tmp_path: Path) -> None:
    few, first = peak(written(tmp_path / "few.jsonl", 10))
    many, second = peak(written(tmp_path / "many.jsonl", 40))
    assert (first, second) == (200, 800)
    assert many < few * 1.3
