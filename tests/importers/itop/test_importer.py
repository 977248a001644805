"""The traps of iTop's XML: numbers that mean several things, names that say nothing, photos, and what tickets claim."""

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmdb.errors import FileMalformed
from cmdb.model.items import Basis, GroupSetting
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import fault_of
from importers.base import Document, ReadOptions
from importers.itop import ItopImporter
from importers.itop.classes import is_a, named
from tests.importers.sources import FIXTURES, text_of


def exported(*objects: str, name: str = "export.xml") -> Document:
    return text_of(name, '<?xml version="1.0" encoding="UTF-8"?>', "<Set>", *objects, "</Set>")


def thing(cls: str, number: int, **fields: str) -> str:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields.items())
    return f'<{cls} alias="{cls}" id="{number}">{inner}</{cls}>'


def read(*documents: Document, options: ReadOptions | None = None) -> list[Observation]:
    return list(ItopImporter().read_together(documents, options or ReadOptions()))


def items(observations: list[Observation]) -> dict[str, CIRecord]:
    return {item.key: item for item in observations if isinstance(item, CIRecord)}


def arrows(observations: list[Observation]) -> list[str]:
    """Relationships as ``from TYPE to``, by keys."""
    edges = [edge for edge in observations if isinstance(edge, RelationshipRecord)]
    return [f"{key(edge.from_ref)} {edge.type} {key(edge.to_ref)}" for edge in edges]


def key(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return reference.key


def problems(observations: list[Observation]) -> dict[str, Severity]:
    return {item.code: item.severity for item in observations if isinstance(item, Problem)}


def test_a_set_of_objects_with_ids_is_recognised() -> None:
    sniff = ItopImporter().sniff
    assert sniff(exported(thing("Server", 1)).head(), "x") > 0.9
    assert sniff(b'<Set><Farm id="3">', "") > 0.9
    assert 0 < sniff(b"<Set>\n</Set>", "") < 0.9
    assert [sniff(head, "a.xml") for head in (b"", b"{}", b"<nmaprun>", b"<Sets>", b"<itop_design>")] == [0] * 5


def test_one_number_in_two_sibling_files_is_two_things() -> None:
    servers = exported(thing("Server", 1, name="db"), name="servers.xml")
    machines = exported(thing("VirtualMachine", 1, name="app"), name="machines.xml")
    found = items(read(servers, machines))
    assert {key: (item.cls, item.name) for key, item in found.items()} == {
        "Server/1": ("Host", "db"),
        "VirtualMachine/1": ("VirtualMachine", "app"),
    }


WEB = {"name": "web", "system_id": "1"}


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        (WEB, "FunctionalCI/1"),
        ({**WEB, "system_name": "app"}, "VirtualMachine/1"),
        ({**WEB, "system_id_friendlyname": "db"}, "Server/1"),
        ({**WEB, "system_id_finalclass_recall": "Server"}, "Server/1"),
        ({**WEB, "system_id_finalclass_recall": "Nonsense"}, "FunctionalCI/1"),
        ({**WEB, "system_id_finalclass_recall": "Virtual machine"}, "VirtualMachine/1"),
        ({**WEB, "system_id": "90", "system_id_finalclass_recall": "Drone"}, "Drone/90"),
        ({**WEB, "system_id": "2"}, "Server/2"),
        ({**WEB, "system_id": "90"}, "Drone/90"),
        ({**WEB, "system_id": "77"}, "FunctionalCI/77"),
    ],
    ids=[
        "ambiguous",
        "by name",
        "by friendly name",
        "by class",
        "unknown class",
        "by label",
        "own class",
        "unique",
        "own class by number",
        "dangling",
    ],
)
def test_a_key_to_any_ci_is_told_apart_by_class_number_and_name_and_never_guessed(
    fields: dict[str, str], target: str
) -> None:
    others = [thing("Server", 1, name="db"), thing("Server", 2), thing("VirtualMachine", 1, name="app")]
    observations = read(exported(thing("WebServer", 5, **fields), *others, thing("Drone", 90)))
    assert arrows(observations) == [f"WebServer/5 RUNS_ON {target}"]
    ambiguous = target == "FunctionalCI/1"
    assert ("KEY_AMBIGUOUS" in problems(observations)) is ambiguous


