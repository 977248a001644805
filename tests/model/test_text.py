"""Words of a text: the same for names, for what is looked for, and in every store."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.model.text import matches, rank, search_text, words
from tests.strategies import TEXTS

WORDS = {
    "Redis-Cart v2": ["redis", "cart", "v2"],
    "snake_case": ["snake", "case"],
    "db01.example.com": ["db01", "example", "com"],
    "Straße": ["strasse"],
    "CAFÉ": ["café"],
    "ﬁle №5": ["file", "no5"],
    "Grün 10": ["grün", "10"],
    "東京 サーバー": ["東京", "サーバー"],
    "": [],
    " -_/ ": [],
}


@pytest.mark.parametrize(("text", "expected"), WORDS.items(), ids=ascii)
def test_the_words_of(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(TEXTS)
def test_words_are_found_by_themselves_and_by_their_beginnings(text: str) -> None:
    index = search_text(text, [])
    assert matches(index, words(text))
    for word in words(text):
        assert matches(index, [word[:1]])


@given(TEXTS, TEXTS)
def test_a_text_matches_just_when_each_word_asked_for_begins_one_of_its_own(text: str, asked: str) -> None:
    found = all(any(word.startswith(term) for word in words(text)) for term in words(asked))
    assert matches(search_text(text, []), words(asked)) is found


def test_names_and_texts_are_indexed_each_word_once() -> None:
    index = search_text("Web web", ["front WEB", ["a-b", 7, True], {"no": "object"}, 9, None, ("tuple",)])
    assert index == "web front a b tuple"


def test_a_word_in_the_middle_is_no_match() -> None:
    assert not matches("redis cart", ["edis"])
    assert matches("redis cart", ["ca", "redis"])
    assert not matches("redis cart", ["redis", "x"])
    assert matches("anything", [])


def test_hits_are_ranked_by_how_well_the_name_fits_and_then_by_name() -> None:
    names = ["cart", "my cart", "Redis-Cart", "cart redis", "redis cart two"]
    query = words("redis cart")
    assert sorted(names, key=lambda name: rank(name, query)) == [
        "Redis-Cart",
        "cart redis",
        "redis cart two",
        "cart",
        "my cart",
    ]


@given(st.lists(TEXTS, max_size=4))
def test_an_index_holds_each_word_once(texts: list[str]) -> None:
    listed = search_text("", texts).split()
    assert len(listed) == len(set(listed))
