import itertools
import json
from collections.abc import Sequence

import pytest

from cmdb.errors import FileMalformed, InvalidReference
from cmdb.model.catalogue import Failure, load_catalogue
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from importers.base import Document, ReadOptions
from importers.lldp import LldpImporter
from tests.importers.lldp.samples import FOLDER, documents_of
from tests.importers.stored import commits_of_a_second_pass, graph_of

DEFAULTS = ReadOptions()
ALONE = b'{"lldp": {}}'


def read(*documents: Document, options: ReadOptions = DEFAULTS) -> list[Observation]:
    return list(LldpImporter().read_together(documents, options))


def names(observations: Sequence[Observation]) -> list[str]:
    return [record.name for record in observations if isinstance(record, CIRecord)]


def told(observations: Sequence[Observation]) -> list[str]:
    return [record.key for record in observations if isinstance(record, CIRecord | RelationshipRecord)]


@pytest.mark.parametrize("file", ["web-1.json", "web-1.lldp.json", "hosts/web-1.lldpctl.json", "web-1.json0"])
def test_the_host_is_named_by_its_file(file: str) -> None:
    assert names(read(Document(file, ALONE))) == ["web-1"]


def test_the_host_may_be_named_by_the_boundary() -> None:
    options = ReadOptions(source="lldp/hq", boundary="web-1.example.org")
    document = Document("standard input", ALONE)
    assert names(read(document, options=options)) == ["web-1.example.org"]
    assert [str(scope) for scope in LldpImporter().scopes(document, options)] == [
        "lldp/hq/-devices",
        "lldp/hq/web-1.example.org",
    ]


@pytest.mark.parametrize("file", ["standard input", ".json", "-devices.json", "a#b.json"])
def test_a_file_that_names_no_host_is_refused(file: str) -> None:
    with pytest.raises(InvalidReference, match="on which host"):
        read(Document(file, ALONE))


def test_one_name_for_two_hosts_is_refused() -> None:
    with pytest.raises(InvalidReference):
        read(Document("a.json", ALONE), Document("b.json", ALONE), options=ReadOptions(boundary="web-1"))


def test_json_and_json0_tell_the_same() -> None:
    port = {"id": {"type": "ifname", "value": "Gi1"}, "descr": "up"}
    short = {"lldp": {"interface": {"eth0": {"chassis": {"sw": {"id": {"type": "mac", "value": "m"}}}, "port": port}}}}
    port0 = [{"id": [{"type": "ifname", "value": "Gi1"}], "descr": [{"value": "up"}]}]
    chassis0 = [{"id": [{"type": "mac", "value": "m"}], "name": [{"value": "sw"}]}]
    long = {"lldp": [{"interface": [{"name": "eth0", "chassis": chassis0, "port": port0}]}]}
    first, second = (read(Document("web-1.json", json.dumps(tree).encode())) for tree in (short, long))
    assert told(first) == told(second)
    assert len(told(first)) == 8


def test_the_hosts_of_a_network_give_the_same_graph_together_and_one_by_one_in_any_order() -> None:
    documents = documents_of(FOLDER / "hosts")
    together = graph_of(LldpImporter(), [documents])
    assert len(together.items) == 9
    for order in itertools.permutations(documents):
        assert graph_of(LldpImporter(), [(document,) for document in order]) == together
    assert commits_of_a_second_pass(LldpImporter(), documents) == 0


def test_a_cable_says_nothing_of_who_depends_on_whom() -> None:
    catalogue = load_catalogue()
    edges = [r for r in read(*documents_of(FOLDER / "hosts")) if isinstance(r, RelationshipRecord)]
    assert {edge.type for edge in edges} == {"CONTAINED_IN", "LINKED_TO"}
    assert catalogue.relationship("LINKED_TO").failure is Failure.NONE


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"edges": 4}', b'{"lldp": ', b"\xff", b'{"edges": [], "edges": []}']
)
def test_what_is_neither_form_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed):
        read(Document("web-1.json", content))


@pytest.mark.parametrize(
    "head",
    [b'{"class": "Host"}', b'{"edges": [{"source": 1}]}', b'{"result": []}', b'[{"lldp": 1}]', b'{"a": {"lldp": 1}}'],
)
def test_other_json_is_left_to_others(head: bytes) -> None:
    assert LldpImporter().sniff(head, "a.json") == 0
