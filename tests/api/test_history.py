"""History over the API: the feed, versions, differences and runs."""

from cmdb.model.values import JSONValue
from tests.api import refs
from tests.api.client import Caller, at, pages, rows, texts

FEED = """query ($first: Int! = 2, $after: String, $afterSeq: BigInt! = 0) {
  commits(first: $first, after: $after, afterSeq: $afterSeq) {
    totalCount nodes { seq at actor reason } pageInfo { hasNextPage endCursor }
  }
}"""
RENAME = """mutation ($ref: CIRef!, $name: String!) {
  ciUpdate(input: {ref: $ref, name: $name, reason: "a better name"}) { ci { id } }
}"""
HISTORY = """query ($ref: CIRef!) { history(ref: $ref) {
  itemId
  versions { totalCount nodes { name revision fromSeq toSeq lifecycle } }
  relationshipVersions(first: 2) { totalCount nodes { type fromSeq toSeq } pageInfo { hasNextPage } }
} }"""


def test_the_feed_gives_every_commit_once_in_order(caller: Caller) -> None:
    for name in ("a", "b", "c"):
        caller.ask('mutation ($n: String!) { ciCreate(input: {class: "Host", name: $n}) { ci { id } } }', n=name)
    seqs = [at(row, "seq") for page in pages(caller, FEED, "commits") for row in rows(page, "nodes")]
    assert seqs == [1, 2, 3, 4, 5]
    later = at(caller.ask(FEED, afterSeq=3), "commits")
    assert ([at(row, "seq") for row in rows(later, "nodes")], at(later, "totalCount")) == ([4, 5], 2)
    assert texts(later, "nodes", field="actor") == ["api", "api"]


def test_a_reader_at_the_head_goes_on_when_something_comes(caller: Caller) -> None:
    last = at(caller.ask(FEED, first=200), "commits")
    cursor = str(at(last, "pageInfo", "endCursor"))
    assert rows(caller.ask(FEED, after=cursor), "commits", "nodes") == []
    caller.ask(RENAME, ref=refs.SHOP, name="store")
    assert [at(row, "seq") for row in rows(caller.ask(FEED, after=cursor), "commits", "nodes")] == [3]


def test_every_version_of_a_ci_is_kept(caller: Caller) -> None:
    id_ = str(at(caller.ask(RENAME, ref=refs.SHOP, name="store"), "ciUpdate", "ci", "id"))
    history = at(caller.ask(HISTORY, ref={"id": id_}), "history")
    assert texts(history, "versions", "nodes") == ["shop", "store"]
    assert [at(row, "toSeq") for row in rows(history, "versions", "nodes")] == [3, None]
    assert at(history, "relationshipVersions", "totalCount") == 3
    assert at(history, "relationshipVersions", "pageInfo", "hasNextPage") is True
    assert at(caller.ask(HISTORY, ref=refs.NOBODY), "history") is None


def test_a_difference_has_before_and_after(caller: Caller) -> None:
    caller.ask(RENAME, ref=refs.SHOP, name="store")
    query = """query ($start: AsOfInput!, $end: AsOfInput) { difference(start: $start, end: $end) {
      fromSeq toSeq
      items { nodes { before { name } after { name } } }
      relationships { totalCount }
    } }"""
    found = at(caller.ask(query, start={"seq": 2}), "difference")
    assert rows(found, "items", "nodes") == [{"before": {"name": "shop"}, "after": {"name": "store"}}]
    assert (at(found, "fromSeq"), at(found, "toSeq"), at(found, "relationships", "totalCount")) == (2, 3, 0)
    backwards: dict[str, JSONValue] = {"start": {"seq": 3}, "end": {"seq": 2}}
    assert at(caller.error(query, **backwards), "extensions", "code") == "BAD_USER_INPUT"


def test_runs_are_listed_newest_first(caller: Caller) -> None:
    runs = rows(caller.ask("{ importRuns(limit: 1) { id source state counts { name count } } }"), "importRuns")
    assert (at(runs[0], "source"), at(runs[0], "state")) == ("inventory/prod", "SUCCEEDED")
    assert at(caller.ask('{ importRun(id: "nothing") { id } }'), "importRun") is None
    assert at(caller.error("{ importRuns(limit: 101) { id } }"), "extensions", "code") == "BAD_USER_INPUT"


def test_the_catalogue_is_served(light: Caller) -> None:
    data = light.ask("""{
      classes(isA: "Computer") { nodes { name lineage attributes { name type } groups { name members } } }
      relationshipTypes(first: 200) { nodes { name failure effect attributes { name values } } }
    }""")
    assert {"Computer", "Host", "VirtualMachine"} <= set(texts(data, "classes", "nodes"))
    assert {"DEPENDS_ON", "PART_OF"} <= set(texts(data, "relationshipTypes", "nodes"))
    assert at(light.error('{ classes(isA: "Spaceship") { totalCount } }'), "extensions", "code") == "BAD_USER_INPUT"
