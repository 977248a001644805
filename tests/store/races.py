"""Races over one store; each gives the violations it saw, and none when the store is sound."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from cmdb.errors import CardinalityExceeded, DuplicateIdentity, EndMissing, NotFound, RevisionConflict
from cmdb.model.commits import CreateItem, PutRelationship, UpdateItem
from cmdb.model.items import Lifecycle, relationship_key
from cmdb.store.port import Store
from tests.builders import Part, Removed, create, link, patch, unlink
from tests.store.places import Place
from tests.store.race import SECONDS, WORKERS, Race, seed
from tests.store.work import distinct

RaceFunction: TypeAlias = Callable[[Place], list[str]]
ROUNDS = 6


def opening(place: Place) -> list[str]:
    """All open a store that nobody has opened before: it is founded once, and all are let in."""
    race = Race(place)
    ids: list[str] = []

    def job(store: Store, worker: int) -> None:
        ids.append(store.info().store_id)
        race.commit(store, create(f"i{worker}"))

    race.run(job)
    race.expect(len(ids) == WORKERS, f"{len(ids)} were let in")
    race.expect(len(set(ids)) == 1, f"{len(set(ids))} stores were founded")
    race.expect_refusals()
    return race.settled()


def same_item(place: Place) -> list[str]:
    """All create the same CI: one does, the others are told so."""
    race = Race(place)
    race.prepare()

    def job(store: Store, worker: int) -> None:
        for number in range(ROUNDS):
            race.start.wait()
            race.commit(store, create(f"{number}-{worker}", key=f"identity {number}"))

    race.run(job)
    race.expect(len(race.done) == 1 + ROUNDS, f"{len(race.done) - 1} of {ROUNDS} identities were created")
    race.expect(len(race.refused) == ROUNDS * (WORKERS - 1), f"{len(race.refused)} were refused")
    race.expect_refusals(DuplicateIdentity)
    return race.settled()


def same_edge(place: Place) -> list[str]:
    """All put the same edge: there is one, with one version."""
    race = Race(place)
    race.prepare(*(create(f"i{number}") for number in range(ROUNDS)), create("hub"))

    def job(store: Store, _worker: int) -> None:
        for number in range(ROUNDS):
            race.start.wait()
            race.commit(store, link("hub", f"i{number}"))

    race.run(job)
    race.expect_refusals()
    with place.open() as store:
        versions = Counter(version.key for version in store.relationship_history("hub"))
    race.expect(versions == {f"LINKED_TO|hub|i{number}": 1 for number in range(ROUNDS)}, f"versions: {versions}")
    return race.settled()


def one_place_only(place: Place) -> list[str]:
    """All take the one target that an origin may have, or the one origin of a target: one does."""
    race = Race(place)
    ends = [f"{side}{number}-{worker}" for side in "tf" for number in range(ROUNDS) for worker in range(WORKERS)]
    race.prepare(*(create(id_) for id_ in (*ends, *(f"i{number}" for number in range(ROUNDS)))))

    def job(store: Store, worker: int) -> None:
        for number in range(ROUNDS):
            race.start.wait()
            race.commit(store, link(f"i{number}", f"t{number}-{worker}", "FITS_INTO"))
            race.start.wait()
            race.commit(store, link(f"f{number}-{worker}", f"i{number}", "LEADS"))

    race.run(job)
    race.expect(len(race.done) == 1 + 2 * ROUNDS, f"{len(race.done) - 1} of {2 * ROUNDS} places were taken")
    race.expect_refusals(CardinalityExceeded)
    return race.settled()


def same_request(place: Place) -> list[str]:
    """All send the same request: it takes effect once, and all get the same answer."""
    race = Race(place)
    race.prepare()
    answers: list[tuple[int, bool]] = []

    def job(store: Store, _worker: int) -> None:
        for number in range(ROUNDS):
            race.start.wait()
            commit = race.commit(store, create(f"i{number}"), request_id=f"request {number}")
            answers.extend([(commit.seq, commit.replayed)] if commit else [])

    race.run(job)
    race.expect_refusals()
    first = Counter(seq for seq, replayed in answers if not replayed)
    race.expect(first == dict.fromkeys(range(2, ROUNDS + 2), 1), f"took effect: {first}")
    race.expect(Counter(seq for seq, _ in answers) == dict.fromkeys(first, WORKERS), f"answers: {sorted(answers)}")
    return race.settled()


def stale_revision(place: Place) -> list[str]:
    """All change what they saw at the same revision: one does, the others are told so."""
    race = Race(place)
    race.prepare(create("a"), create("b"), link("a", "b"))

    def job(store: Store, worker: int) -> None:
        for number in range(1, ROUNDS + 1):
            race.start.wait()
            race.commit(store, patch("a", revision=number, weight=number * 100 + worker))
            race.start.wait()
            race.commit(
                store, PutRelationship("LINKED_TO", "a", "b", group=f"{number}-{worker}", expected_revision=number)
            )

    race.run(job)
    race.expect(len(race.done) == 1 + 2 * ROUNDS, f"{len(race.done) - 1} of {2 * ROUNDS} changes were made")
    race.expect_refusals(RevisionConflict)
    return race.settled()


def increments(place: Place) -> list[str]:
    """All count up one number, reading and writing until it went through: none is lost."""
    race = Race(place)
    race.prepare(create("counter", weight=0))

    def count(store: Store) -> bool:
        item = store.items(["counter"])["counter"]
        weight = item.attributes["weight"]
        time.sleep(0.001)  # long enough for others to read the same
        assert isinstance(weight, int)
        return race.commit(store, patch("counter", revision=item.revision, weight=weight + 1)) is not None

    def job(store: Store, _worker: int) -> None:
        for _ in range(ROUNDS):
            race.start.wait()
            race.expect(any(count(store) for _ in range(100)), "a worker did not get through")

    race.run(job)
    race.expect_refusals(RevisionConflict)
    with place.open() as store:
        item = store.items(["counter"])["counter"]
    race.expect(item.attributes == {"weight": WORKERS * ROUNDS}, f"counted to {item.attributes}")
    race.expect(item.revision == WORKERS * ROUNDS + 1, f"is at revision {item.revision}")
    return race.settled()


def retiring_against_relating(place: Place) -> list[str]:
    """Some relate and unrelate two items while others retire, restore and change them."""
    race = Race(place)
    race.prepare(create("a"), create("b"))
    steps: tuple[tuple[Part, ...], ...] = (
        (link("a", "b"), link("b", "a")),
        (unlink("b", "a"), unlink("a", "b")),
        (UpdateItem("b", lifecycle=Lifecycle.RETIRED), patch("a", weight=1)),
        (patch("a", weight=2), UpdateItem("b", lifecycle=Lifecycle.LIVE)),
    )

    def job(store: Store, worker: int) -> None:
        for number in range(2 * ROUNDS):
            race.commit(store, *steps[(worker + number) % len(steps)])

    race.run(job)
    race.expect_refusals()
    return race.settled()


def anything_at_once(place: Place) -> list[str]:
    """All do random work on the same few items, several things at a time and in any order."""
    race, chosen = Race(place), seed()
    race.prepare(*(create(id_) for id_ in "abcd"))

    def job(store: Store, worker: int) -> None:
        choose = random.Random(f"{chosen} {worker}")
        for _ in range(2 * ROUNDS):
            race.commit(store, *random_parts(choose))

    race.run(job)
    race.expect_refusals(DuplicateIdentity, CardinalityExceeded, RevisionConflict, EndMissing, NotFound)
    return race.settled()


def random_parts(choose: random.Random) -> list[Part]:
    """Up to four parts over few items."""
    return distinct(random_part(choose) for _ in range(choose.randint(1, 4)))


def random_part(choose: random.Random) -> Part:
    one, other = choose.choice("abcdef"), choose.choice("abcdef")
    type_ = choose.choice(("LINKED_TO", "LINKED_TO", "FITS_INTO", "LEADS", "PAIRED_WITH"))
    return choose.choice(
        (
            CreateItem(choose.choice("efgh"), "Gadget", "new", {}, f"identity {choose.randint(1, 4)}"),
            patch(one, weight=choose.randint(0, 9)),
            patch(one, revision=choose.randint(1, 5), motto="x"),
            UpdateItem(one, lifecycle=choose.choice(list(Lifecycle))),
            link(one, other, type_, share=choose.randint(0, 3)),
            Removed(relationship_key(type_, one, other)),
        )
    )


def feed(place: Place) -> list[str]:
    """One follows the feed while all write: every number once, in order, with what it wrote."""
    race = Race(place)
    race.prepare(create("first"), request_id="first")
    ended = threading.Event()
    seen: list[int] = []

    def follow() -> None:
        deadline = time.monotonic() + SECONDS
        with place.open() as store:
            while time.monotonic() < deadline and seen == list(range(1, len(seen) + 1)):
                last = ended.is_set()
                page = store.commits(len(seen), limit=5)
                for commit in page:
                    seen.append(commit.seq)
                    held = store.items([commit.request_id])
                    race.expect(commit.request_id in held, f"commit {commit.seq} shows before what it wrote")
                if last and not page:
                    return

    def job(store: Store, worker: int) -> None:
        for number in range(2 * ROUNDS):
            race.commit(store, create(f"{worker}-{number}"), request_id=f"{worker}-{number}")

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    race.run(job)
    ended.set()
    follower.join(SECONDS)
    expected = list(range(1, 1 + WORKERS * 2 * ROUNDS + 1))
    race.expect(seen == expected, f"the feed went {seen}")
    race.expect_refusals()
    return race.settled()


RACES: tuple[RaceFunction, ...] = (
    same_item,
    same_edge,
    one_place_only,
    same_request,
    stale_revision,
    increments,
    retiring_against_relating,
    anything_at_once,
    feed,
)
