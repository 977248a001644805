"""Deep and wide estates: an answer in seconds, with everything counted, whatever is listed."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from cmdb.ingest.overlay import Overlay
from cmdb.model.commits import ChangeSet, CreateItem, PutRelationship
from cmdb.model.items import relationship_key
from cmdb.practices.effects import Effects, Extent, Limits, OmissionKind, effects
from cmdb.store.memory import MemoryStore
from tests.builders import gadgets

DEPTH = 4_000
HOSTS = 2_000

Link = tuple[str, str, str]


def without(cut: Iterable[Link], items: Sequence[CreateItem], links: Sequence[Link], limits: Limits) -> Effects:
    """What removing some relationships of an estate would do."""
    with MemoryStore(gadgets()) as store:
        puts = tuple(PutRelationship(type_, from_, to) for from_, type_, to in links)
        store.commit(ChangeSet("estate", "estate", "tester", creates=tuple(items), relationships=puts))
        overlay = Overlay(store, store.head())
        removals = tuple(relationship_key(type_, from_, to) for from_, type_, to in cut)
        overlay.absorb(ChangeSet("plan", "plan", "tester", removals=removals))
        return effects(store, overlay.touched(), limits)


def item(cls: str, name: str) -> CreateItem:
    return CreateItem(name, cls, name, {}, f"key of {name}")


def chain_without(place: int, limits: Limits) -> Effects:
    """A service at the top of a chain of applications, each of which depends on the next, cut at one place."""
    names = [f"n{number:05}" for number in range(DEPTH)]
    items = [item("BusinessService", names[0]), *(item("Application", name) for name in names[1:])]
    links = [(name, "DEPENDS_ON", below) for name, below in pairwise(names)]
    return without([links[place]], items, links, limits)


def test_a_chain_cut_in_its_middle_is_followed_from_end_to_end() -> None:
    found = chain_without(DEPTH // 2 - 1, Limits(followed=3 * DEPTH))
    assert (found.totals.spof_lost, found.totals.radii_shrunk) == (DEPTH // 2, DEPTH // 2)
    assert found.complete
    last = found.spof_lost[-1]
    assert last.reason == "Application:n01999 DEPENDS_ON Application:n02000 is removed"
    assert (last.chain[0].provider, last.chain[-1].dependent) == (last.ci.label, "BusinessService:n00000")
    first = found.radii_shrunk[0]
    assert (first.ci.name, first.before, first.after) == ("n02000", Extent(DEPTH // 2, 1), Extent(0, 0))


def test_what_is_too_long_to_be_told_is_counted() -> None:
    found = chain_without(0, Limits(followed=3 * DEPTH))
    assert found.totals.spof_lost == DEPTH - 1
    assert 0 < len(found.spof_lost) < Limits().listed
    unlisted = found.totals.rows - found.rows
    assert [(omission.kind, omission.count) for omission in found.omitted] == [(OmissionKind.UNLISTED, unlisted)]


def test_an_estate_whose_every_host_loses_its_second_uplink_is_counted_to_the_end() -> None:
    items, links = [item("Switch", "core-1"), item("Switch", "core-2")], []
    for number in range(HOSTS):
        host, shop = f"host-{number:05}", f"shop-{number:05}"
        items += [item("Host", host), item("BusinessService", shop)]
        links += [(host, "UPLINKED_TO", "core-1"), (host, "UPLINKED_TO", "core-2"), (shop, "DEPENDS_ON", host)]
    found = without([link for link in links if link[2] == "core-2"], items, links, Limits(listed=100))
    assert (found.totals.spof_gained, found.totals.groups_weakened) == (HOSTS, HOSTS)
    assert [row.service.name for row in found.spof_gained] == [f"shop-{number:05}" for number in range(100)]
    assert [(row.ci.name, row.before, row.after) for row in found.radii_grown] == [
        ("core-1", Extent(0, 0), Extent(2 * HOSTS, HOSTS))
    ]
    assert found.complete
