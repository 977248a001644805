"""The tables of types and attributes agree with the catalogue and with one another."""

import pytest

from cmdb.model.catalogue import load_catalogue
from cmdb.model.items import Effect
from importers.terraform.attributes import BRIDGES, MEANINGS
from importers.terraform.kinds import class_of, is_known
from importers.terraform.meanings import SETTINGS, Direction, Meaning

CATALOGUE = load_catalogue()
SPOKEN = [(key, meaning) for key, meanings in MEANINGS.entries.items() for meaning in meanings]
by_attribute = pytest.mark.parametrize(("key", "meaning"), SPOKEN, ids=[f"{key} {m.type}" for key, m in SPOKEN])


@by_attribute
def test_each_attribute_speaks_for_a_type_of_the_catalogue_with_ends_that_it_may_have(
    key: str, meaning: Meaning
) -> None:
    spec = CATALOGUE.relationship(meaning.type)
    named = [target if target[:1].isupper() else class_of(target) for target in meaning.targets]
    ends = spec.to_classes if meaning.direction is Direction.FROM_HOLDER else spec.from_classes
    assert set(named) <= set(ends), key


@by_attribute
def test_each_target_is_a_class_or_a_type_that_exists(key: str, meaning: Meaning) -> None:
    for target in meaning.targets:
        assert target in CATALOGUE.classes or "_" in target, key


@by_attribute
def test_each_group_has_a_setting_and_each_softening_is_of_a_hard_type(key: str, meaning: Meaning) -> None:
    assert meaning.group is None or meaning.group in SETTINGS, key
    if meaning.effect is Effect.SOFT:
        assert CATALOGUE.relationship(meaning.type).effect is Effect.HARD, key


@pytest.mark.parametrize(
    "key", [key for key in MEANINGS.entries if ":" in key and key.startswith(("aws_lb", "azurerm_lb"))]
)
def test_what_routes_to_others_has_a_class_that_may(key: str) -> None:
    type_ = key.partition(":")[0]
    for meaning in MEANINGS.entries[key]:
        if meaning.type == "ROUTES_TO" and meaning.direction is Direction.FROM_HOLDER:
            assert class_of(type_) in CATALOGUE.relationship("ROUTES_TO").from_classes


@pytest.mark.parametrize(
    ("type_", "bridge"), [(type_, bridge) for type_, bridges in BRIDGES.items() for bridge in bridges]
)
def test_each_bridge_stands_between_attributes_that_are_in_the_table(type_: str, bridge: tuple[str, str, str]) -> None:
    one, relationship, other = bridge
    assert not is_known(type_)
    assert relationship in CATALOGUE.relationship_types
    assert {f"{type_}:{one}", f"{type_}:{other}"} <= MEANINGS.entries.keys()


def test_what_is_said_of_a_type_goes_before_the_longer_and_the_shorter_end() -> None:
    attached = MEANINGS.find("aws_volume_attachment", ("volume_id",))
    stored = MEANINGS.find("aws_instance", ("root_block_device", "volume_id"))
    peer = MEANINGS.find("aws_security_group", ("ingress", "security_groups"))
    assert [meaning.type for meaning in attached or ()] == ["ATTACHED_TO"]
    assert [meaning.type for meaning in stored or ()] == ["STORED_ON"]
    assert [meaning.type for meaning in peer or ()] == ["RELATES_TO"]
    assert MEANINGS.find("aws_instance", ("instance_type",)) is None


@pytest.mark.parametrize(
    ("type_", "cls"),
    [("aws_alb", "CloudLoadBalancer"), ("aws_alb_target_group", "TargetGroup"), ("aws_new_thing", "OtherCloudResource"),
     ("random_pet", "OtherCI"), ("kubernetes_manifest", "OtherCI"), ("kubernetes_deployment_v1", "Workload")],
)  # fmt: skip
def test_types_have_the_class_of_the_table_or_a_generic_one(type_: str, cls: str) -> None:
    assert class_of(type_) == cls
    assert cls in CATALOGUE.classes
