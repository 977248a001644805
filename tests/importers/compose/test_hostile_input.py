import json

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.base import Document, ReadOptions
from importers.compose import ComposeImporter
from tests.importers.test_hostile_input import TEXTS, read, require_storable

WORDS = st.sampled_from(
    [
        "services", "web", "image", "build", "args", "environment", "env_file", "depends_on", "condition", "required",
        "networks", "aliases", "volumes", "source", "target", "type", "volume", "bind", "configs", "secrets", "labels",
        "ports", "links", "profiles", "extends", "service", "file", "deploy", "replicas", "command", "entrypoint",
        "name", "include", "path", "external", "network_mode", "service:web", "hostname", "$X", "${X:-${Y}}", "${",
        "A=${B}", "DB_HOST", "DB_HOST=web", "http://web:80", "a:1,b:2", "x:/y", "compose.yaml", "", "\x00", "'",
        "\ud800",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=6), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5), max_leaves=25
)
ENV_PARTS = st.lists(
    st.sampled_from(["A", "B", "=", "${A}", "$", '"', "'", "\\", "#", " ", "\n", "\r", "export ", ":", "{", "}", "x"])
)


@settings(max_examples=150, deadline=None)
@given(services=TREES, others=TREES)
def test_any_tree_under_the_words_of_a_file_is_survived(services: object, others: object) -> None:
    body = {"services": {"web": services, "api": {"image": "x", "extends": others}}, "volumes": others}
    require_storable(read(ComposeImporter(), json.dumps(body).encode()))


@settings(max_examples=150, deadline=None)
@given(service=st.dictionaries(WORDS, TREES, max_size=6), section=TREES)
def test_any_value_under_the_words_of_a_service_is_survived(service: dict[str, object], section: object) -> None:
    body = {"services": {"web": {"image": "x", **service}}, "networks": section, "include": section, "name": section}
    require_storable(read(ComposeImporter(), json.dumps(body).encode()))


@settings(max_examples=100, deadline=None)
@given(parts=ENV_PARTS)
def test_any_text_in_an_environment_file_is_survived(parts: list[str]) -> None:
    env = Document(".env", "".join(parts).encode())
    compose = Document("compose.yaml", b"services: {web: {image: 'x:${A}', environment: [A, 'B=${B}']}}")
    require_storable(list(ComposeImporter().read_together([compose, env], ReadOptions())))


@settings(max_examples=80, deadline=None)
@given(parts=TEXTS)
def test_any_text_after_the_word_services_is_survived(parts: list[str]) -> None:
    require_storable(read(ComposeImporter(), b"services:\n  web:\n" + "".join(parts).encode("utf-8", "replace")))
