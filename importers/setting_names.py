"""What the name of a setting says of its value: a secret, an address, or a word that is no host."""

import re
from typing import Final

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")

_SECRET_WORDS: Final = frozenset(
    {
        "password", "passwords", "passwd", "pwd", "pass", "passphrase", "secret", "secrets", "token", "tokens", "key",
        "keys", "apikey", "credential", "credentials", "creds", "auth", "authorization", "private", "salt", "cookie",
        "signature", "cert", "certificate", "license", "licence", "pin",
    }
)  # fmt: skip
_SECRET_PARTS: Final = (
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "passphrase",
    "basicauth",
    "htpasswd",
)
_ADDRESS_WORDS: Final = frozenset(
    {
        "addr", "addrs", "address", "addresses", "host", "hosts", "hostname", "url", "urls", "uri", "uris", "server",
        "servers", "endpoint", "endpoints", "broker", "brokers", "upstream", "upstreams", "backend", "target", "dsn",
        "nodes", "seeds", "peers", "svc", "service", "connection", "proxy", "gateway",
    }
)  # fmt: skip
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
    """The words of a name in lower case: ``ORDERS_dbHost`` → ``orders db host``."""
    return tuple(word.lower() for word in _NOT_WORD.split(_CAMEL.sub("_", name)) if word)


def ends_in_address_word(name: str) -> bool:
    """Whether the name announces an address: ``CART_SERVICE_ADDR``."""
    return words_of(name)[-1:] != () and words_of(name)[-1] in _ADDRESS_WORDS


def mentions_secret(name: str) -> bool:
    """Whether a word of the name is one for a secret: ``AUTH_TOKEN_URL``, ``MYSQLPASSWORD``."""
    words = words_of(name)
    joined = "".join(words)
    return not _SECRET_WORDS.isdisjoint(words) or any(part in joined for part in _SECRET_PARTS)


def holds_secret(name: str) -> bool:
    """Whether the value must not be looked at: a secret's name that does not end in a word for an address."""
    return mentions_secret(name) and not ends_in_address_word(name)


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