def test_zero_and_nothing_in_a_key_are_nothing_and_a_query_is_not_run() -> None:
    rack = thing("Server", 1, rack_id="0", location_id="", org_id="SELECT Organization WHERE code = 'X'")
    observations = read(exported(rack))
    assert arrows(observations) == []
    assert problems(observations) == {"KEY_NOT_READ": Severity.WARNING}


def test_two_database_servers_with_one_name_stay_two() -> None:
    found = items(read(exported(thing("DBServer", 1, name="orders"), thing("DBServer", 2, name="orders"))))
    assert [(item.key, item.name) for item in found.values()] == [("DBServer/1", "orders"), ("DBServer/2", "orders")]


def test_devices_without_a_name_are_kept_under_their_key() -> None:
    nameless = [thing("PC", number, name="" if number % 2 else "NA") for number in range(1, 23)]
    named = [thing("PC", number, name=f"pc-{number}") for number in range(23, 73)]
    found = items(read(exported(*nameless, *named)))
    assert len(found) == 72
    assert sum(item.name == item.key for item in found.values()) == 22


def test_words_for_nothing_are_no_serial_number_and_no_hardware_address() -> None:
    server = thing("Server", 1, name="a", serialnumber="NA", asset_number="unknown", managementip="n/a")
    ports = [thing("PhysicalInterface", n, macaddress=mac) for n, mac in enumerate(("unknown", "00:00:00:00:00:00"), 1)]
    found = items(read(exported(server, *ports)))
    assert found["Server/1"].attributes == {}
    assert found["Server/1"].unmapped == {}
    assert [found[f"PhysicalInterface/{n}"].attributes for n in (1, 2)] == [{}, {}]


