"""Random inputs: a few machines seen by a few sources, with all that makes their identity doubtful."""

from collections.abc import Sequence
from typing import TypeAlias

from hypothesis import strategies as st

from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from cmdb.model.references import ByIdentifier, ByKey, ByName
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from tests.ingest.rows import CLOUD, RACKS, WATCH, ci, edge

Rows: TypeAlias = Sequence[Observation]

SCOPES = (RACKS, CLOUD, WATCH)
_few = st.sampled_from("abc")
_numbers = st.sampled_from(["1", "2", "3", "NA"])
_optional = st.one_of(st.none(), _numbers)


@st.composite
def doubtful_cis(draw: st.DrawFn, scope: Scope) -> CIRecord:
    """A row whose identity may be shared, missing, contradictory or wrong."""
    said: dict[str, JSONValue] = {
        "serial": draw(_optional),
        "vendor": draw(st.sampled_from([None, "Ironclad", "Voltworks"])),
        "fqdn": draw(_optional),
        "model": draw(_optional),
    }
    cls = draw(st.sampled_from(["Host", "Host", "Host", "VirtualMachine", "Switch", "Spaceship"]))
    if cls == "Switch":
        del said["fqdn"]
    return ci(draw(_few), cls, scope=scope, name=draw(_few), **said)


@st.composite
def doubtful_edges(draw: st.DrawFn, scope: Scope) -> RelationshipRecord:
    """A relationship by keys, names or numbers, some of which lead nowhere."""
    ends = st.one_of(
        st.builds(ByKey, st.sampled_from(SCOPES), st.sampled_from("abcx")),
        st.builds(ByName, st.sampled_from(["Host", "Computer"]), st.sampled_from("abcx")),
        st.builds(ByIdentifier, st.just("serial"), _numbers),
    )
    types = st.sampled_from(["LINKED_TO", "LINKED_TO", "FITS_INTO"])
    group = draw(st.sampled_from([None, "g"]))
    return edge(draw(ends), draw(types), draw(ends), scope=scope, basis=draw(st.sampled_from(Basis)), group=group)


@st.composite
def doubtful_inputs(draw: st.DrawFn) -> Rows:
    """One input of one source."""
    scope = draw(st.sampled_from(SCOPES))
    rows: list[Observation] = draw(st.lists(doubtful_cis(scope), max_size=4))
    rows += draw(st.lists(doubtful_edges(scope), max_size=4))
    return draw(st.permutations(rows))


@st.composite
def agreeing_inputs(draw: st.DrawFn) -> list[Rows]:
    """One input for each source: each names a machine at most once and knows its number, else they may differ."""
    inputs: list[Rows] = []
    for scope in SCOPES:
        seen = draw(st.lists(st.sampled_from("1234"), unique=True, max_size=4))
        rows: list[Observation] = [
            ci(f"key {n}", scope=scope, name=draw(_few), serial=f"S-{n}", model=draw(_optional), fqdn=None)
            for n in seen
        ]
        rows += draw(st.lists(agreeing_edges(scope), max_size=4, unique_by=lambda row: row.key))
        inputs.append(draw(st.permutations(rows)))
    return inputs


@st.composite
def agreeing_edges(draw: st.DrawFn, scope: Scope) -> RelationshipRecord:
    """A relationship whose ends mean one machine whatever else is known."""
    numbers = st.sampled_from("1234")
    ends = st.one_of(
        st.builds(lambda n: ByKey(scope, f"key {n}"), numbers),
        st.builds(lambda other, n: ByKey(other, f"key {n}"), st.sampled_from(SCOPES), numbers),
        st.builds(lambda n: ByIdentifier("serial", f"s-{n}"), numbers),
    )
    said: dict[str, JSONValue] = {"note": draw(st.sampled_from([None, "x", "y"]))}
    return edge(draw(ends), "LINKED_TO", draw(ends), scope=scope, basis=draw(st.sampled_from(Basis)), attributes=said)
