import pytest

from cmdb.model.values import JSONValue
from importers.keepable import MAX_KEPT_TEXT, kept, kept_text, looks_secret

SECRETS = [
    "$ANSIBLE_VAULT;1.1;AES256\n3836",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIx me@home",
    "AKIAIOSFODNN7EXAMPLE",
    "eyJhbGciOiJIUzI1NiJ9.e30.x",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "$6$salt$hash",
    "{{ vault_db_password }}",
    "password=hunter2",
    "secret = x",
    "token: abc",
    "key: abc",
    "API key: abc",
    "auth: hunter2",
    "pw: two words",
    "user:x password:y",
    "the password: s3cret",
    '{"password": "x"}',
    'password "hunter2"',
    "a=1,password=x",
    "Host=db;Password=s3cret",
    "jdbc:db2://h:50000/db:user=u;password=p;",
    "https://x.example/?token=abc",
    "--api-key x",
    "run --token s3cret",
    "the root password is hunter2",
    "the key is abc",
    "PIN 1234",
    "login admin password hunter2",
    "password for root: hunter2",
    "Password (root): hunter2",
    "password of the door 4-eyes",
    "me:pw@registry/shop",
    "https://me:my pw@host",
    'http://me:p"w@host',
]
HARMLESS = [
    "row 4",
    "Main site",
    "10.0.0.1",
    "2027-06-30",
    "me@example.com",
    "mailto:me@example.com",
    "",
    "Auth service",
    "Auth service: logs people in",
    "auth: logs people in",
    "Token service: issues things",
    "Key account management",
    "Keeps the keys of customers",
    "The key is rotated daily",
    "Signs JSON web tokens",
    "Secrets management",
    "Password reset portal",
    "Password reset: sends mails to users",
    "Certificate authority of the house",
    "Opens at 10:30",
    "./src/init.sql:/docker/init.sql",
    "redis:7@sha256:abc",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdE",
    "https://wiki.example.com/racks",
    "https://registry.example.com/package/@babel/core",
    "https://a.example,https://b.example",
    "http://[::1]:80/",
    "http://host:${PORT}/x",
    "jdbc:mysql://h:3306/x",
    "kafka-0.kafka:9092,kafka-1:9092",
]
ADDRESSES = {
    "https://admin:x@ilo.example.com": "https://ilo.example.com",
    "https://token@git.example.com/x": "https://git.example.com/x",
    "https://me:s3/cret@git.example/x": "https://git.example/x",
    "https://me:p#w@host/x": "https://host/x",
    "postgres://app:hunter2@db/orders": "postgres://db/orders",
    "mongodb://u:p@h1:27017,u2:p2@h2/": "mongodb://h2/",
    "see https://u:p@h/x and https://v:q@i": "see https://h/x and https://i",
}
STRANGE = ["a ", "a:", "password ", "a.b-", "-a ", "://", "pw a", " is", ":a@", "a=", "{{", "://a:", "is password "]


@pytest.mark.parametrize("text", SECRETS)
def test_a_text_that_is_or_tells_a_secret_is_not_kept(text: str) -> None:
    assert looks_secret(text)
    assert kept_text(text) == ""
    assert kept({"note": text, "notes": [text]}) == {}


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_prose_stays(text: str) -> None:
    assert not looks_secret(text)
    assert kept_text(text) == text


@pytest.mark.parametrize("text", ADDRESSES)
def test_of_an_address_only_the_user_information_is_taken_out(text: str) -> None:
    public = ADDRESSES[text]
    assert kept_text(text) == public
    assert kept({"url": text, "urls": [text]}) == {"url": public, "urls": [public]}


@pytest.mark.parametrize("name", ["root_pw", "snmp_community", "ansible_become_pass", "wifiPSK", "API-Key", "ssh_args"])
def test_the_name_alone_can_forbid_it(name: str) -> None:
    assert kept({name: "harmless"}) == {}
    assert kept_text("harmless", name) == ""


def test_only_small_plain_values_are_kept() -> None:
    values: dict[str, JSONValue] = {"a": 1, "b": True, "c": ["x", 2], "d": None, "e": {"f": 1}, "g": [["x"]]}
    values |= {"h": "x" * (MAX_KEPT_TEXT + 1), "i": " ", "j": []}
    assert kept(values) == {"a": 1, "b": True, "c": ["x", 2]}
    assert kept_text(7) == ""
    assert kept_text(["x"]) == ""


def test_what_no_store_can_hold_is_not_kept() -> None:
    assert kept({"a": "\x00", "b": 2**70, "c": "\ud800", "\x00": 1, "": 1}) == {}


def test_no_more_than_a_hundred_values_are_kept() -> None:
    assert len(kept({f"n{number}": number for number in range(200)})) == 100
    assert kept({"list": list(range(101))}) == {}


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", STRANGE)
def test_no_text_takes_long(part: str) -> None:
    for length in range(MAX_KEPT_TEXT - 5, MAX_KEPT_TEXT):
        kept_text((part * MAX_KEPT_TEXT)[:length])
    looks_secret(part * 2_000)