def test_photos_are_dropped_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "persons.xml"
    photo = "QUJD" * 375_000
    person = (
        '<Person alias="Person" id="{0}"><name>n</name><first_name>f</first_name>'
        "<picture><mimetype>image/png</mimetype><filename>a.png</filename><data>{1}</data></picture></Person>"
    )
    with path.open("w") as file:
        file.write("<Set>\n")
        file.writelines(person.format(number, photo) for number in range(1, 21))
        file.write("</Set>\n")
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    found = read(Document.at(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 20
    assert peak < 5_000_000


def test_of_people_only_what_the_catalogue_says_is_kept() -> None:
    found = items(read(Document.at(FIXTURES / "itop" / "people.xml")))["Person/1"]
    assert found.name == "Ida Ng"
    assert found.attributes == {"code": "E-17", "email": "ida@harbour.example", "phone": "+49 40 1"}
    assert found.unmapped == {"function": "Duty manager", "status": "active"}


def test_what_has_no_attribute_is_kept_beside_and_what_has_one_is_not_kept_twice() -> None:
    found = items(read(Document.at(FIXTURES / "itop" / "devices.xml")))
    assert found["Server/1"].unmapped == {"nb_u": "2", "ram": "64 GB"}
    assert found["Server/2"].unmapped == {"cpu": "2 x 8"}
    assert found["Rack/20"].unmapped == {"serialnumber": "RK-1"}
    assert found["Drone/90"].attributes == {"kind": "Drone"}
    assert found["Drone/90"].unmapped == {"rotor_count": "4"}
    assert found["LogicalVolume/1"].unmapped["size"] == "2 TB"


@pytest.mark.parametrize(
    ("cls", "fields", "groups"),
    [
        ("Farm", {"redundancy": "2"}, {"parts": GroupSetting("2")}),
        ("Farm", {"redundancy": "50%"}, {"parts": GroupSetting("50%")}),
        ("Farm", {"redundancy": "disabled"}, {"parts": GroupSetting("100%")}),
        ("Farm", {"redundancy": "1"}, {}),
        ("Farm", {"redundancy": "0"}, {}),
        ("Farm", {"redundancy": "101%"}, {}),
        ("ApplicationSolution", {"redundancy": "60%"}, {"redundancy": GroupSetting("60%")}),
        ("ApplicationSolution", {"redundancy": "disabled"}, {}),
        ("Server", {"redundancy": "disabled", "powerA_id": "1"}, {"power": GroupSetting("100%")}),
        ("Server", {"redundancy": "disabled", "powerA_id": "0", "powerB_id": "0"}, {}),
        ("Server", {"redundancy": "1", "powerA_id": "1"}, {}),
        ("PC", {"redundancy": "2"}, {}),
    ],
)
def test_redundancy_becomes_the_group_that_it_speaks_of(
    cls: str, fields: dict[str, str], groups: dict[str, GroupSetting]
) -> None:
    assert items(read(exported(thing(cls, 1, **fields))))[f"{cls}/1"].groups == groups


def test_a_redundancy_that_cannot_be_read_is_told() -> None:
    assert problems(read(exported(thing("Farm", 1, redundancy="some")))) == {"REDUNDANCY_NOT_READ": Severity.WARNING}


@pytest.mark.parametrize(
    ("redundancy", "group"), [("disabled", None), ("", None), ("1", "redundancy"), ("50%", "redundancy")]
)
def test_a_solution_stands_on_all_of_its_cis_unless_it_says_that_some_suffice(
    redundancy: str, group: str | None
) -> None:
    solution = thing("ApplicationSolution", 1, redundancy=redundancy)
    link = thing("lnkApplicationSolutionToFunctionalCI", 1, applicationsolution_id="1", functionalci_id="2")
    edges = [edge for edge in read(exported(solution, link)) if isinstance(edge, RelationshipRecord)]
    assert [edge.group for edge in edges] == [group]


@pytest.mark.parametrize(
    ("ticket", "code", "type_", "state"),
    [
        ("Incident", "manual", "AFFECTS", "at_risk"),
        ("NormalChange", "", "AFFECTS", "at_risk"),
        ("Problem", "not_impacted", "AFFECTS", "none"),
        ("Incident", "computed", "RELATES_TO", None),
        ("UserRequest", "manual", "RELATES_TO", None),
    ],
)
def test_a_ticket_claims_no_more_than_it_says(ticket: str, code: str, type_: str, state: str | None) -> None:
    link = thing("lnkFunctionalCIToTicket", 1, ticket_id="1", functionalci_id="2", impact_code=code)
    observations = read(exported(thing(ticket, 1, ref="T-1"), thing("Server", 2), link))
    (edge,) = [edge for edge in observations if isinstance(edge, RelationshipRecord)]
    assert (edge.type, edge.attributes.get("state")) == (type_, state)
    assert edge.basis is (Basis.INFERRED if code == "computed" else Basis.DECLARED)


def test_an_object_that_stands_twice_counts_once_and_a_difference_is_told() -> None:
    twice = [exported(thing("Server", 1, name="a"), name=name) for name in ("a.xml", "b.xml")]
    other = exported(thing("Server", 1, name="b"), name="c.xml")
    assert [item.name for item in items(read(*twice)).values()] == ["a"]
    assert problems(read(*twice)) == {}
    assert problems(read(*twice, other)) == {"OBJECT_TWICE": Severity.WARNING}


def test_every_class_is_a_boundary_unless_one_is_named() -> None:
    document = exported(thing("Server", 1), thing("Rack", 2), thing("PC", 3, org_id="1"))
    assert ItopImporter().scopes(document, ReadOptions()) == tuple(
        Scope("itop", cls) for cls in ("PC", "Rack", "Server")
    )
    options = ReadOptions(source="itop/hq", boundary="all")
    assert ItopImporter().scopes(document, options) == (Scope("itop/hq", "all"),)


def test_the_order_of_files_changes_nothing_but_the_order() -> None:
    documents = [Document.at(FIXTURES / "itop" / f"{name}.xml") for name in ("devices", "virtual", "software")]
    there, back = read(*documents), read(*reversed(documents))
    assert items(there) == items(back)
    assert sorted(arrows(there)) == sorted(arrows(back))


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("<itop_design/>", "not <Set>"),
        ("<Set><Server id='1'>", "not XML"),
        (
            '<!DOCTYPE Set [<!ENTITY e SYSTEM "file:///etc/passwd">]><Set><Server id="1">&e;</Server></Set>',
            "never followed",
        ),
    ],
)
def test_what_is_no_export_is_refused(content: str, seen: str) -> None:
    with pytest.raises(FileMalformed, match=seen):
        read(Document("a.xml", content.encode()))


