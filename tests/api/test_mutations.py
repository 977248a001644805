"""Changes of CIs, records and relationships: effect, refusal as data, and happening once."""

import pytest

from cmdb.model.values import JSONValue
from tests.api import refs
from tests.api.client import Caller, Plain, at, rows, texts

ERRORS = """errors { __typename ... on UserError { code message path }
  ... on RevisionConflict { currentRevision } ... on AmbiguousName { candidates }
  ... on DuplicateIdentity { existingId } }"""
ITEM = "id name lifecycle revision attributes groups { name minUp degradedBelow }"
RETURNED = {
    "change": "change { id name windowStartAt windowEndAt affects { nodes { state item { name } } } }",
    "incident": "incident { id name startedAt }",
    "problem": "problem { id name workaround }",
    "ci": f"ci {{ {ITEM} relationships {{ nodes {{ type from {{ name }} to {{ name }} }} }} }}",
    "group": f"ci {{ {ITEM} }}",
    "record": f"record {{ __typename {ITEM} }}",
}


def do(caller: Caller, mutation: str, **given: JSONValue) -> Plain:
    """The payload of a mutation."""
    word = next(word for word in RETURNED if mutation.startswith(word))
    kind = mutation[0].upper() + mutation[1:]
    query = f"mutation ($input: {kind}Input!) {{ {mutation}(input: $input) {{ {RETURNED[word]} {ERRORS} }} }}"
    return at(caller.ask(query, input=given), mutation)


def head(caller: Caller) -> Plain:
    return at(caller.ask("{ head }"), "head")


def test_a_ci_is_created_with_groups_and_relationships_in_one_commit(caller: Caller) -> None:
    before = head(caller)
    payload = do(
        caller,
        "ciCreate",
        **{"class": "Application"},
        name="billing",
        attributes={"version": "1"},
        groups=[{"name": "parts", "setting": {"minUp": "50%", "degradedBelow": "3"}}],
        relationships=[
            {"type": "DEPENDS_ON", "other": refs.DATABASE},
            {"type": "DEPENDS_ON", "other": refs.SHOP, "direction": "IN", "effect": "SOFT"},
        ],
    )
    assert at(payload, "errors") == []
    assert at(payload, "ci", "groups") == [{"name": "parts", "minUp": "50%", "degradedBelow": "3"}]
    ends = {
        (str(at(edge, "from", "name")), str(at(edge, "to", "name")))
        for edge in rows(payload, "ci", "relationships", "nodes")
    }
    assert ends == {("billing", "orders-db"), ("shop", "billing")}
    assert isinstance(before, int)
    assert head(caller) == before + 1


def test_a_patch_tells_absent_from_null(caller: Caller) -> None:
    created = at(
        do(caller, "ciCreate", **{"class": "Application"}, name="a", attributes={"version": "1", "repository": "r"}),
        "ci",
    )
    ref: JSONValue = {"id": str(at(created, "id"))}
    patched = at(do(caller, "ciUpdate", ref=ref, attributes={"version": None}), "ci")
    assert at(patched, "attributes") == {"repository": "r"}
    renamed = at(do(caller, "ciUpdate", ref=ref, name="b"), "ci")
    assert (at(renamed, "name"), at(renamed, "attributes")) == ("b", {"repository": "r"})


def test_a_stale_revision_is_refused_and_nothing_is_written(caller: Caller) -> None:
    do(caller, "ciUpdate", ref=refs.SHOP, attributes={"version": "2"}, expectedRevision=1)
    before = head(caller)
    payload = do(caller, "ciUpdate", ref=refs.SHOP, attributes={"version": "3"}, expectedRevision=1)
    assert at(payload, "ci") is None
    assert at(payload, "errors", 0, "__typename") == "RevisionConflict"
    assert at(payload, "errors", 0, "currentRevision") == 2
    assert head(caller) == before


def test_a_ci_is_retired_and_restored(caller: Caller) -> None:
    assert at(do(caller, "ciRetire", ref=refs.SHOP), "ci", "lifecycle") == "RETIRED"
    assert at(do(caller, "ciRestore", ref=refs.SHOP), "ci", "lifecycle") == "LIVE"


def test_the_same_key_and_input_takes_effect_once(caller: Caller) -> None:
    given: dict[str, JSONValue] = {"class": "Application", "name": "once", "idempotencyKey": "first try"}
    first = do(caller, "ciCreate", **given)
    before = head(caller)
    assert at(do(caller, "ciCreate", **given), "ci", "id") == at(first, "ci", "id")
    other = do(caller, "ciCreate", **{**given, "name": "twice"})
    assert at(other, "errors", 0, "__typename") == "IdempotencyMismatch"
    assert head(caller) == before


