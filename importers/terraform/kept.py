"""What is kept of a resource's values beside the attributes of its class: small plain ones that are no secret."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import mapping
from importers.keepable import kept
from importers.setting_names import names_secret, words_of

_TAGS: Final = ("tags", "labels")
_LEFT_OUT: Final = frozenset(
    {
        "id", "arn", "self_link", "name", "tags_all", "tags", "labels", "effective_labels", "terraform_labels",
        "timeouts", "keepers", "triggers", "result", "value", "values", "hex", "dec", "rendered", "output", "outputs",
        "input", "inputs", "query", "environment", "variables", "env", "metadata", "spec", "definition", "manifest",
        "template", "script", "command", "interpreter", "program", "etag", "fingerprint",
    }
)  # fmt: skip
_LEFT_OUT_WORDS: Final = frozenset(
    {
        "b64", "base64", "bcrypt", "body", "content", "contents", "data", "definitions", "document", "policy",
        "script", "string", "strings", "template", "payload", "dsn", "kubeconfig", "userdata", "customdata",
    }
)  # fmt: skip


def kept_values(
    type_: str, values: Mapping[str, JSONValue], secrets: frozenset[str] = frozenset()
) -> dict[str, JSONValue]:
    """The plain values and the tags of a resource; none at all of a type that is made for secrets.

    A text among ``secrets``, which the file marks somewhere, is not kept from anywhere.
    Left out besides what :func:`importers.keepable.kept` leaves out: settings of people's own making, scripts,
    documents and generated values, for which no name says whether they are secret.
    """
    if names_secret(type_):
        return {}
    plain = {name: value for name, value in values.items() if _is_setting(name) and value not in ("", [], None)}
    result = kept(_without(plain, secrets))
    for field in _TAGS:
        if tags := kept(_without(mapping(values, field), secrets)):
            result[field] = tags
    return result


def _without(values: Mapping[str, JSONValue], secrets: frozenset[str]) -> dict[str, JSONValue]:
    if not secrets:
        return dict(values)
    return {name: value for name, value in values.items() if secrets.isdisjoint(_texts_of(value))}


def _texts_of(value: JSONValue) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [entry for entry in listed if isinstance(entry, str)]


@lru_cache(maxsize=4096)
def _is_setting(name: str) -> bool:
    return name not in _LEFT_OUT and _LEFT_OUT_WORDS.isdisjoint(words_of(name))
