import pytest

from importers.redaction import kept_text

KEPT = {
    "a plain text": ("shop", "", "shop"),
    "a path": ("./src/init.sql:/docker/init.sql", "", "./src/init.sql:/docker/init.sql"),
    "an address without its user": ("https://me:s3cret@git.example/x", "source", "https://git.example/x"),
    "an address without a password that has a slash": ("https://me:s3/cret@git.example/x", "", "https://git.example/x"),
}
DROPPED = {
    "what is called a secret": ("s3cret", "db.password"),
    "a sentence with a secret": ("the password: s3cret", ""),
    "a connection string": ("Host=db;Password=s3cret", ""),
    "a flag": ("run --token s3cret", ""),
    "a private key": ("-----BEGIN PRIVATE KEY-----", ""),
    "what no store can hold": ("a\x00", ""),
}


@pytest.mark.parametrize("case", KEPT)
def test_kept_is(case: str) -> None:
    text, name, expected = KEPT[case]
    assert kept_text(text, name) == expected


@pytest.mark.parametrize("case", DROPPED)
def test_dropped_is(case: str) -> None:
    assert kept_text(*DROPPED[case]) == ""
