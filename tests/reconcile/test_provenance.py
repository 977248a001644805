"""Who said what: every value of every source, and why it holds or not; always as the fold has it."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.model.catalogue import Catalogue, load_catalogue
from cmdb.model.items import GroupSetting, Lifecycle
from cmdb.model.sources import RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue
from cmdb.reconcile import Aspect, ItemClaim, Provenance, Standing, fold_item, provenances
from tests.builders import DAY, gadgets

PLAIN = gadgets()
HAND, ALPHA, BETA = Scope("manual"), Scope("alpha"), Scope("beta")
ITEM = "the item"


@pytest.fixture(scope="module")
def ruled(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Beta counts before alpha, but yields after ten days."""
    path = tmp_path_factory.mktemp("catalogue") / "rules.yaml"
    rule = "{classes: [Gadget], attributes: [motto, name], sources: [beta], max_age_days: 10}"
    path.write_text(f"catalogue: 1\nprecedence: [{rule}]\n", "utf-8")
    return load_catalogue(Path(__file__).parents[1] / "gadgets.yaml", path)


def said(
    scope: Scope, cls: str | None = "Gadget", name: str = "it", *, at: datetime = DAY, **attributes: JSONValue
) -> SourceRecord:
    body = ItemClaim(cls, name, attributes, {}, {}).body()
    return SourceRecord(scope, ITEM if scope == HAND else "k", RecordKind.ITEM, ITEM, "digest", body, "run", at)


def told(records: list[SourceRecord], name: str, catalogue: Catalogue = PLAIN) -> Provenance:
    """What is said of one thing."""
    (found,) = [entry for entry in provenances(records, catalogue) if entry.name == name]
    return found


def standings(provenance: Provenance) -> list[tuple[str, JSONValue, str, str | None]]:
    return [(entry.binding, entry.value, entry.standing.value, entry.by) for entry in provenance.statements]


def test_the_value_that_holds_is_told_first_and_why_the_others_do_not() -> None:
    records = [
        said(BETA, motto="b", weight=1),
        said(ALPHA, motto="a", weight=1),
        said(HAND, None, "", motto="hand"),
    ]
    assert standings(told(records, "motto")) == [
        ("manual/default#the item", "hand", "holds", None),
        ("alpha/default#k", "a", "outranked", "manual/default#the item"),
        ("beta/default#k", "b", "outranked", "manual/default#the item"),
    ]
    assert standings(told(records, "weight")) == [
        ("alpha/default#k", 1, "holds", None),
        ("beta/default#k", 1, "agrees", "alpha/default#k"),
    ]


def test_class_and_name_are_told_too() -> None:
    records = [said(ALPHA, "Gadget", "a"), said(BETA, "Widget", "b"), said(HAND, None, "")]
    assert standings(told(records, "class")) == [
        ("beta/default#k", "Widget", "holds", None),
        ("alpha/default#k", "Gadget", "outranked", "beta/default#k"),
    ]
    assert [entry.value for entry in told(records, "name").statements] == ["a", "b"]
    assert [entry.aspect for entry in provenances(records, PLAIN)] == [Aspect.CLASS, Aspect.NAME]


def test_a_precedence_turns_the_order_and_silence_turns_it_back(ruled: Catalogue) -> None:
    fresh = [said(ALPHA, motto="a"), said(BETA, motto="b")]
    assert standings(told(fresh, "motto", ruled)) == [
        ("beta/default#k", "b", "holds", None),
        ("alpha/default#k", "a", "outranked", "beta/default#k"),
    ]
    late = [said(ALPHA, motto="a", at=DAY + timedelta(days=11)), said(BETA, motto="b")]
    assert standings(told(late, "motto", ruled)) == [
        ("alpha/default#k", "a", "holds", None),
        ("beta/default#k", "b", "silent", "alpha/default#k"),
    ]
    (silent,) = [entry for entry in told(late, "motto", ruled).statements if entry.standing is Standing.SILENT]
    assert silent.seen_at == DAY
    assert fold_item(late, ruled).attributes == {"motto": "a"}


