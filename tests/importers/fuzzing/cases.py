"""Strategies for inputs: the seeds of a format after a few changes, sometimes read by the importer of another one."""

from hypothesis import strategies as st

from importers.base import Document
from tests.importers.built_in import BUILT_IN
from tests.importers.fuzzing.changes import MILLION, Change, Deed, Level, changed
from tests.importers.fuzzing.judging import Case
from tests.importers.fuzzing.seeds import FORMATS, OPTIONS, seeds
from tests.importers.fuzzing.trees import changed_tree

PLACES = st.integers(0, MILLION - 1)
CHANGES = st.builds(
    Change,
    level=st.sampled_from((*[Level.TREE] * 5, *Level)),
    deed=st.sampled_from(Deed),
    at=PLACES,
    other=PLACES,
    length=st.integers(1, 30),
    strange=st.integers(0, 999),
)
MOST_CHANGES = 4


@st.composite
def cases(draw: st.DrawFn, format_: str) -> Case:
    """An input of a format in which one document was changed."""
    documents = list(draw(st.sampled_from(seeds(format_))))
    number = draw(st.integers(0, len(documents) - 1))
    for change in draw(st.lists(CHANGES, min_size=1, max_size=MOST_CHANGES)):
        documents[number] = applied(documents[number], change)
    reader = format_ if draw(st.integers(0, 9)) else draw(st.sampled_from(FORMATS))
    return Case(BUILT_IN[reader], tuple(documents), draw(st.sampled_from(OPTIONS)))


def applied(document: Document, change: Change) -> Document:
    """The document after a change."""
    content = document.content if isinstance(document.content, bytes) else b""
    if change.level is Level.TREE:
        return Document(document.name, changed_tree(content, document.name, change))
    return Document(document.name, changed(content, change))
