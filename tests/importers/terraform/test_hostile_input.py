"""Whatever stands under the words of states and plans: observations, or a refusal."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from importers.terraform import TerraformImporter
from tests.importers.test_hostile_input import SCALARS, TEXTS, read, require_storable

WORDS = st.sampled_from(
    [
        "version", "format_version", "terraform_version", "serial", "lineage", "resources", "instances", "modules",
        "path", "primary", "attributes", "attributes_flat", "depends_on", "dependencies", "sensitive_attributes",
        "sensitive_values", "values", "root_module", "child_modules", "address", "module", "mode", "type", "name",
        "index", "index_key", "provider", "provider_name", "deposed", "status", "prior_state", "resource_changes",
        "change", "actions", "before", "after", "after_unknown", "managed", "data", "aws_instance", "null_resource",
        "module.a", "aws_instance.web", "aws_instance.web.0", "vpc_id", "subnets", "target_id", "metadata", "tags",
        "id", "arn", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d", "vpc-0a1b2c3d", "delete", "a.#", "a.%",
    ]
)  # fmt: skip
TREES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=30,
)
IMPORTER = TerraformImporter()


def require(value: object) -> None:
    require_storable(read(IMPORTER, json.dumps(value).encode()))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    require_storable(read(IMPORTER, content))


@settings(max_examples=60, deadline=None)
@given(parts=TEXTS)
def test_any_text(parts: list[str]) -> None:
    require_storable(read(IMPORTER, "".join(parts).encode("utf-8", "replace")))


@settings(max_examples=120, deadline=None)
@given(tree=TREES, other=TREES, version=st.sampled_from([3, 4]))
def test_any_tree_in_a_state(tree: object, other: object, version: int) -> None:
    entry = {"mode": "managed", "type": "aws_instance", "name": "web", "instances": [tree, {"attributes": other}]}
    require(
        {"version": version, "serial": 1, "resources": [tree, entry], "modules": [tree, {"resources": {"a.b": tree}}]}
    )


@settings(max_examples=120, deadline=None)
@given(tree=TREES, other=TREES)
def test_any_tree_in_what_is_printed(tree: object, other: object) -> None:
    entry = {"mode": "managed", "type": "aws_lb", "name": "web", "values": tree, "sensitive_values": other}
    module = {"resources": [entry, tree], "child_modules": [tree, {"address": "module.a", "resources": [other]}]}
    change = {"mode": "managed", "type": "aws_lb", "name": "web", "change": tree}
    values = {"values": {"root_module": module}}
    require({"format_version": "1.0", "prior_state": values, "resource_changes": [change, tree, other]})
    require({"format_version": "1.0", "values": {"root_module": tree}})


@settings(max_examples=80, deadline=None)
@given(values=st.dictionaries(WORDS | st.text(max_size=4), TREES, max_size=6))
def test_any_values_of_a_resource_beside_one_that_they_may_name(values: dict[str, object]) -> None:
    network = {"id": "vpc-0a1b2c3d", "arn": "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-0a1b2c3d"}
    resources = [
        {"mode": "managed", "type": "aws_vpc", "name": "main", "instances": [{"attributes": network}]},
        {"mode": "managed", "type": "aws_instance", "name": "web", "instances": [{"attributes": values}]},
    ]
    require({"version": 4, "serial": 1, "resources": resources})
