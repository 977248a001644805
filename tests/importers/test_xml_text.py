"""XML is read a child of the root at a time, and nothing in it can open, expand or exhaust anything."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from importers.auditing import forbidden_events
from importers.base import Document
from importers.xml_text import (
    KEPT_TEXT,
    MAX_ATTRIBUTE,
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_TAG,
    Element,
    elements_of,
    parts_of,
    root_name,
)
from tests.importers.sources import real_file


def read(content: str | bytes) -> list[Element]:
    return list(elements_of(Document("a.xml", content if isinstance(content, bytes) else content.encode())))


def refusal(content: str | bytes) -> FileMalformed:
    with pytest.raises(FileMalformed) as caught:
        read(content)
    return caught.value


def test_the_root_comes_first_without_children_then_each_child_whole() -> None:
    root, first, second = read(
        '<?xml version="1.0"?>\n<!-- x -->\n<Set at="1">\n<A id="7">\n <b>1 &lt; 2</b></A>\n<C/></Set>'
    )
    assert root == Element("Set", 3, {"at": "1"})
    assert (first.name, first.line, first.get("id"), first.get("no")) == ("A", 4, "7", "")
    assert first.children == (Element("b", 5, {}, "1 < 2", 5),)
    assert first.find("b") == first.children[0]
    assert first.find("c") is None
    assert list(first.all("b")) == list(first.children)
    assert second == Element("C", 6)


def test_a_byte_order_mark_character_references_and_character_data_are_read() -> None:
    assert read(b"\xef\xbb\xbf<r><a>&#233;<![CDATA[<x>]]>\xc3\xa9</a></r>")[1].text == "é<x>é"


def test_a_bare_document_type_is_allowed() -> None:
    assert [element.name for element in read("<!DOCTYPE nmaprun>\n<nmaprun><host/></nmaprun>")] == ["nmaprun", "host"]


def test_of_a_long_text_only_the_length_stays() -> None:
    _, kept, dropped = read(f"<r><a>{'x' * KEPT_TEXT}</a><b>{'x' * (KEPT_TEXT + 1)}</b></r>")
    assert (len(kept.text), kept.length) == (KEPT_TEXT, KEPT_TEXT)
    assert (dropped.text, dropped.length) == ("", KEPT_TEXT + 1)


def test_a_fault_behind_the_first_part_is_a_problem_with_its_line() -> None:
    root, first, problem = parts_of(Document("a.xml", b"<Set>\n<A/>\n<B>"))
    assert isinstance(root, Element)
    assert isinstance(first, Element)
    assert isinstance(problem, Problem)
    assert (problem.severity, problem.code) == (Severity.INCOMPLETE, "FILE_MALFORMED")
    assert problem.where == Where("a.xml", 3)


def test_a_fault_before_anything_was_read_is_a_refusal() -> None:
    with pytest.raises(FileMalformed):
        list(parts_of(Document("a.xml", b"<Set>\n<A>")))


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol1 "lol">'
    + "".join(f'<!ENTITY lol{n + 1} "{f"&lol{n};" * 10}">' for n in range(1, 9))
    + "]>\n<lolz>&lol9;</lolz>"
)

REFUSED: dict[str, tuple[str | bytes, int, str]] = {
    "nothing": ("", 1, "not XML"),
    "white space": ("\n\n", 3, "not XML"),
    "no XML": ("\n{}", 2, "not XML"),
    "an open element": ("<a>\n<b>", 2, "not XML"),
    "a cut tag": ("<a>\n\n<b i='", 3, "not XML"),
    "crossed elements": ("<a>\n<b></a></b>", 2, "not XML"),
    "two roots": ("<a/>\n<b/>", 2, "not XML"),
    "an attribute twice": ("<a>\n<b i='1' i='2'/></a>", 2, "not XML"),
    "a NUL": ("<a>\n<b>\x00</b></a>", 2, "not XML"),
    "a reference to NUL": ("<a>\n<b>&#0;</b></a>", 2, "not XML"),
    "a lone surrogate": ("<a>\n<b>&#xD800;</b></a>", 2, "not XML"),
    "an unknown entity": ("<a>\n<b>&boom;</b></a>", 2, "not XML"),
    "a wrong byte": (b"<a>\n<b>\xe9</b></a>", 2, "not UTF-8"),
    "a character that is cut": (b"<a/>\n\xc3", 2, "not UTF-8"),
    "UTF-16": ("<a/>".encode("utf-16"), 1, "not UTF-8"),
    "a billion laughs": (BOMB, 1, "document type"),
    "an external entity": ('<!DOCTYPE a [\n<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<a>&e;</a>', 1, "document type"),
    "a parameter entity": ('<!DOCTYPE a [<!ENTITY % e "x"> %e;]><a/>', 1, "document type"),
    "an external document type": ('<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "a.dtd">\n<a/>', 2, "document type"),
    "a public document type": ('<!DOCTYPE a PUBLIC "-//x" "http://127.0.0.1/a.dtd"><a/>', 1, "document type"),
    "depth": ("<a>\n" * (MAX_DEPTH + 1), MAX_DEPTH + 1, "levels deep"),
    "many attributes": (
        "<a>\n<b " + " ".join(f"a{n}=''" for n in range(MAX_ATTRIBUTES + 1)) + "/></a>",
        2,
        "attributes",
    ),
    "a long attribute": (f"<a>\n<b c='{'x' * (MAX_ATTRIBUTE + 1)}'/></a>", 2, "an attribute is longer"),
    "an endless tag": (f"<a>\n<b {'x' * (MAX_TAG + 200_000)}", 2, "a tag or comment is longer"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_xml_is_refused_with_its_line_for(case: str) -> None:
    content, line, seen = REFUSED[case]
    error = refusal(content)
    assert error.details["where"] == Where("a.xml", line)
    assert seen in str(error)


def test_more_elements_in_one_part_than_may_be_held_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.xml_text.MAX_ELEMENTS", 10)
    assert len(read(f"<r>{'<a><b/></a>' * 50}</r>")) == 51
    assert "more than 10 elements" in str(refusal(f"<r><a>{'<b/>' * 10}</a></r>"))


def test_a_document_beyond_the_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importers.xml_text.MAX_BYTES", 100)
    assert "larger than 100 bytes" in str(refusal(f"<r>{'<a/>' * 100}</r>"))


def test_an_external_entity_is_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "simple.xml"
    secret.write_text("<canary/>")
    content = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a>&e;</a>'.encode()
    with forbidden_events() as events, pytest.raises(FileMalformed):
        list(elements_of(Document("a.xml", content)))
    assert events == []


def test_the_real_file_with_an_external_entity_is_refused() -> None:
    with pytest.raises(FileMalformed, match="never followed"):
        list(elements_of(real_file("nmap/defused_et_local_includer.xml")))


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    path = tmp_path / "photos.xml"
    with path.open("w") as file:
        file.write("<Set>\n")
        for number in range(300):
            file.write(f'<Person id="{number}"><picture>{"QUJD" * 50_000}</picture></Person>\n')
        file.write("</Set>\n")
    assert path.stat().st_size > 50_000_000
    tracemalloc.start()
    number = sum(1 for _ in elements_of(Document.at(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert number == 301
    assert peak < 3_000_000


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"<Set>", "Set"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><?x y?><!-- <no> --><!DOCTYPE nmaprun>\n<nmaprun scanner='x'", "nmaprun"),
        (b"<a/>", "a"),
        (b"<a", ""),
        (b"", ""),
        (b"{}", ""),
        (b"<!-- never ends", ""),
        (b"<?a?>" * 100 + b"<b>", ""),
        (b"<\xc3\xa9>", "��"),
    ],
)
def test_the_root_is_named_by_the_first_bytes(head: bytes, name: str) -> None:
    assert root_name(head) == name


PIECES = st.sampled_from(
    ["<a>", "</a>", "<b c='d'>", "</b>", "<", ">", "&", "&lt;", "&#1;", "<!DOCTYPE a", "[", "]>", "<!ENTITY e 'x'>",
     "<![CDATA[", "]]>", "<!--", "-->", "<?p", "?>", "é", "\x00", "\n", "x"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(PIECES, max_size=25))
def test_any_pieces_of_xml_give_elements_or_a_refusal(parts: list[str]) -> None:
    survive("<r>" + "".join(parts))
    survive("".join(parts))


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=100))
def test_any_bytes_give_elements_or_a_refusal(content: bytes) -> None:
    survive(content)
    root_name(content)


def survive(content: str | bytes) -> None:
    with suppress(FileMalformed):
        read(content)


def test_a_document_at_the_limit_of_depth_is_read() -> None:
    assert len(read("<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH)) == 2