REFUSED: tuple[tuple[str, dict[str, JSONValue], str, list[str]], ...] = (
    ("ciCreate", {"class": "Spaceship", "name": "x"}, "UNKNOWN_CLASS", ["input", "class"]),
    ("ciCreate", {"class": "Equipment", "name": "x"}, "BAD_USER_INPUT", ["input"]),
    ("ciCreate", {"class": "Customer", "name": "x"}, "BAD_USER_INPUT", ["input"]),
    ("ciCreate", {"class": "Host", "name": "  "}, "BAD_USER_INPUT", ["input"]),
    ("ciCreate", {"class": "Host", "name": "a\x00b"}, "WRONG_TYPE", ["input"]),
    ("ciCreate", {"class": "Host", "name": "x", "idempotencyKey": " "}, "BAD_USER_INPUT", ["input"]),
    ("ciCreate", {"class": "Host", "name": "x", "attributes": [1]}, "WRONG_TYPE", ["input"]),
    (
        "ciCreate",
        {"class": "Host", "name": "x", "attributes": {"warp_factor": 9}},
        "UNKNOWN_ATTRIBUTE",
        ["input", "attributes", "warp_factor"],
    ),
    ("ciCreate", {"class": "Host", "name": "x", "attributes": {"memory_mib": "much"}}, "WRONG_TYPE", ["input"]),
    (
        "ciCreate",
        {"class": "Host", "name": "x", "attributes": {"vendor": "Ironclad", "serial": "S-1"}},
        "DUPLICATE_IDENTITY",
        ["input"],
    ),
    (
        "ciCreate",
        {"class": "Host", "name": "x", "relationships": [{"type": "RUNS_ON", "other": refs.NOBODY}]},
        "NOT_FOUND",
        ["input"],
    ),
    (
        "ciCreate",
        {"class": "Host", "name": "x", "relationships": [{"type": "RUNS_ON", "other": refs.SHOP, "direction": "BOTH"}]},
        "BAD_USER_INPUT",
        ["input"],
    ),
    ("ciUpdate", {"ref": refs.NOBODY, "name": "x"}, "NOT_FOUND", ["input"]),
    ("ciUpdate", {"ref": refs.CHANGE, "name": "x"}, "NOT_FOUND", ["input"]),
    ("ciRetire", {"ref": {"external": {"source": "a#b", "key": "c"}}}, "INVALID_REFERENCE", ["input"]),
    ("groupSet", {"ref": refs.DATABASE, "name": "replicas", "setting": {"minUp": "most"}}, "WRONG_TYPE", ["input"]),
    ("recordCreate", {"class": "Host", "name": "x"}, "BAD_USER_INPUT", ["input"]),
    ("recordCreate", {"class": "Agreement", "name": "x"}, "MISSING_ATTRIBUTE", ["input"]),
    (
        "changeCreate",
        {"name": "x", "windowStartAt": "2026-01-02T00:00:00Z", "windowEndAt": "2026-01-01T00:00:00Z"},
        "BAD_USER_INPUT",
        ["input"],
    ),
    ("changeCreate", {"name": "x", "changeType": "heroic"}, "WRONG_TYPE", ["input"]),
)


def test_a_bad_input_is_data_and_nothing_is_written(caller: Caller, subtests: pytest.Subtests) -> None:
    before = head(caller)
    for mutation, given, code, path in REFUSED:
        with subtests.test(mutation=mutation, given=given):
            errors = rows(do(caller, mutation, **given), "errors")
            assert [(at(error, "code"), at(error, "path")) for error in errors] == [(code, path)]
            assert head(caller) == before


def test_an_ambiguous_name_lists_its_candidates(light: Caller) -> None:
    new = at(do(light, "ciCreate", **{"class": "Application"}, name="shop"), "ci", "id")
    error = at(do(light, "ciUpdate", ref=refs.SHOP, name="x"), "errors", 0)
    assert at(error, "__typename") == "AmbiguousName"
    assert new in rows(error, "candidates")


def test_a_group_setting_changes_what_fails_and_can_be_handed_back(caller: Caller) -> None:
    counts = "query ($ref: CIRef!) { impact(seeds: [{ref: $ref}]) { services(states: [DOWN]) { totalCount } } }"

    def services_down() -> Plain:
        return at(caller.ask(counts, ref=refs.HOST_1), "impact", "services", "totalCount")

    assert services_down() == 0
    changed = do(caller, "groupSet", ref=refs.DATABASE, name="replicas", setting={"minUp": "100%"})
    assert at(changed, "ci", "groups", 0, "minUp") == "100%"
    assert services_down() == 2
    handed_back = do(caller, "groupSet", ref=refs.DATABASE, name="replicas", setting=None)
    assert at(handed_back, "ci", "groups", 0, "minUp") == "2"
    assert services_down() == 0


