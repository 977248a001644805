"""What holds when several sources speak: order does not matter, people stand above, silence beats nothing."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.errors import UnknownClass
from cmdb.model.items import Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.reconcile import EdgeClaim, ItemClaim, fold_edge, fold_item
from tests.builders import DAY, gadgets

CATALOGUE = gadgets()
LINKED = CATALOGUE.relationship("LINKED_TO")
BY_HAND, FIRST, SECOND = Scope("manual"), Scope("alpha"), Scope("beta")


def claim(
    cls: str = "Gadget",
    name: str = "it",
    groups: Mapping[str, GroupSetting] | None = None,
    **attributes: JSONValue,
) -> ItemClaim:
    return ItemClaim(cls, name, attributes, groups or {}, {})


def record(scope: Scope, said: ItemClaim | Mapping[str, JSONValue], key: str = "k") -> SourceRecord:
    body = said.body() if isinstance(said, ItemClaim) else said
    return SourceRecord(
        scope, "id" if scope == BY_HAND and key == "k" else key, RecordKind.ITEM, "id", "digest", body, "run", DAY
    )


def test_one_source_is_taken_at_its_word() -> None:
    effective = fold_item([record(FIRST, claim(motto="m", weight=3))], CATALOGUE)
    assert (effective.cls, effective.name, effective.lifecycle) == ("Gadget", "it", Lifecycle.LIVE)
    assert effective.attributes == {"motto": "m", "weight": 3}


def test_people_stand_above_every_source_for_each_value_alone() -> None:
    records = [record(FIRST, claim(motto="a", weight=1)), record(BY_HAND, claim(name="", motto="hand"))]
    effective = fold_item(records, CATALOGUE)
    assert (effective.name, effective.attributes) == ("it", {"motto": "hand", "weight": 1})


def test_sources_follow_in_order_of_scope_and_key() -> None:
    records = [record(SECOND, claim(motto="b")), record(FIRST, claim(motto="z"), "2"), record(FIRST, claim(motto="a"))]
    assert fold_item(records, CATALOGUE).attributes["motto"] == "z"
    assert fold_item(records[:1] + records[2:], CATALOGUE).attributes["motto"] == "a"


def test_nothing_never_beats_a_value() -> None:
    records = [record(BY_HAND, claim(motto=None)), record(SECOND, claim(motto="b", weight=None))]
    assert fold_item(records, CATALOGUE).attributes == {"motto": "b"}


def test_false_and_zero_and_empty_are_values() -> None:
    records = [record(FIRST, claim(active=False, weight=0, motto="")), record(SECOND, claim(active=True, weight=9))]
    assert fold_item(records, CATALOGUE).attributes == {"active": False, "weight": 0, "motto": ""}


def test_the_class_is_the_most_special_one_that_anybody_names() -> None:
    records = [record(FIRST, claim("Gadget")), record(SECOND, claim("Widget")), record(BY_HAND, claim("CI"))]
    assert fold_item(records, CATALOGUE).cls == "Widget"


def test_of_classes_that_exclude_each_other_the_more_special_counts_then_the_first_source() -> None:
    records = [record(SECOND, claim("VirtualMachine")), record(FIRST, claim("Host"))]
    assert fold_item(records, CATALOGUE).cls == "Host"
    assert fold_item([*records, record(BY_HAND, claim("VirtualMachine"))], CATALOGUE).cls == "VirtualMachine"
    assert fold_item([record(FIRST, claim("OtherCI")), record(SECOND, claim("Host"))], CATALOGUE).cls == "Host"


def test_a_class_that_people_name_is_kept_to_and_only_made_more_special() -> None:
    records = [record(FIRST, claim("Host")), record(BY_HAND, claim("Gadget")), record(SECOND, claim("Widget"))]
    assert fold_item(records, CATALOGUE).cls == "Widget"
    assert fold_item(records[:2], CATALOGUE).cls == "Gadget"


def test_a_class_that_a_source_was_given_for_an_unknown_one_counts_last() -> None:
    fallen = replace(claim("OtherCI"), given_class="Toaster")
    records = [record(FIRST, fallen), record(SECOND, claim("HostGroup"))]
    assert fold_item(records, CATALOGUE).cls == "HostGroup"
    assert fold_item(records[:1], CATALOGUE).cls == "OtherCI"


def test_what_the_class_does_not_declare_is_left_out() -> None:
    records = [record(FIRST, claim("Gadget", motto="m")), record(SECOND, claim("Host", serial="S"))]
    effective = fold_item(records, CATALOGUE)
    assert effective.cls == "Host"
    assert effective.attributes == {"serial": "S"}


def test_groups_are_folded_each_by_its_name() -> None:
    two, half = GroupSetting("2"), GroupSetting("50%", "100%")
    records = [record(FIRST, claim(groups={"a": two})), record(SECOND, claim(groups={"a": half, "b": half}))]
    assert fold_item(records, CATALOGUE).groups == {"a": two, "b": half}


def test_a_ci_is_retired_when_a_person_said_so_whatever_sources_say() -> None:
    gone = replace(claim(name=""), retired=True)
    assert fold_item([record(FIRST, claim()), record(BY_HAND, gone)], CATALOGUE).lifecycle is Lifecycle.RETIRED


def test_that_a_person_retired_one_that_was_merged_into_it_does_not_retire_a_ci() -> None:
    gone = replace(claim(name=""), cls=None, retired=True)
    assert fold_item([record(FIRST, claim()), record(BY_HAND, gone, "another")], CATALOGUE).lifecycle is Lifecycle.LIVE


def test_the_nearer_word_of_people_counts_first() -> None:
    records = [record(BY_HAND, claim(motto="of another"), "another"), record(BY_HAND, claim(motto="of it"), "id")]
    assert fold_item(records, CATALOGUE).attributes == {"motto": "of it"}


def test_a_class_that_nobody_declares_is_an_error() -> None:
    with pytest.raises(UnknownClass):
        fold_item([record(FIRST, claim("Spaceship"))], CATALOGUE)


def test_a_class_that_nobody_names_is_an_error() -> None:
    with pytest.raises(UnknownClass):
        fold_item([record(BY_HAND, replace(claim(), cls=None))], CATALOGUE)


texts = st.sampled_from(["", "a", "b"])
claims = st.builds(
    ItemClaim,
    st.sampled_from(["Gadget", "Widget"]),
    texts,
    st.dictionaries(st.sampled_from(["motto", "weight", "parts"]), st.sampled_from([None, "x", 1]), max_size=3),
    st.dictionaries(texts, st.builds(GroupSetting, st.sampled_from(["1", "50%"]), st.none() | st.just("2"))),
    st.dictionaries(texts, st.sampled_from([None, "x", [1]])),
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "Toaster"]),
)
scopes = st.sampled_from([BY_HAND, FIRST, SECOND])
records_of_items = st.lists(st.builds(record, scopes, claims, texts), min_size=1, max_size=5)


def one_word_each(records: list[SourceRecord]) -> list[SourceRecord]:
    return list({(entry.scope, entry.key): entry for entry in records}.values())


@given(records_of_items, st.randoms(use_true_random=False))
def test_the_order_in_which_sources_spoke_does_not_matter(records: list[SourceRecord], random: Random) -> None:
    unique = one_word_each(records)
    shuffled = random.sample(unique, len(unique))
    assert fold_item(shuffled, CATALOGUE) == fold_item(unique, CATALOGUE)


@given(claims)
def test_a_claim_is_read_back_as_it_was_written(said: ItemClaim) -> None:
    assert ItemClaim.of(said.body()) == said


@given(records_of_items)
def test_each_value_was_said_by_somebody_and_none_is_nothing(records: list[SourceRecord]) -> None:
    effective = fold_item(records, CATALOGUE)
    said = [ItemClaim.of(entry.body) for entry in records]
    for name, value in effective.attributes.items():
        assert value is not None
        assert any(entry.attributes.get(name) == value for entry in said)


def test_a_body_that_says_less_is_read_with_defaults() -> None:
    said = ItemClaim.of({"class": "Gadget", "name": "x", "groups": {"g": "odd"}, "attributes": None})
    assert said == ItemClaim("Gadget", "x", {}, {"g": GroupSetting()}, {})


# --- edges


def edge_record(scope: Scope, **body: JSONValue) -> SourceRecord:
    return replace(record(scope, body), kind=RecordKind.RELATIONSHIP)


def test_an_edge_rests_on_the_strongest_basis_that_anybody_has() -> None:
    bases = [Basis.INFERRED, Basis.OBSERVED, Basis.DECLARED]
    for count in (1, 2, 3):
        records = [edge_record(Scope(f"s{n}"), basis=basis) for n, basis in enumerate(bases[:count])]
        assert fold_edge(records, LINKED).basis is bases[count - 1]
        assert fold_edge(records[::-1], LINKED).basis is bases[count - 1]


def test_group_effect_and_attributes_of_an_edge_are_the_first_that_is_said() -> None:
    records = [
        edge_record(SECOND, group="second", effect="soft", attributes={"note": "b", "share": 1}),
        edge_record(FIRST, group="first", attributes={"note": None}),
        edge_record(BY_HAND, effect="none"),
    ]
    assert fold_edge(records, LINKED) == EdgeClaim("first", Effect.NONE, Basis.DECLARED, {"note": "b", "share": 1})


def test_an_edge_of_which_nothing_more_is_said_is_declared() -> None:
    assert fold_edge([edge_record(FIRST)], LINKED) == EdgeClaim(None, None, Basis.DECLARED, {})


bodies = st.fixed_dictionaries(
    {},
    optional={
        "group": texts.filter(bool),
        "effect": st.sampled_from(Effect),
        "basis": st.sampled_from(Basis),
        "attributes": st.dictionaries(texts, st.sampled_from([None, 1])),
    },
)


@given(st.lists(st.tuples(scopes, bodies), min_size=1, max_size=4, unique_by=lambda pair: pair[0]))
def test_the_order_in_which_sources_spoke_of_an_edge_does_not_matter(
    said: list[tuple[Scope, dict[str, JSONValue]]],
) -> None:
    records = [edge_record(scope, **body) for scope, body in said]
    assert fold_edge(records, LINKED) == fold_edge(records[::-1], LINKED)
