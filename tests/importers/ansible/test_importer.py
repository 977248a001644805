"""What is peculiar to inventories and facts, each in a few lines."""

import json

import pytest

from cmdb.errors import FileMalformed, FileMissing
from cmdb.model.observations import CIRecord, Observation
from importers.ansible import AnsibleImporter
from importers.base import Document, ReadOptions
from tests.importers.ansible.inputs import (
    FACTS,
    FOLDER,
    INVENTORY,
    LISTED,
    STAGING,
    codes,
    facts,
    items,
    memberships,
    read,
)
from tests.importers.sources import text_of


def machine(**values: object) -> CIRecord:
    (record,) = items(read(facts("x", **values))).values()
    return record


def boundaries(observations: list[Observation]) -> set[str]:
    return {record.scope.boundary for record in items(observations).values()}


# --- scopes


@pytest.mark.parametrize(
    ("file", "boundary"),
    [
        ("production.ini", "production"),
        ("inventories/staging/hosts", "staging"),
        ("inventories/staging/hosts.yml", "staging"),
        ("hosts.ini", "hosts"),
        ("a#b.ini", "a-b"),
    ],
)
def test_the_scope_is_the_inventory_by_the_name_of_its_file_or_folder(file: str, boundary: str) -> None:
    text = "web:\n  hosts:\n    a:\n" if file.endswith("yml") else "[web]\na\n"
    assert boundaries(read(Document(file, text.encode()))) == {boundary}


def test_source_and_scope_can_be_named() -> None:
    options = ReadOptions(source="ansible/hq", boundary="prod")
    (host, group) = items(read(text_of("hosts", "[web]", "a"), options=options)).values()
    assert {str(host.scope), str(group.scope)} == {"ansible/hq/prod"}


def test_files_of_one_inventory_are_read_as_one() -> None:
    one, other = text_of("hosts", "[web]", "a"), text_of("more.ini", "[web]", "b", "[db]", "a")
    observed = read(one, other, options=ReadOptions(boundary="prod"))
    assert list(items(observed)) == ["host/a", "host/b", "group/web", "group/db"]
    assert memberships(observed) == [("host/a", "group/web"), ("host/b", "group/web"), ("host/a", "group/db")]


def test_facts_of_a_host_of_two_inventories_are_of_neither() -> None:
    observed = read(text_of("a.ini", "[g]", "x"), text_of("b.ini", "[g]", "x"), facts("x", product_serial="S"))
    assert codes(observed) == ["FACTS_AMBIGUOUS"]
    assert "'S'" not in repr(observed)


def test_facts_of_a_host_that_no_inventory_names_are_told_apart() -> None:
    assert boundaries(read(text_of("a.ini", "[g]", "x"), facts("y", hostname="y"))) == {"a", "facts"}


def test_facts_that_come_without_a_file_name_are_nobodys() -> None:
    document = Document("standard input", b'{"ansible_facts": {"ansible_hostname": "x"}}')
    assert codes(read(document)) == ["HOST_NAMELESS"]


def test_two_files_of_facts_of_one_host_are_a_problem() -> None:
    observed = read(facts("x", hostname="a"), Document("x.json", b'{"ansible_hostname": "b"}'))
    assert codes(observed) == ["DUPLICATE_KEY"]
    assert items(observed)["host/x"].unmapped["hostname"] == "a"


# --- INI


def test_hosts_before_the_first_group_are_in_none() -> None:
    observed = read(text_of("i.ini", "a", "[web]", "b"))
    assert memberships(observed) == [("host/b", "group/web")]


def test_ports_quotes_and_comments_are_understood() -> None:
    observed = read(text_of("i.ini", "; old", "[web]  # front", "a:2222 text='x # y' # z", "[2001:db8::1]:22", "", "b"))
    found = items(observed)
    assert list(found) == ["host/a", "host/2001:db8::1", "host/b", "group/web"]
    assert found["host/a"].unmapped == {"ansible_port": 2222, "var.text": "x # y"}


