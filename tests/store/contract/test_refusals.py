"""A commit that is refused leaves no trace."""

from dataclasses import replace

import pytest

from cmdb.errors import (
    CardinalityExceeded,
    CMDBError,
    Conflict,
    DuplicateIdentity,
    EndMissing,
    IdempotencyMismatch,
    NotFound,
    RevisionConflict,
)
from cmdb.model.commits import ChangeSet, PutRelationship, UpdateItem
from cmdb.model.items import Lifecycle
from cmdb.store.port import Store
from tests.builders import SCOPE, Dropped, Part, changes, create, link, patch, said, unlink, write
from tests.store.views import everything

GOOD: tuple[Part, ...] = (
    create("new", motto="searchable"),
    patch("a", motto="changed"),
    UpdateItem("b", lifecycle=Lifecycle.RETIRED),
    link("new", "a"),
    link("b", "c", note="changed"),
    unlink("a", "b"),
    said("k", "new"),
    said("fresh", None),
    Dropped(SCOPE, "old"),
)

BAD: dict[str, tuple[type[CMDBError], tuple[Part, ...]]] = {
    "an identity taken by a create": (DuplicateIdentity, (create("x", key="identity of c"),)),
    "an identity taken by a retired item": (DuplicateIdentity, (create("x", key="identity of r"),)),
    "an identity given twice": (DuplicateIdentity, (create("x", key="same"), create("y", key="same"))),
    "an identity taken by an update": (DuplicateIdentity, (UpdateItem("c", identity_key="identity of r"),)),
    "an id given again": (DuplicateIdentity, (create("c", key="another"),)),
    "a stale revision": (RevisionConflict, (patch("c", revision=7, motto="x"),)),
    "a stale revision and nothing to change": (RevisionConflict, (patch("c", revision=7),)),
    "an unknown item": (NotFound, (patch("x", motto="x"),)),
    "an unknown origin": (EndMissing, (link("x", "c"),)),
    "an unknown target": (EndMissing, (link("c", "x"),)),
    "a stale edge": (RevisionConflict, (PutRelationship("LINKED_TO", "c", "b", expected_revision=2),)),
    "an edge expected that is not there": (
        RevisionConflict,
        (PutRelationship("LINKED_TO", "c", "c", expected_revision=1),),
    ),
    "one target too many": (CardinalityExceeded, (link("a", "c", "FITS_INTO"),)),
    "one origin too many": (CardinalityExceeded, (link("c", "b", "LEADS"),)),
}


@pytest.fixture
def shelf(store: Store) -> Store:
    """Something of everything, so that every part of the good change set would leave a trace."""
    write(store, create("a"), create("b"), create("c"), create("r"), said("k", "a"), said("old", None))
    write(store, link("a", "b"), link("b", "c"), link("c", "b"), link("a", "b", "FITS_INTO"), link("a", "b", "LEADS"))
    write(store, UpdateItem("r", lifecycle=Lifecycle.RETIRED))
    return store


def test_a_refused_commit_leaves_everything_as_it_was(shelf: Store, subtests: pytest.Subtests) -> None:
    before = everything(shelf)
    for name, (error, parts) in BAD.items():
        with subtests.test(name):
            with pytest.raises(error):
                shelf.commit(changes(*GOOD, *parts, request_id=name))
            assert everything(shelf) == before
            assert shelf.commit_of(name) is None
            assert shelf.search("searchable").total == 0


def test_a_request_id_used_otherwise_leaves_everything_as_it_was(shelf: Store) -> None:
    shelf.commit(changes(request_id="one", fingerprint="print"))
    before = everything(shelf)
    with pytest.raises(IdempotencyMismatch):
        shelf.commit(changes(*GOOD, request_id="one", fingerprint="other"))
    assert everything(shelf) == before


def test_what_was_refused_can_be_done_right_afterwards(shelf: Store) -> None:
    with pytest.raises(EndMissing):
        write(shelf, *GOOD, link("x", "c"))
    commit = write(shelf, *GOOD, create("x"), link("x", "c"))
    assert (commit.seq, commit.created, commit.updated, commit.related, commit.unrelated) == (4, 2, 2, 3, 1)


def test_order_of_effect_lets_a_change_set_use_what_it_makes(store: Store) -> None:
    write(store, create("a", key="old"), create("b"), link("a", "b", "PAIRED_WITH"))
    write(
        store,
        create("c"),
        UpdateItem("a", identity_key="new"),
        unlink("a", "b", "PAIRED_WITH"),
        link("a", "c", "PAIRED_WITH"),
        link("c", "b", "PAIRED_WITH"),
        said("k", "PAIRED_WITH|c|b"),
    )
    assert [edge.key for edge in store.relationships_of(["b", "c"])] == ["PAIRED_WITH|a|c", "PAIRED_WITH|c|b"]


def test_errors_say_what_was_seen_and_what_to_do(shelf: Store) -> None:
    for error, parts in BAD.values():
        with pytest.raises(error) as refusal:
            write(shelf, *parts)
        assert refusal.value.message.endswith("nothing was written.")
        assert refusal.value.hint


def test_an_actor_may_say_anything(store: Store) -> None:
    commit = store.commit(ChangeSet("r'1", 'f"1', "O’Brien 'x'; --", "because\n{}"))
    assert store.commit_of("r'1") == commit
    assert (commit.actor, commit.reason, commit.fingerprint) == ("O’Brien 'x'; --", "because\n{}", 'f"1')


def test_a_write_that_holds_only_at_one_head_is_refused_at_another(shelf: Store) -> None:
    head = shelf.head()
    before = everything(shelf)
    for other in (head - 1, head + 1):
        with pytest.raises(Conflict):
            shelf.commit(replace(changes(*GOOD), expected_head=other))
    assert everything(shelf) == before
    assert shelf.commit(replace(changes(*GOOD), expected_head=head)).seq == head + 1


@pytest.mark.parametrize("taken", ["of another", "identity of another"])
def test_an_identifier_that_somebody_came_to_have_since_is_refused(shelf: Store, taken: str) -> None:
    head = shelf.head()
    planned = replace(changes(*GOOD), planned_at=head, unshared=("free", taken))
    write(shelf, replace(create("another"), identifiers=("of another",)))
    before = everything(shelf)
    with pytest.raises(DuplicateIdentity) as refusal:
        shelf.commit(planned)
    assert refusal.value.details["id"] == "another"
    assert everything(shelf) == before


def test_an_identifier_that_was_known_to_be_shared_or_is_its_own_is_no_obstacle(shelf: Store) -> None:
    write(shelf, replace(create("another"), identifiers=("shared",)))
    planned = replace(changes(*GOOD), planned_at=shelf.head(), unshared=("shared",))
    assert shelf.commit(planned).seq == shelf.head()
    write(shelf, link("new", "b"))
    own = changes(replace(create("newer"), identifiers=("mine",)), UpdateItem("another", identifiers=("shared", "its")))
    assert shelf.commit(replace(own, planned_at=1, unshared=("mine", "its", "shared", "nobody's"))).created == 1
