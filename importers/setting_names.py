"""What the name of a setting says of its value: a secret, an address, or a word that is no host.

One rule for all formats: *the value under a name that announces a secret never enters*.  A name announces one with a
word such as ``password``, ``token`` or ``key``, in any spelling and also grown together (``MYSQLPASSWORD``).  Words
that only sometimes mean a secret (``vault``, ``ssh``, ``hash`` ...) count unless the name ends in a word for a place:
``snmp_community`` and ``vault_root`` announce one, ``VAULT_ADDR`` and ``backup_vault`` do not.
"""

import re
from functools import lru_cache
from typing import Final

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_REMEMBERED: Final = 200

_SECRET_WORDS: Final = frozenset(
    {
        "password", "passwords", "passwd", "pwd", "pw", "pass", "passphrase", "secret", "secrets", "token", "tokens",
        "key", "keys", "credential", "credentials", "creds", "auth", "authorization", "private", "salt", "cookie",
        "signature", "cert", "certificate", "license", "licence", "pin", "psk", "otp", "pem", "crt",
    }
)  # fmt: skip
_SECRET_PARTS: Final = (
    "password", "passwd", "passwort", "kennwort", "secret", "token", "credential", "apikey", "passphrase", "basicauth",
    "htpasswd", "pwhash",
)  # fmt: skip
_DOUBTFUL_WORDS: Final = frozenset({"become", "community", "hash", "snmp", "ssh", "vault", "wpa"})
_HINTS: Final = tuple(
    word
    for word in sorted(_SECRET_WORDS | _DOUBTFUL_WORDS | {*_SECRET_PARTS})
    if not any(other in word and other != word for other in _SECRET_WORDS | _DOUBTFUL_WORDS)
)
_ADDRESS_WORDS: Final = frozenset(
    {
        "addr", "addrs", "address", "addresses", "host", "hosts", "hostname", "url", "urls", "uri", "uris", "server",
        "servers", "endpoint", "endpoints", "broker", "brokers", "upstream", "upstreams", "backend", "target", "dsn",
        "nodes", "seeds", "peers", "svc", "service", "connection", "proxy", "gateway",
    }
)  # fmt: skip
_PLACE_WORDS: Final = _ADDRESS_WORDS | {"vault"}
_OTHER_WORDS: Final = frozenset(
    {
        "app", "application", "bucket", "class", "collection", "database", "databases", "db", "dialect", "dir",
        "directory", "driver", "engine", "env", "environment", "exchange", "file", "format", "group", "groups", "id",
        "ids", "index", "keyspace", "kind", "label", "labels", "level", "login", "mode", "name", "names", "namespace",
        "owner", "path", "prefix", "profile", "profiles", "project", "queue", "realm", "region", "role", "schema",
        "table", "title", "topic", "topics", "type", "user", "username", "zone",
    }
)  # fmt: skip
_HOST_WORDS: Final = frozenset({"host", "hosts", "hostname", "addr", "addrs", "address", "addresses"})
_OWN_WORDS: Final = frozenset(
    {"advertise", "advertised", "allowed", "bind", "cors", "external", "listen", "local", "my", "own", "public",
     "self", "virtual"}
)  # fmt: skip
_TELEMETRY_WORDS: Final = frozenset(
    {"apm", "jaeger", "opamp", "opentelemetry", "otel", "otlp", "sentry", "statsd", "telemetry", "traceloop", "tracing",
     "zipkin"}
)  # fmt: skip
_ARTEFACT_WORDS: Final = frozenset({"image", "images", "tag", "version"})


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: ``ORDERS_dbHost`` → ``orders db host``; linear in its length."""
    return _short_words(name) if len(name) <= _LONGEST_REMEMBERED else _split(name)


def ends_in_address_word(name: str) -> bool:
    """Whether the name announces an address: ``CART_SERVICE_ADDR``."""
    return words_of(name)[-1:] != () and words_of(name)[-1] in _ADDRESS_WORDS


def names_secret(name: str) -> bool:
    """Whether the name announces a secret, so that its value never enters; linear in its length.

    >>> names_secret("AUTH_TOKEN_URL"), names_secret("snmp_community"), names_secret("VAULT_ADDR"), names_secret("zone")
    (True, True, False, False)
    """
    return _short_announces(name) if len(name) <= _LONGEST_REMEMBERED else _announces(name)


def mentions_secret(text: str) -> bool:
    """Whether a word of a text is one that announces a secret in names; linear in its length."""
    words = _split(text)
    return not _SECRET_WORDS.isdisjoint(words) or not _DOUBTFUL_WORDS.isdisjoint(words) or _has_part("".join(words))


def may_mention_secret(text: str) -> bool:
    """A quick first look: ``False`` only where :func:`mentions_secret` is; some words merely contain such a word."""
    lowered = text.lower()
    return any(word in lowered for word in _HINTS)


def holds_secret(name: str) -> bool:
    """Whether not even a host may be looked for in the value: a secret's name that does not end in an address word."""
    return names_secret(name) and not ends_in_address_word(name)


def names_something_else(name: str) -> bool:
    """Whether a bare word under this name is no host: the ``orders`` of ``POSTGRES_DB`` is a database."""
    return bool(words_of(name)) and words_of(name)[-1] in _OTHER_WORDS | _ARTEFACT_WORDS


def names_artefact(name: str) -> bool:
    """Whether ``redis:7`` under this name is an image, not a host and port."""
    return bool(words_of(name)) and words_of(name)[-1] in _ARTEFACT_WORDS


def names_host(name: str) -> bool:
    """Whether a bare word under this name is a host of somebody else: that of ``MAIL_HOST``, not of ``BIND_ADDR``."""
    words = words_of(name)
    return len(words) > 1 and words[-1] in _HOST_WORDS and _OWN_WORDS.isdisjoint(words)


def names_exception(name: str) -> bool:
    """Whether the hosts under this name are those that are *not* asked: ``NO_PROXY``."""
    return words_of(name)[:2] in {("no", "proxy"), ("noproxy",)}


def names_telemetry(name: str) -> bool:
    """Whether the address is one that traces, metrics or logs are sent to: ``OTEL_EXPORTER_OTLP_ENDPOINT``."""
    return not _TELEMETRY_WORDS.isdisjoint(words_of(name))


def _split(name: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _NOT_WORD.split(_CAMEL.sub("_", name)) if word)


def _announces(name: str) -> bool:
    words = words_of(name)
    if not _SECRET_WORDS.isdisjoint(words) or _has_part("".join(words)):
        return True
    return not _DOUBTFUL_WORDS.isdisjoint(words) and words[-1] not in _PLACE_WORDS


def _has_part(joined: str) -> bool:
    return any(part in joined for part in _SECRET_PARTS)


# The same few names come again with every object; long ones are no names and are not remembered.
_short_words = lru_cache(maxsize=16_384)(_split)
_short_announces = lru_cache(maxsize=16_384)(_announces)