@pytest.mark.parametrize(
    "line",
    ['a x="1', "b[3:1]", "c[a:3]", "d[0:999999]", "e[1:100][1:200]", "[web:oddity]\nx"],
    ids=lambda line: line[:6],
)
def test_a_line_that_is_wrong_is_a_problem_alone(line: str) -> None:
    observed = read(text_of("i.ini", "[web]", "good", line))
    assert "host/good" in items(observed)
    assert codes(observed) in (["LINE_MALFORMED"], ["HOST_PATTERN"])


def test_a_group_in_itself_is_a_problem_and_a_ring_of_groups_is_not_followed_for_ever() -> None:
    lines = ["[a]", "x", "[a:children]", "b", "a", "[b:children]", "a", "[b:vars]", "ansible_network_os=ios"]
    observed = read(text_of("i.ini", *lines))
    assert codes(observed) == ["GROUP_IN_ITSELF"]
    assert items(observed)["host/x"].cls == "OtherNetworkDevice"


def test_the_nearer_variable_wins() -> None:
    lines = [
        "[all:vars]",
        "ansible_connection=ssh",
        "[near]",
        "x",
        "y ansible_connection=local",
        "[far:children]",
        "near",
    ]
    lines += ["[near:vars]", "ansible_connection=netconf", "[far:vars]", "ansible_connection=docker"]
    found = items(read(text_of("i.ini", *lines)))
    assert (found["host/x"].cls, found["host/y"].cls) == ("OtherNetworkDevice", "Host")


# --- trees


def test_yaml_and_ini_of_the_same_inventory_say_the_same() -> None:
    ini = read(text_of("p.ini", "[web]", "a port=1", "[shop:children]", "web"))
    tree = read(text_of("p.yml", "shop:", "  children:", "    web:", "      hosts: {a: {port: '1'}}"))
    assert {key: record.unmapped for key, record in items(ini).items()} == {
        key: record.unmapped for key, record in items(tree).items()
    }
    assert set(memberships(ini)) == set(memberships(tree))


def test_encrypted_values_are_not_looked_at_whatever_they_hold() -> None:
    lines = ["all:", "  hosts:", "    a:", "      motd: !vault plain", "      other: !unsafe kept"]
    assert items(read(text_of("i.yml", *lines)))["host/a"].unmapped == {"var.other": "kept"}


def test_a_tag_that_runs_is_refused() -> None:
    with pytest.raises(FileMalformed):
        read(text_of("i.yml", "all:", "  hosts: !!python/object:os.system {a: b}"))


def test_a_group_that_is_no_group_is_a_problem() -> None:
    observed = read(text_of("i.json", '{"_meta": {"hostvars": {"a": {}}}, "web": 7}'))
    assert codes(observed) == ["GROUP_MALFORMED"]
    assert list(items(observed)) == ["host/a", "group/web"]


# --- facts


@pytest.mark.parametrize(
    ("values", "cls"),
    [
        ({"virtualization_role": "guest", "virtualization_type": "xen"}, "VirtualMachine"),
        ({"virtualization_role": "host", "virtualization_type": "kvm", "product_name": "KVM"}, "Host"),
        ({"virtualization_role": "NA", "product_name": "VMware7,1", "system_vendor": "VMware, Inc."}, "VirtualMachine"),
        ({"virtualization_role": "NA", "product_name": "ProLiant DL380"}, "Host"),
        ({"virtualization_type": "lxc", "virtualization_role": "guest"}, "VirtualMachine"),
        ({"net_system": "nxos", "net_serialnum": "X1"}, "OtherNetworkDevice"),
        ({"hostname": "x"}, "Host"),
    ],
    ids=["guest", "hypervisor", "by product", "metal", "container", "network", "unknown"],
)
def test_role_and_product_say_what_a_machine_is(values: dict[str, object], cls: str) -> None:
    assert machine(**values).cls == cls