def test_a_change_is_registered_with_what_it_does(caller: Caller) -> None:
    payload = do(
        caller,
        "changeCreate",
        name="Power test",
        code="CHG-2",
        changeType="standard",
        windowStartAt="2026-12-01T22:00:00+01:00",
        windowEndAt="2026-12-02T02:00:00Z",
        affects=[{"ref": refs.key("PDU", "pdu-a")}, {"ref": refs.SHOP, "state": "UP"}],
        links=[{"type": "RELATES_TO", "to": refs.CHANGE}],
    )
    assert at(payload, "change", "windowStartAt") == "2026-12-01T21:00:00Z"
    effects = {str(at(row, "item", "name")): at(row, "state") for row in rows(payload, "change", "affects", "nodes")}
    assert effects == {"pdu-a": "DOWN", "shop": "UP"}


def test_incidents_and_problems_are_registered(light: Caller) -> None:
    incident = do(
        light, "incidentCreate", name="Slow again", startedAt="2026-12-01T08:00:00Z", affects=[{"ref": refs.SHOP}]
    )
    problem = do(light, "problemCreate", name="Leak", workaround="Restart nightly")
    assert at(incident, "incident", "startedAt") == "2026-12-01T08:00:00Z"
    assert at(problem, "problem", "workaround") == "Restart nightly"


def test_records_of_any_class_are_created_updated_retired_and_restored(light: Caller) -> None:
    created = at(
        do(light, "recordCreate", **{"class": "Customer"}, name="Eastwind", attributes={"code": "C-3"}), "record"
    )
    assert at(created, "__typename") == "Customer"
    ref: JSONValue = {"id": str(at(created, "id"))}
    updated = do(light, "recordUpdate", ref=ref, attributes={"email": "it@eastwind.example"})
    assert at(updated, "record", "attributes", "email") == "it@eastwind.example"
    assert at(do(light, "recordRetire", ref=ref), "record", "lifecycle") == "RETIRED"
    assert at(do(light, "recordRestore", ref=ref), "record", "lifecycle") == "LIVE"
    assert at(do(light, "recordRetire", ref=refs.SHOP), "errors", 0, "code") == "NOT_FOUND"


RELATE = f"""mutation ($input: RelationshipCreateInput!) {{
  relationshipCreate(input: $input) {{ relationship {{ id group effect }} {ERRORS} }}
}}"""
UNRELATE = (
    f"mutation ($input: RelationshipRemoveInput!) {{ relationshipRemove(input: $input) {{ relationshipId {ERRORS} }} }}"
)


def test_a_relationship_is_made_changed_and_removed(caller: Caller) -> None:
    edge: dict[str, JSONValue] = {"type": "DEPENDS_ON", "from": refs.SHOP, "to": refs.HOST_1}
    made = at(caller.ask(RELATE, input=edge), "relationshipCreate", "relationship")
    changed = caller.ask(RELATE, input={**edge, "effect": "SOFT", "group": "spare"})
    assert at(changed, "relationshipCreate", "relationship") == {
        "id": at(made, "id"),
        "group": "spare",
        "effect": "SOFT",
    }
    assert at(caller.ask(UNRELATE, input=edge), "relationshipRemove", "relationshipId") == at(made, "id")
    again = at(caller.ask(UNRELATE, input=edge), "relationshipRemove")
    assert (at(again, "relationshipId"), texts(again, "errors", field="code")) == (None, ["NOT_FOUND"])


WRONG_EDGES: tuple[tuple[dict[str, JSONValue], str], ...] = (
    ({"type": "NOPE", "from": refs.SHOP, "to": refs.HOST_1}, "UNKNOWN_RELATIONSHIP_TYPE"),
    ({"type": "POWERED_BY", "from": refs.SHOP, "to": refs.HOST_1}, "END_NOT_ALLOWED"),
    ({"type": "DEPENDS_ON", "from": refs.SHOP, "to": refs.NOBODY}, "NOT_FOUND"),
    ({"type": "AFFECTS", "from": refs.CHANGE, "to": refs.SHOP, "attributes": {"state": "odd"}}, "WRONG_TYPE"),
    ({"type": "AFFECTS", "from": refs.CHANGE, "to": refs.SHOP}, "MISSING_ATTRIBUTE"),
)


@pytest.mark.parametrize(("edge", "code"), WRONG_EDGES)
def test_a_relationship_that_the_catalogue_forbids_is_refused(caller: Caller, edge: JSONValue, code: str) -> None:
    assert texts(caller.ask(RELATE, input=edge), "relationshipCreate", "errors", field="code") == [code]
