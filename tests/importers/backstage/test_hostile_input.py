import json

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.backstage import BackstageImporter
from tests.importers.test_hostile_input import read, require_storable

WORDS = st.sampled_from(
    [
        "apiVersion", "kind", "metadata", "name", "namespace", "spec", "type", "owner", "system", "domain",
        "subdomainOf", "subcomponentOf", "dependsOn", "dependencyOf", "providesApis", "consumesApis", "apiConsumedBy",
        "memberOf", "parent", "children", "members", "targets", "target", "profile", "email", "labels", "annotations",
        "links", "tags", "definition", "$text", "items", "backstage.io/v1alpha1", "Component", "API", "System", "Group",
        "User", "Location", "Resource", "library", "database", "user:default/x", "a:b/c:d", "x/y", "", "\x00", "ß", "#",
    ]
)  # fmt: skip
SCALARS = st.one_of(WORDS, st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6), max_leaves=25
)
KINDS = st.sampled_from(["Component", "API", "System", "Domain", "Group", "User", "Location", "Resource", "Robot"])


@settings(max_examples=100, deadline=None)
@given(tree=TREES)
def test_any_tree_gives_only_observations_or_a_refusal(tree: object) -> None:
    require_storable(read(BackstageImporter(), json.dumps(tree).encode()))


@settings(max_examples=150, deadline=None)
@given(kind=KINDS, spec=st.dictionaries(WORDS, TREES), metadata=st.dictionaries(WORDS, TREES))
def test_any_shape_under_the_words_of_an_entity_is_survived(
    kind: str, spec: dict[str, object], metadata: dict[str, object]
) -> None:
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": {**metadata, "name": "x"}, "spec": spec}
    require_storable(read(BackstageImporter(), json.dumps([entity, entity]).encode()))
