import pytest

from importers.setting_names import (
    holds_secret,
    may_mention_secret,
    mentions_secret,
    names_exception,
    names_host,
    names_secret,
    names_telemetry,
    words_of,
)


def test_the_words_of_a_name_are_found_in_any_spelling() -> None:
    assert words_of("ORDERS_dbHost") == words_of("orders.db-host") == ("orders", "db", "host")


@pytest.mark.parametrize("name", ["DB_PASSWORD", "apiKey", "MYSQLPASSWORD", "web.basicauth.users", "AUTH_TOKEN"])
def test_what_is_under_the_name_of_a_secret_is_not_looked_at(name: str) -> None:
    assert holds_secret(name)


def test_the_address_of_a_secret_is_no_secret() -> None:
    assert names_secret("AUTH_TOKEN_URL")
    assert not holds_secret("AUTH_TOKEN_URL")


@pytest.mark.parametrize("name", ["snmp_community", "vault_root", "ssh_args", "root_pw", "wifiPSK", "DB_PASSWORT"])
def test_a_name_announces_a_secret(name: str) -> None:
    assert names_secret(name)
    assert mentions_secret(f"the {name} of all")
    assert may_mention_secret(f"the {name} of all")


@pytest.mark.parametrize("name", ["VAULT_ADDR", "aws_backup_vault", "SSH_HOST", "zone", "monkey", "shipping", ""])
def test_a_name_announces_none(name: str) -> None:
    assert not names_secret(name)


def test_a_long_text_is_no_name_to_remember() -> None:
    assert names_secret("x" * 300 + "_password")
    assert not names_secret("x" * 300)


@pytest.mark.parametrize("name", ["MAIL_HOST", "cart.addr", "OpampServerHost"])
def test_a_bare_word_is_a_host_under(name: str) -> None:
    assert names_host(name)


@pytest.mark.parametrize("name", ["HOST", "HOSTNAME", "BIND_ADDR", "VIRTUAL_HOST", "ADVERTISED_HOST", "MAIL_MODE", ""])
def test_a_bare_word_is_no_foreign_host_under(name: str) -> None:
    assert not names_host(name)


def test_hosts_that_are_not_asked_are_told_apart() -> None:
    assert names_exception("no_proxy")
    assert names_exception("NO_PROXY")
    assert not names_exception("HTTP_PROXY")


def test_addresses_of_telemetry_are_told_apart() -> None:
    assert names_telemetry("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert not names_telemetry("HOTEL_ADDR")
