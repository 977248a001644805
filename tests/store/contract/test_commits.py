"""What a commit is, once and for all."""

from datetime import UTC, datetime, timedelta

import pytest

from cmdb.errors import IdempotencyMismatch, SeqUnavailable
from cmdb.model.commits import ChangeSet
from cmdb.store.port import Store
from tests.builders import changes, create, link, patch, said, unlink, write
from tests.store.places import Place


def test_an_empty_store_has_head_zero_and_no_commits(store: Store) -> None:
    assert store.head() == 0
    assert list(store.commits(0)) == []
    assert store.commit_of("never") is None


def test_commits_are_numbered_from_one_without_gaps(store: Store) -> None:
    assert [write(store, create(id_)).seq for id_ in "abc"] == [1, 2, 3]
    assert store.head() == 3


def test_a_commit_says_who_what_why_and_how_much(store: Store) -> None:
    write(store, create("a"), create("b"), link("a", "b"))
    before = datetime.now(UTC)
    commit = store.commit(
        ChangeSet(
            "request-1",
            "print-1",
            "alice",
            reason="tidy “up”\n",
            creates=(create("c"), create("d"), create("e")),
            updates=(patch("a", motto="x"), patch("b")),
            relationships=(link("c", "d"), link("d", "c")),
            removals=("LINKED_TO|a|b", "LINKED_TO|b|a"),
            run_id="run-7",
        )
    )
    assert (commit.seq, commit.actor, commit.request_id, commit.fingerprint) == (2, "alice", "request-1", "print-1")
    assert (commit.reason, commit.run_id, commit.replayed) == ("tidy “up”\n", "run-7", False)
    assert (commit.created, commit.updated, commit.related, commit.unrelated) == (3, 1, 2, 1)
    assert before - timedelta(seconds=30) < commit.at < datetime.now(UTC) + timedelta(seconds=30)


def test_a_commit_reads_back_as_it_was_answered(store: Store) -> None:
    commit = store.commit(changes(create("a"), request_id="one", reason="why"))
    assert store.commit_of("one") == commit
    assert list(store.commits(0)) == [commit]


def test_a_commit_is_made_even_when_nothing_changes(store: Store) -> None:
    write(store, create("a", motto="x"), create("b"), link("a", "b"))
    commit = store.commit(changes(patch("a", motto="x"), link("a", "b"), unlink("b", "a"), request_id="idle"))
    assert (commit.seq, commit.created, commit.updated, commit.related, commit.unrelated) == (2, 0, 0, 0, 0)
    assert store.commit_of("idle") == commit
    assert [len(store.history("a")), len(store.relationship_history("a"))] == [1, 1]


def test_an_empty_change_set_is_a_commit(store: Store) -> None:
    assert write(store).seq == 1
    assert store.head() == 1


def test_a_request_takes_effect_once(store: Store) -> None:
    first = store.commit(changes(create("a"), request_id="one"))
    write(store, create("b"))
    again = store.commit(changes(create("a"), request_id="one"))
    assert again.replayed
    assert (again.seq, again.at, again.created) == (first.seq, first.at, first.created)
    assert store.head() == 2
    assert len(store.history("a")) == 1


def test_a_replay_is_recognised_by_its_fingerprint_not_by_generated_ids(store: Store) -> None:
    first = store.commit(changes(create("a"), request_id="one"))
    again = store.commit(changes(create("z"), request_id="one"))
    assert (again.seq, again.replayed) == (first.seq, True)
    assert store.items(["z"]) == {}


def test_a_replay_needs_no_revision_to_hold_any_more(store: Store) -> None:
    write(store, create("a"))
    request = changes(patch("a", revision=1, motto="x"), request_id="one")
    store.commit(request)
    assert store.commit(request).replayed
    assert store.items(["a"])["a"].revision == 2


def test_a_request_id_used_for_something_else_is_refused(store: Store) -> None:
    store.commit(changes(create("a"), request_id="one", fingerprint="print"))
    with pytest.raises(IdempotencyMismatch):
        store.commit(changes(create("b"), request_id="one", fingerprint="other"))
    assert store.head() == 1


def test_a_refused_request_id_may_be_used_again(store: Store) -> None:
    with pytest.raises(Exception, match="does not exist"):
        store.commit(changes(link("a", "b"), request_id="one"))
    assert store.commit(changes(create("a"), request_id="one")).replayed is False


def test_the_feed_goes_on_after_any_seq_and_stops_at_its_limit(store: Store) -> None:
    made = [write(store, create(id_)) for id_ in "abcde"]
    assert list(store.commits(0)) == made
    assert list(store.commits(3)) == made[3:]
    assert list(store.commits(1, limit=2)) == made[1:3]
    assert list(store.commits(5)) == []
    assert list(store.commits(99)) == []


def test_time_never_falls_when_the_clock_is_set_back(place: Place) -> None:
    noon = datetime(2031, 5, 1, 12, tzinfo=UTC)
    ticks = iter([noon, noon - timedelta(hours=1), noon - timedelta(days=1), noon + timedelta(microseconds=1)])
    with place.open(clock=lambda: next(ticks)) as store:
        made = [write(store, create(id_)) for id_ in "abcd"]
        assert [commit.at for commit in made] == [noon, noon, noon, noon + timedelta(microseconds=1)]
        assert list(store.commits(0)) == made
        assert store.seq_at(noon) == 3


def test_an_instant_names_the_last_commit_at_or_before_it(store: Store) -> None:
    made = [write(store, create(id_)) for id_ in "abc"]
    tick = timedelta(microseconds=1)
    assert store.seq_at(made[0].at - tick) == 0
    for commit in made:
        assert store.seq_at(commit.at) == max(other.seq for other in made if other.at <= commit.at)
    assert store.seq_at(made[-1].at + timedelta(days=1)) == 3


def test_an_instant_may_be_given_in_any_time_zone(place: Place) -> None:
    noon = datetime(2031, 5, 1, 12, tzinfo=UTC)
    with place.open(clock=lambda: noon) as store:
        write(store, create("a"))
        assert store.seq_at(datetime.fromisoformat("2031-05-01T14:00:00+02:00")) == 1
        assert store.seq_at(datetime.fromisoformat("2031-05-01T13:59:59+02:00")) == 0


@pytest.mark.parametrize("seq", [-1, 2, 99])
def test_a_point_that_does_not_exist_is_refused(store: Store, seq: int) -> None:
    write(store, create("a"), said("k", "a"))
    with pytest.raises(SeqUnavailable):
        store.items(["a"], at=seq)