def test_who_was_outranked_anyway_is_not_called_silent(ruled: Catalogue) -> None:
    records = [said(ALPHA, motto="a"), said(BETA, motto="b", at=DAY + timedelta(days=30))]
    assert standings(told(records, "motto", ruled))[1] == ("alpha/default#k", "a", "outranked", "beta/default#k")


def test_people_are_never_silent_and_make_nobody_silent(ruled: Catalogue) -> None:
    later = DAY + timedelta(days=400)
    records = [said(HAND, None, "", motto="hand"), said(BETA, motto="b", at=later), said(ALPHA, motto="a", at=later)]
    assert told(records, "motto", ruled).value == "hand"
    edited = [said(HAND, None, "", weight=1, at=later), said(BETA, motto="b"), said(ALPHA, motto="a")]
    assert told(edited, "motto", ruled).value == "b"


def test_what_its_source_sees_no_more_is_told_as_such() -> None:
    gone = replace(said(ALPHA, motto="a"), gone=True)
    records = [gone, said(BETA, motto="b")]
    assert standings(told(records, "motto")) == [
        ("beta/default#k", "b", "holds", None),
        ("alpha/default#k", "a", "gone", None),
    ]
    assert fold_item(records, PLAIN).attributes == {"motto": "b"}
    alone = fold_item([gone], PLAIN)
    assert (alone.lifecycle, alone.attributes) == (Lifecycle.RETIRED, {"motto": "a"})
    assert told([gone], "motto").value == "a"


def test_what_the_class_does_not_declare_holds_nowhere() -> None:
    records = [said(ALPHA, "Host", serial="S"), said(BETA, "Gadget", motto="b")]
    provenance = told(records, "motto")
    assert provenance.value is None
    assert standings(provenance) == [("beta/default#k", "b", "undeclared", None)]


def test_groups_are_told_with_their_settings() -> None:
    body = ItemClaim("Gadget", "it", {}, {"power": GroupSetting("2", "50%")}, {}).body()
    record = SourceRecord(ALPHA, "k", RecordKind.ITEM, ITEM, "digest", body, "run", DAY)
    provenance = told([record, said(BETA)], "power")
    assert (provenance.aspect, provenance.value) == (Aspect.GROUP, {"min_up": "2", "degraded_below": "50%"})


def test_the_word_of_a_source_is_told_where_the_catalogue_lacks_its_class(tmp_path: Path) -> None:
    path = tmp_path / "place.yaml"
    path.write_text("catalogue: 1\nunknown_class: OtherCI\n", "utf-8")
    body = ItemClaim("OtherCI", "it", {}, {}, {}, given_class="Toaster").body()
    record = SourceRecord(ALPHA, "k", RecordKind.ITEM, ITEM, "digest", body, "run", DAY)
    provenance = told([record], "class", load_catalogue(path))
    assert (provenance.value, provenance.statements[0].value) == ("OtherCI", "Toaster")


def test_where_nobody_says_that_it_is_there_nothing_is_told() -> None:
    assert provenances([said(HAND, None, "", motto="x")], PLAIN) == []
    assert provenances([], PLAIN) == []


instants = st.integers(0, 40).map(lambda days: DAY + timedelta(days=days))
words = st.sampled_from([None, "x", "y"])
records_of_one = st.lists(
    st.builds(
        lambda scope, cls, at, motto: said(scope, None if scope == HAND else cls, at=at, motto=motto),
        st.sampled_from([HAND, ALPHA, BETA, Scope("gamma")]),
        st.sampled_from(["Gadget", "Widget"]),
        instants,
        words,
    ),
    min_size=1,
    unique_by=lambda record: record.scope,
)


@given(records_of_one)
def test_what_is_told_to_hold_is_what_the_fold_holds(ruled: Catalogue, records: list[SourceRecord]) -> None:
    told_ = provenances(records, ruled)
    if not told_:
        return
    effective = fold_item(records, ruled)
    values = {entry.name: entry.value for entry in told_ if entry.aspect is Aspect.ATTRIBUTE}
    assert {name: value for name, value in values.items() if value is not None} == effective.attributes
    assert told(records, "class", ruled).value == effective.cls
    for entry in told_:
        assert [statement.standing for statement in entry.statements].count(Standing.HOLDS) <= 1
        spoken = {record.binding for record in records}
        assert {statement.binding for statement in entry.statements} <= spoken
