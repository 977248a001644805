"""What is peculiar to NetBox's dumps and pages, each in a few rows."""

import json

import pytest

from cmdb.errors import FileMalformed, FileMissing
from cmdb.model.items import Effect
from cmdb.model.observations import CIRecord, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from cmdb.model.values import JSONValue
from importers.base import Document, ReadOptions
from importers.netbox import NetBoxImporter
from tests.importers.netbox.inputs import (
    API,
    ESTATE,
    FOLDER,
    REST,
    dump,
    edges,
    items,
    nested,
    page,
    problems,
    read,
    row,
)

DEVICE = {"device_type": None, "role": None, "status": "active"}


def test_the_source_names_the_instance_and_the_boundary_a_part_of_it() -> None:
    document = dump(row("dcim.site", 1, name="HQ"))
    (here,) = read(document, options=ReadOptions(source="netbox/hq"))
    (there,) = read(document, options=ReadOptions(source="netbox/lab", boundary="acme"))
    assert isinstance(here, CIRecord)
    assert isinstance(there, CIRecord)
    assert (str(here.scope), str(there.scope)) == ("netbox/hq/dcim.site", "netbox/lab/acme.dcim.site")


def test_a_dump_and_pages_of_one_instance_speak_of_the_same_things() -> None:
    dumped = items(read(dump(row("dcim.site", 1, name="HQ", slug="hq", status="active"))))
    paged = items(
        read(page([nested("dcim/sites", 1, name="HQ", slug="hq", status={"value": "active", "label": "Active"})], 1))
    )
    one, other = dumped["dcim.site#1"], paged["dcim.site#1"]
    assert (one.scope, one.key, one.attributes, one.unmapped) == (
        other.scope,
        other.key,
        other.attributes,
        other.unmapped,
    )


def test_json_lines_and_a_list_of_api_objects_are_read_too() -> None:
    lines = Document(
        "d.jsonl",
        b'{"model":"dcim.site","pk":1,"fields":{"name":"A"}}\n{"model":"dcim.site","pk":2,"fields":{"name":"B"}}\n',
    )
    listed = dump(nested("dcim/sites", 1, name="A"), nested("dcim/sites", 2, name="B"))
    assert [record.name for record in items(read(lines)).values()] == ["A", "B"]
    assert [record.name for record in items(read(listed)).values()] == ["A", "B"]


def test_places_have_the_line_of_the_object() -> None:
    document = Document("d.json", b'[\n\n{"model":"dcim.site",\n"pk":1,"fields":{"name":"A"}},\n{"x": 1}]')
    (site,) = items(read(document)).values()
    (problem,) = problems(read(document))
    assert (str(site.where), str(problem.where), problem.code) == ("d.json:3", "d.json:5", "NOT_AN_OBJECT")


def test_a_dump_that_breaks_off_gives_what_stands_before_and_forbids_to_conclude_from_absence() -> None:
    whole = json.dumps([row("dcim.site", 1, name="A"), row("dcim.site", 2, name="B")]).encode()
    observed = read(Document("d.json", whole[:-20]))
    assert [record.name for record in items(observed).values()] == ["A"]
    assert [(problem.severity, problem.code) for problem in problems(observed)] == [
        (Severity.INCOMPLETE, "FILE_MALFORMED")
    ]