def test_an_export_that_is_cut_is_incomplete_and_what_was_read_stays() -> None:
    whole = thing("Server", 1, name="a")
    observations = read(Document("a.xml", f"<Set>\n{whole}\n<Server id='2'><na".encode()))
    assert list(items(observations)) == ["Server/1"]
    assert problems(observations) == {"FILE_MALFORMED": Severity.INCOMPLETE}


def test_an_empty_export_says_nothing() -> None:
    assert read(exported()) == []


def test_classes_inherit_as_in_itop() -> None:
    assert is_a("EmergencyChange", "Ticket")
    assert not is_a("Unheard", "FunctionalCI")
    assert (named("functionalci"), named("virtual_machine"), named("nothing")) == ("FunctionalCI", "VirtualMachine", "")


CLASSES = st.sampled_from(
    [
        "Server", "Farm", "Hypervisor", "VirtualMachine", "ApplicationSolution", "CustomerContract", "Person",
        "Incident", "NetworkDevice", "PhysicalInterface", "Row", "Unheard", "Brand", "UserLocal", "lnkOdd",
        "lnkCustomerContractToService", "lnkFunctionalCIToTicket", "lnkApplicationSolutionToFunctionalCI",
        "lnkConnectableCIToNetworkDevice",
    ]
)  # fmt: skip
FIELDS = st.sampled_from(
    [
        "name", "friendlyname", "org_id", "functionalci_id", "ticket_id", "applicationsolution_id", "server_id",
        "farm_id", "customercontract_id", "service_id", "redundancy", "powerA_id", "connectableci_id", "sla_id",
        "networkdevice_id", "cpu", "functionalci_id_finalclass_recall", "server_id_finalclass_recall",
        "connection_type", "start_date", "macaddress",
        "status", "brand_id",
    ]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "0", "1", "2", "-1", "³", "99999999999999999999", "NA", "50%", "disabled", "uplink", "Server", "2026-02-30",
     "null", "SELECT X", "a/b#c", "Virtual machine", "x" * 5000, "&#233;"]
)  # fmt: skip
IDS = st.sampled_from(["1", "2", "0", "null", "", "x", "²"])


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> str:
    cls = draw(CLASSES)
    inner = "".join(f"<{name}>{draw(TEXTS)}</{name}>" for name in draw(st.lists(FIELDS, max_size=6)))
    nested = "".join(draw(st.lists(objects(depth=depth - 1), max_size=2))) if depth else ""
    return f'<{cls} id="{draw(IDS)}">{inner}<some_list><Set>{nested}</Set></some_list></{cls}>'


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(objects(), max_size=5))
def test_any_objects_of_the_words_of_itop_are_survived(parts: list[str]) -> None:
    for record in read(exported(*parts)):
        match record:
            case CIRecord():
                assert fault_of([record.key, record.name, dict(record.attributes), dict(record.unmapped)]) is None
            case RelationshipRecord():
                assert fault_of([record.key, dict(record.attributes)]) is None
            case Problem():
                assert fault_of([record.message, record.key]) is None
