import pytest

from importers.compose.interpolation import HIDDEN, MAX_DEPTH, MAX_RESULT, Substitution, substitute

VALUES = {"X": "x", "EMPTY": "", "DB_PASSWORD": "s3cret"}

TEXTS = {
    "a plain text": ("a:b", "a:b"),
    "a name": ("$X-y", "x-y"),
    "a name in braces": ("${X}y", "xy"),
    "a default that is not needed": ("${X:-d}", "x"),
    "a default of what is not there": ("${NONE:-d} ${NONE-d}", "d d"),
    "a default of what is empty": ("${EMPTY:-d} ${EMPTY-d}", "d "),
    "a default with variables in it": ("${NONE:-a${NONE:-${X}}}", "ax"),
    "another text for what is there": ("${X:+a} ${X+a} ${EMPTY:+a} ${EMPTY+a} ${NONE:+a}", "a a  a "),
    "what must be there": ("${X:?message} ${EMPTY?message}", "x "),
    "a dollar sign": ("$$X $${X}", "$X ${X}"),
    "a dollar sign that begins nothing": ("$1 $ $(date)", "$1 $ $(date)"),
    "a secret": ("a$DB_PASSWORD", f"a{HIDDEN}"),
    "the default of a secret": ("${API_TOKEN:-s3cret}", HIDDEN),
}


@pytest.mark.parametrize("case", TEXTS)
def test_values_take_the_place_of(case: str) -> None:
    text, expected = TEXTS[case]
    assert substitute(text, VALUES) == Substitution(expected)


def test_what_has_no_value_is_empty_and_told() -> None:
    assert substitute("a${NONE}b$NONE", VALUES) == Substitution("ab", ("NONE", "NONE"))
    assert substitute("${NONE:?m}${EMPTY:?m}", VALUES) == Substitution("", (), ("NONE", "EMPTY"))


@pytest.mark.parametrize("text", ["${X", "${}", "${1}", "${X:}", "${X y}"])
def test_what_is_no_variable_in_braces_is_faulty(text: str) -> None:
    result = substitute(text, VALUES)
    assert result.faulty
    assert not result.complete


def test_defaults_nested_beyond_reason_are_faulty() -> None:
    assert substitute("${N:-" * (MAX_DEPTH + 2) + "x" + "}" * (MAX_DEPTH + 2), {}).faulty


def test_a_text_that_would_become_too_long_is_faulty() -> None:
    assert substitute("$X$X", {"X": "x" * (MAX_RESULT // 2 + 1)}) == Substitution("", faulty=True)