MALFORMED = {
    "no JSON": b"nonsense",
    "open": b"[",
    "open object": b'{"a"',
    "cut": b'[{"model":',
    "no UTF-8": b"\xff",
    "endless depth": b"[" * 100_000,
    "endless number": b"[1" + b"0" * 5000 + b"]",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_its_place(case: str) -> None:
    with pytest.raises(FileMalformed) as refused:
        read(Document("d.json", MALFORMED[case]))
    assert "d.json:1" in refused.value.message


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        read(Document.at(FOLDER / "there is none.json"))


@pytest.mark.parametrize("content", [b"", b"  \n", b"[]", b"\xef\xbb\xbf[]"])
def test_an_empty_file_says_nothing(content: bytes) -> None:
    assert read(Document("d.json", content)) == []


def test_an_object_with_a_key_twice_or_a_number_beyond_64_bits_is_left_out_alone() -> None:
    text = (
        '[{"model":"dcim.site","pk":1,"fields":{"name":"A","name":"B"}},'
        '{"model":"dcim.site","pk":99999999999999999999,"fields":{"name":"C"}},'
        '{"model":"dcim.site","pk":3,"fields":{"name":"D"}}]'
    )
    observed = read(Document("d.json", text.encode()))
    assert [record.name for record in items(observed).values()] == ["D"]
    assert [problem.severity for problem in problems(observed)] == [Severity.ERROR, Severity.ERROR]


def test_the_same_object_twice_is_one_and_a_second_that_differs_is_a_problem() -> None:
    same = row("dcim.site", 1, name="A")
    assert len(read(dump(same), dump(same, name="again.json"))) == 1
    observed = read(dump(same, row("dcim.site", 1, name="B")))
    assert [problem.code for problem in problems(observed)] == ["DUPLICATE_KEY"]
    assert [record.name for record in items(observed).values()] == ["A"]


# --- pages


def sites(first: int, last: int) -> list[JSONValue]:
    return [nested("dcim/sites", number, name=f"s{number}") for number in range(first, last + 1)]


def test_all_pages_of_a_list_are_complete_in_any_order() -> None:
    first = page(sites(1, 2), 3, f"{API}/dcim/sites/?limit=2&offset=2", name="1.json")
    second = page(sites(3, 3), 3, None, f"{API}/dcim/sites/?limit=2", name="2.json")
    for documents in ((first, second), (second, first)):
        assert problems(read(*documents)) == []


@pytest.mark.parametrize(
    ("count", "following"),
    [(3, f"{API}/dcim/sites/?limit=2&offset=2"), (3, None), (None, f"{API}/dcim/sites/?start=3")],
    ids=["more of them", "more without an address", "no number"],
)
def test_a_missing_page_is_told(count: int | None, following: str | None) -> None:
    (problem,) = problems(read(page(sites(1, 2), count, following)))
    assert (problem.severity, problem.code) == (Severity.INCOMPLETE, "PAGES_MISSING")


def test_the_same_page_twice_does_not_make_a_list_complete() -> None:
    first = page(sites(1, 2), 4, f"{API}/dcim/sites/?limit=2&offset=2")
    assert [problem.code for problem in problems(read(first, first))] == ["PAGES_MISSING"]


def test_a_filtered_list_is_never_complete() -> None:
    filtered = page(sites(1, 2), 2, None, f"{API}/dcim/sites/?limit=2&region=eu")
    (problem,) = problems(read(filtered))
    assert "filtered by region" in problem.message


def test_an_empty_list_is_complete_and_an_empty_page_of_a_longer_list_is_not() -> None:
    assert read(page([], 0)) == []
    assert [problem.code for problem in problems(read(page([], 5)))] == ["PAGES_MISSING"]


# --- references


def test_the_number_of_a_content_type_needs_its_row_and_its_words_do_not() -> None:
    def ports(type_: object) -> list[tuple[str, str, str]]:
        rows = [
            row("dcim.interface", 1, device=None, name="a"),
            row("dcim.interface", 2, device=None, name="b"),
            row("dcim.cable", 1, status="connected"),
            *(
                row("dcim.cabletermination", n, cable=1, cable_end=side, termination_type=type_, termination_id=n)  # type: ignore[arg-type]
                for n, side in ((1, "A"), (2, "B"))
            ),
        ]
        return [edge for edge in edges(read(dump(*rows)), "LINKED_TO") if "cable" not in edge[1]]

    joined = [("LINKED_TO", "dcim.interface#1", "dcim.interface#2")]
    assert ports(["dcim", "interface"]) == joined
    assert ports("dcim.interface") == joined
    assert ports(7) == []


def test_a_natural_key_that_two_bear_is_told_apart_by_what_they_belong_to_or_kept_as_it_is() -> None:
    rows = [
        row("dcim.site", 1, name="A"),
        row("dcim.device", 1, name="sw", site=["A"]),
        row("dcim.device", 2, name="sw", site=["B"]),
        row("dcim.interface", 1, name="x", device=["sw", "B"]),
        row("dcim.interface", 2, name="x", device=["sw"]),
    ]
    assert edges(read(dump(*rows)), "CONTAINED_IN") == [
        ("CONTAINED_IN", "dcim.interface#1", "dcim.device#2"),
        ("CONTAINED_IN", "dcim.interface#2", "dcim.device#sw"),
    ]


def test_a_reference_to_what_is_not_in_the_input_is_kept() -> None:
    observed = read(dump(row("dcim.device", 1, name="x", site=9, **DEVICE)))
    assert edges(observed, "LOCATED_IN") == [("LOCATED_IN", "dcim.device#1", "dcim.site#9")]


def test_contacts_follow_what_they_are_assigned_to_under_both_names_of_the_field() -> None:
    rows = [
        row("dcim.site", 1, name="A"),
        row("tenancy.contact", 1, name="NOC"),
        row("tenancy.contactassignment", 1, contact=1, content_type=["dcim", "site"], object_id=1),
        row("tenancy.contactassignment", 2, contact=1, object_type=["dcim", "devicetype"], object_id=1),
    ]
    assert edges(read(dump(*rows)), "SUPPORTED_BY") == [("SUPPORTED_BY", "dcim.site#1", "tenancy.contact#1")]


# --- classes and names


@pytest.mark.parametrize(
    ("role", "cls"),
    [
        ("ToR Switches", "Switch"), ("san-switch", "Switch"), ("Core Router", "Router"),
        ("Perimeter firewall", "Firewall"),
        ("Load Balancer", "LoadBalancer"), ("Wireless AP", "AccessPoint"), ("Hypervisor", "Host"),
        ("Storage Array", "StorageArray"),
        ("Rack PDU", "PDU"), ("UPS", "UPS"), ("Generator", "Generator"), ("CRAC", "CoolingUnit"),
        ("Console Server", "OtherNetworkDevice"), ("Patch Panel", "OtherDevice"), ("Blorb", "OtherDevice"),
    ],
)  # fmt: skip
def test_the_role_says_the_class(role: str, cls: str) -> None:
    observed = read(dump(row("dcim.devicerole", 1, name=role), row("dcim.device", 1, name="x", role=1)))
    assert items(observed)["dcim.device#1"].cls == cls
    told = [problem.code for problem in problems(observed)]
    assert told == (["CLASS_FELL_BACK"] if role == "Blorb" else [])


def test_the_type_and_outlets_say_the_class_where_the_role_does_not() -> None:
    rows = [
        row("dcim.devicetype", 1, model="Smart-UPS 3000", manufacturer=None),
        row("dcim.device", 1, name="by type", device_type=1),
        row("dcim.device", 2, name="by outlets"),
        row("dcim.poweroutlet", 1, device=2, name="o"),
    ]
    assert [record.cls for record in items(read(dump(*rows)), "dcim.device").values()] == ["UPS", "PDU"]


def test_a_device_of_which_only_the_key_is_known_is_named_by_it() -> None:
    assert items(read(dump(row("dcim.device", 7, name=None))))["dcim.device#7"].name == "device (7)"


def test_models_without_a_class_are_kept_by_name_and_those_that_may_hold_secrets_are_not() -> None:
    rows = [
        row("netbox_bgp.session", 1, name="to upstream", device=1, password="canary"),
        row("netbox_bgp.session", 2, name="to peer"),
        row("netbox_vault.credential", 1, name="canary"),
        row("users.token", 1, key="canary"),
    ]
    observed = read(dump(*rows))
    assert {(record.cls, record.name) for record in items(observed).values()} == {
        ("OtherCI", "to upstream"),
        ("OtherCI", "to peer"),
    }
    assert [problem.code for problem in problems(observed)] == ["MODEL_NOT_TAKEN", "CLASS_FELL_BACK"]
    assert edges(observed, "CONTAINED_IN") == [("CONTAINED_IN", "netbox_bgp.session#1", "dcim.device#1")]
    assert "canary" not in repr(observed)


# --- redundancy


def test_a_host_that_is_planned_keeps_no_cluster_alive() -> None:
    rows = [
        row("dcim.device", n, name=f"h{n}", cluster=1, status=status) for n, status in ((1, "active"), (2, "planned"))
    ]
    parts = [edge for edge in read(dump(*rows)) if isinstance(edge, RelationshipRecord) and edge.type == "PART_OF"]
    assert [edge.effect for edge in parts] == [None, Effect.NONE]


def test_an_aggregation_over_a_stack_outlives_the_device_it_is_written_under() -> None:
    rows = [row("dcim.interface", 9, device=1, name="Po1"), row("dcim.interface", 8, device=1, name="Po2")]
    rows += [row("dcim.interface", n, device=n, name="Te", lag=9) for n in (1, 2)]
    rows.append(row("dcim.interface", 3, device=1, name="Te", lag=8))
    inside = {
        edge.from_ref.key: edge.effect
        for edge in read(dump(*rows))
        if isinstance(edge, RelationshipRecord) and edge.type == "CONTAINED_IN" and isinstance(edge.from_ref, ByKey)
    }
    assert inside == {"9": Effect.NONE, "8": None, "1": None, "2": None, "3": None}


def test_outlets_of_what_is_no_source_of_power_are_a_dependency_in_the_same_group() -> None:
    rows = [
        row("dcim.devicerole", 1, name="Server"),
        row("dcim.device", 1, name="blade", role=1),
        row("dcim.device", 2, name="enclosure", role=1),
        row("dcim.powerport", 1, device=1, name="in"),
        row("dcim.poweroutlet", 1, device=2, name="out"),
        row("dcim.cable", 1, status="connected"),
        row(
            "dcim.cabletermination", 1, cable=1, cable_end="A", termination_type=["dcim", "powerport"], termination_id=1
        ),
        row(
            "dcim.cabletermination",
            2,
            cable=1,
            cable_end="B",
            termination_type=["dcim", "poweroutlet"],
            termination_id=1,
        ),
    ]
    (edge,) = [e for e in read(dump(*rows)) if isinstance(e, RelationshipRecord) and e.group == "power"]
    assert (edge.type, str(edge.to_ref)) == ("DEPENDS_ON", "netbox/default/dcim.device#2")


def test_a_ring_of_panels_ends() -> None:
    rows = [row("dcim.interface", 1, device=1, name="a")]
    ends = [
        ("interface", 1, "frontport", 1),
        ("rearport", 1, "rearport", 2),
        ("frontport", 2, "frontport", 3),
        ("rearport", 3, "rearport", 1),
    ]
    rows += [row("dcim.frontport", n, device=9, name="f", rear_port=n, rear_port_position=1) for n in (1, 2, 3)]
    number = 0
    for cable, (one, first, other, second) in enumerate(ends, 1):
        rows.append(row("dcim.cable", cable, status="connected"))
        for side, word, pk in (("A", one, first), ("B", other, second)):
            number += 1
            rows.append(
                row(
                    "dcim.cabletermination",
                    number,
                    cable=cable,
                    cable_end=side,
                    termination_type=["dcim", word],
                    termination_id=pk,
                )
            )
    assert [edge for edge in edges(read(dump(*rows)), "LINKED_TO") if edge[1].startswith("dcim.interface")] == []


# --- recognition


@pytest.mark.parametrize("document", [ESTATE, *REST], ids=lambda document: document.name.rpartition("/")[2])
def test_its_files_are_recognised(document: Document) -> None:
    assert NetBoxImporter().sniff(document.head(), "unnamed") > 0.95


@pytest.mark.parametrize(
    "head",
    [
        b"", b"apiVersion: v1", b'{"apiVersion": "v1", "kind": "List", "items": []}', b'{"result": [{"sys_id": "1"}]}',
        b'[{"class": "Host", "name": "dcim"}]', b'{"items": [{"url": "http://x/api/v1/pods/"}]}', b"<netbox/>",
        b'{"version": 4, "resources": []}',
    ],
)  # fmt: skip
def test_other_files_are_not(head: bytes) -> None:
    assert NetBoxImporter().sniff(head, "dcim.json") == 0


def test_a_dump_that_begins_with_permissions_is_recognised_by_the_types_before_them() -> None:
    head = json.dumps([row("contenttypes.contenttype", 1, app_label="dcim", model="device")], indent=2).encode()
    assert NetBoxImporter().sniff(head, "backup.json") > 0.95


def test_a_dump_of_some_other_project_is_left_to_surer_ones() -> None:
    assert 0 < NetBoxImporter().sniff(b'[{"model": "blog.post", "pk": 1, "fields": {"title": "x"}}]', "x.json") < 0.5
