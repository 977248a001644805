"""What a scan is evidence of: hosts that answered, ports that were open, and nothing about the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.sources import Scope
from cmdb.model.values import fault_of
from importers.base import Document, ReadOptions
from importers.nmap import NmapImporter
from tests.importers.sources import FIXTURES, text_of

LAN = Document.at(FIXTURES / "nmap" / "lan.xml")


def scan(*hosts: str, start: int = 0, name: str = "scan.xml") -> Document:
    head, end = f'<nmaprun scanner="nmap" start="{start}">', '<runstats><finished exit="success"/></runstats></nmaprun>'
    return text_of(name, head, *hosts, end)


def host(address: str, *ports: tuple[int, str], names: tuple[str, ...] = ()) -> str:
    listed = "".join(f'<hostname name="{name}" type="PTR"/>' for name in names)
    opened = "".join(
        f'<port protocol="tcp" portid="{number}"><state state="open"/><service name="{service}"/></port>'
        for number, service in ports
    )
    return (
        f'<host><status state="up"/><address addr="{address}" addrtype="ipv4"/>'
        f"<hostnames>{listed}</hostnames><ports>{opened}</ports></host>"
    )


def read(*documents: Document, options: ReadOptions | None = None) -> list[Observation]:
    return list(NmapImporter().read_together(documents, options or ReadOptions()))


def items(*documents: Document) -> dict[str, CIRecord]:
    return {item.key: item for item in read(*documents) if isinstance(item, CIRecord)}


def test_only_the_root_element_makes_a_scan() -> None:
    sniff = NmapImporter().sniff
    assert sniff(LAN.head(), "x") > 0.9
    assert [sniff(head, "scan.xml") for head in (b"", b"<Set>", b"<host><nmaprun/></host>", b"{}", b"nmaprun")] == [
        0
    ] * 5


def test_a_host_is_named_once_by_its_first_name_and_never_localhost() -> None:
    found = items(LAN)
    assert found["10.20.0.1"].name == "gate.office.example"
    assert found["10.20.0.1"].unmapped["hostnames"] == ["gate.office.example"]
    assert found["127.0.0.1"].name == "127.0.0.1"


def test_what_else_is_known_of_a_host_stays_beside_it_and_identifies_nothing() -> None:
    first, second = items(LAN)["10.20.0.1"], items(LAN)["10.20.0.2"]
    assert first.attributes == {"addresses": ["10.20.0.1"]}
    assert first.unmapped == {
        "hostnames": ["gate.office.example"],
        "mac_address": "02:00:5E:10:00:01",
        "mac_vendor": "Example Radios",
        "operating_system": "Linux 6.1",
        "ports_not_open": {"closed": 990, "filtered": 1, "open|filtered": 1},
    }
    assert second.unmapped == {}


def test_a_hardware_address_that_is_none_and_a_guessed_system_are_not_kept() -> None:
    assert items(LAN)["10.20.0.3"].unmapped == {}


def test_of_an_open_port_the_service_and_its_product_are_kept() -> None:
    found = items(LAN)
    assert found["10.20.0.1:22/tcp"].unmapped == {"service": "ssh", "product": "OpenSSH", "version": "9.6"}
    assert found["10.20.0.1:443/tcp"].unmapped == {"service": "http", "tunnel": "ssl"}
    assert found["10.20.0.1:22/tcp"].attributes == {}


def test_every_address_is_a_boundary_of_its_own_so_silence_retires_nothing() -> None:
    assert NmapImporter().scopes(scan(host("10.0.0.1", (80, "http")), host("10.0.0.2")), ReadOptions()) == (
        Scope("nmap", "10.0.0.1"),
        Scope("nmap", "10.0.0.2"),
    )
    options = ReadOptions(source="nmap/office", boundary="dmz")
    assert NmapImporter().scopes(scan(host("10.0.0.1"), host("10.0.0.2")), options) == (Scope("nmap/office", "dmz"),)


def test_two_scans_together_are_one_picture_in_which_the_newer_word_counts() -> None:
    older = scan(host("10.0.0.1", (80, "http"), (992, "telnets")), host("10.0.0.2"), start=100, name="a.xml")
    newer = scan(host("10.0.0.1", (443, "https"), (992, "telnet"), names=("gate.example",)), start=200, name="b.xml")
    found = items(older, newer)
    assert set(found) == {
        "10.0.0.1", "10.0.0.2", "10.0.0.1:80/tcp", "10.0.0.1:443/tcp", "10.0.0.1:992/tcp",
    }  # fmt: skip
    assert found["10.0.0.1"].name == "gate.example"
    assert found["10.0.0.1:992/tcp"].unmapped == {"service": "telnet"}
    assert read(older, newer) == read(newer, older)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("<root><host/></root>", "this is no scan"),
        ('<nmaprun scanner="masscan"><host/></nmaprun>', "not of nmap"),
        ("<nmaprun>", "not XML"),
        ("", "not XML"),
        ('<!DOCTYPE nmaprun [<!ENTITY e "x">]><nmaprun>&e;</nmaprun>', "never followed"),
        ('<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun/>', "never followed"),
    ],
)
def test_what_is_no_scan_is_refused(content: str, seen: str) -> None:
    with pytest.raises(FileMalformed, match=seen):
        read(Document("scan.xml", content.encode()))


def test_a_scan_of_nothing_is_no_scope_and_no_problem() -> None:
    assert read(scan()) == []
    assert NmapImporter().scopes(scan(), ReadOptions()) == ()


WORDS = st.sampled_from(
    [
        "host", "status", "state", "address", "addr", "addrtype", "ports", "port", "portid", "protocol", "service",
        "os", "osmatch", "accuracy", "hostnames", "hostname", "name", "extraports", "count", "runstats", "finished",
        "up", "open", "ipv4", "mac", "10.0.0.1", "::1", "100", "65535", "٣", "99999999999", "", "x" * 300, "#/%", "-1",
    ]
)  # fmt: skip
TAGS = st.sampled_from(
    ["host", "status", "address", "ports", "port", "state", "service", "os", "osmatch", "extraports"]
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> str:
    tag = draw(TAGS)
    names = draw(
        st.lists(st.sampled_from(["state", "addr", "addrtype", "portid", "protocol", "name", "count"]), unique=True)
    )
    values = "".join(f' {name}="{draw(WORDS)}"' for name in names)
    inner = "".join(draw(st.lists(trees(depth=depth - 1), max_size=3))) if depth else ""
    return f"<{tag}{values}>{inner}</{tag}>"


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(trees(), max_size=4))
def test_any_tree_of_the_words_of_a_scan_is_survived(parts: list[str]) -> None:
    require_storable(read(scan(*(f'<host><status state="up"/>{part}</host>' for part in parts))))
    require_storable(read(scan(*parts)))


def require_storable(observations: list[Observation]) -> None:
    for record in observations:
        match record:
            case CIRecord():
                assert fault_of([record.key, record.name, dict(record.attributes), dict(record.unmapped)]) is None
            case RelationshipRecord():
                assert fault_of(record.key) is None
            case Problem():
                assert record.severity in Severity
                assert fault_of([record.message, record.key]) is None
