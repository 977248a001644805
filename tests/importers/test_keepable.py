import pytest

from cmdb.model.values import JSONValue
from importers.keepable import kept, looks_secret, names_secret, prose

SECRETS = [
    "$ANSIBLE_VAULT;1.1;AES256\n3836",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "https://admin:x@ilo.example.com",
    "https://token@git.example.com/x",
    "the root password is hunter2",
    "password=hunter2",
    "token: abc",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIx me@home",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "$6$salt$hash",
    "{{ vault_db_password }}",
]
HARMLESS = ["row 4", "Main site", "https://wiki.example.com/racks", "10.0.0.1", "2027-06-30", "me@example.com", ""]


@pytest.mark.parametrize("text", SECRETS)
def test_what_looks_like_a_secret_is_not_kept(text: str) -> None:
    assert looks_secret(text)
    assert prose(text) == ""
    assert kept({"note": text, "notes": [text]}) == {}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_does_not_is(text: str) -> None:
    assert not looks_secret(text)
    assert prose(text) == text


@pytest.mark.parametrize("name", ["root_pw", "snmp_community", "ansible_become_pass", "wifiPSK", "API-Key", "ssh_args"])
def test_the_name_alone_can_forbid_it(name: str) -> None:
    assert names_secret(name)
    assert kept({name: "harmless"}) == {}


def test_only_small_plain_values_are_kept() -> None:
    values: dict[str, JSONValue] = {"a": 1, "b": True, "c": ["x", 2], "d": None, "e": {"f": 1}, "g": [["x"]]}
    values |= {"h": "x" * 501, "i": " ", "j": []}
    assert kept(values) == {"a": 1, "b": True, "c": ["x", 2]}


def test_what_no_store_can_hold_is_not_kept() -> None:
    assert kept({"a": "\x00", "b": 2**70, "c": "\ud800", "\x00": 1, "": 1}) == {}


def test_no_more_than_a_hundred_values_are_kept() -> None:
    assert len(kept({f"n{number}": number for number in range(200)})) == 100