@pytest.mark.parametrize("nothing", ["NA", "", "None", "N/A", "unknown", "Not Specified"])
def test_what_stands_for_nothing_is_no_attribute(nothing: str) -> None:
    assert machine(product_serial=nothing, product_uuid=nothing, hostname="x").attributes == {}


@pytest.mark.parametrize("fqdn", ["localhost", "localhost.localdomain", "web1", "10.0.0.1"])
def test_what_is_no_full_domain_name_is_none(fqdn: str) -> None:
    assert "fqdn" not in machine(fqdn=fqdn).attributes


def test_addresses_that_every_machine_has_are_not_told() -> None:
    told = machine(all_ipv4_addresses=["127.0.0.1", "10.0.0.1", "10.0.0.1"], all_ipv6_addresses=["::1", "fe80::2", 7])
    assert told.attributes["addresses"] == ["10.0.0.1"]


def test_flat_wrapped_and_bare_facts_say_the_same() -> None:
    flat = {"ansible_hostname": "x", "ansible_fqdn": "x.example.com", "ansible_distribution": "Debian"}
    bare = {name.removeprefix("ansible_"): value for name, value in flat.items()}
    forms = [flat, {"ansible_facts": flat, "changed": False}, {"ansible_facts": bare}, bare]
    found = [items(read(Document("x", json.dumps(form).encode())))["host/x"] for form in forms]
    assert all(record == found[0] for record in found)
    assert found[0].attributes == {"fqdn": "x.example.com", "operating_system": "Debian"}


@pytest.mark.parametrize(
    "failure", [{"unreachable": True, "msg": "no"}, {"failed": True, "msg": "no"}], ids=["unreachable", "failed"]
)
def test_of_a_host_that_did_not_answer_nothing_is_said(failure: object) -> None:
    observed = read(Document("x", json.dumps(failure).encode()))
    assert codes(observed) == ["HOST_UNREACHABLE"]
    assert items(observed) == {}


def test_a_file_that_is_no_json_is_a_problem_among_others_and_refused_alone() -> None:
    broken = Document("facts/broken", b"Traceback")
    observed = read(facts("a", hostname="a"), broken)
    assert codes(observed) == ["FILE_MALFORMED"]
    assert list(items(observed)) == ["host/a"]
    with pytest.raises(FileMalformed):
        read(broken)


def test_a_missing_file_is_told_as_such() -> None:
    with pytest.raises(FileMissing):
        read(Document.at(FOLDER / "there is none"))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_nothing(content: bytes) -> None:
    assert read(Document("hosts", content)) == []


@pytest.mark.parametrize(
    "content",
    [b"\xff", b"a\x00b", b'{"a": [1]}', b'{"ansible_facts": ', b"- hosts: web\n", b"plain words\n", b"all: [\n"],
    ids=["no UTF-8", "NUL", "another JSON", "cut", "a playbook", "words", "no YAML"],
)
def test_what_is_no_inventory_and_no_facts_is_refused(content: bytes) -> None:
    with pytest.raises(FileMalformed):
        read(Document("input", content))


# --- recognition


@pytest.mark.parametrize(
    "document",
    [INVENTORY, STAGING, LISTED, *(document for document in FACTS if not document.name.endswith("broken01"))],
    ids=lambda document: document.name.rpartition("/")[2],
)
def test_its_files_are_recognised(document: Document) -> None:
    assert AnsibleImporter().sniff(document.head(), document.name) >= 0.9


@pytest.mark.parametrize(
    "head",
    [
        b"", b"[1, 2]", b"[section]\nkey = value\n", b"apiVersion: v1\nkind: Ingress\nspec:\n  hosts:\n",
        b"services:\n  web:\n    image: x\n", b'{"items": []}', b"- hosts: all\n  tasks: []\n", b"<xml/>",
        b'{"resources": [], "version": 4}', b"\n" * 60_000,
    ],
    ids=["nothing", "list", "settings", "manifest", "compose", "rows", "playbook", "xml", "state", "blank"],
)  # fmt: skip
def test_other_files_are_not(head: bytes) -> None:
    assert AnsibleImporter().sniff(head, "file") == 0
