import pytest

from cmdb.errors import FileMalformed
from cmdb.model.observations import Where
from importers.compose.env_files import read_env

VALUES = {
    "a plain value": ("A=b", "b"),
    "spaces around it": (" A =  b  ", "b"),
    "a colon": ("A: b", "b"),
    "an export": ("export A=b", "b"),
    "a comment behind it": ("A=b  # c", "b"),
    "a sign that begins no comment": ("A=b#c", "b#c"),
    "nothing but a comment": ("A= # c", ""),
    "nothing": ("A=", ""),
    "an equals sign in it": ("A=b=c", "b=c"),
    "single quotes, which keep all as it is": ("A='$X # c\\n' # d", "$X # c\\n"),
    "double quotes": ('A="b # c" # d', "b # c"),
    "escapes in double quotes": (r'A="b\"\n\$X"', 'b"\n$X'),
    "a value over several lines": ('A="b\nc"', "b\nc"),
    "a quote that is not closed": ('A="b', '"b'),
    "a reference": ("B=x\nA=${B}:$B", "x:x"),
    "a reference to what the caller knows": ("A=${KNOWN}", "known"),
    "the last of two": ("A=a\nA=b", "b"),
    "line ends of another system": ("B=x\r\nA=b\r\n", "b"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_value_is_read_from(case: str) -> None:
    text, expected = VALUES[case]
    assert read_env(text, ".env", {"KNOWN": "known"}).variables["A"].value == expected


def test_each_variable_has_the_line_on_which_it_begins() -> None:
    found = read_env('# c\nA="1\n2"\nB=2\n\nC=3', ".env", {}).variables
    assert {name: variable.line for name, variable in found.items()} == {"A": 2, "B": 4, "C": 6}


def test_a_name_alone_gives_no_value_and_a_line_of_something_else_is_told_without_its_text() -> None:
    found = read_env("A\nno assignment\n=b\n", ".env", {})
    assert found.variables == {}
    assert [problem.where for problem in found.problems] == [Where(".env", 2), Where(".env", 3)]
    assert "no assignment" not in found.problems[0].message.replace("is no assignment", "")


def test_references_that_lead_nowhere_are_told_once() -> None:
    found = read_env("A=${LATER}\nB=$LATER\nLATER=x", ".env", {})
    assert found.undefined == {"LATER": Where(".env", 1)}


def test_the_value_of_a_secret_is_not_kept_even_in_what_refers_to_it() -> None:
    found = read_env("DB_PASSWORD=s3cret\nURL=postgres://me:${DB_PASSWORD}@db/x", ".env", {})
    assert "s3cret" not in repr(found)
    assert found.variables["URL"].value == "postgres://me:***@db/x"


def test_values_that_double_from_line_to_line_end_in_a_problem() -> None:
    lines = ["A0=" + "x" * 1000, *(f"A{n + 1}=$A{n}$A{n}" for n in range(60))]
    assert {problem.code for problem in read_env("\n".join(lines), ".env", {}).problems} == {"INTERPOLATION_INVALID"}


def test_references_to_a_long_value_in_very_many_lines_are_refused() -> None:
    lines = ["A=" + "x" * 1_000_000, *(f"A{n}=$A" for n in range(17))]
    with pytest.raises(FileMalformed, match="too much text"):
        read_env("\n".join(lines), ".env", {})
