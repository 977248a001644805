import pytest

from cmdb.errors import FileMalformed
from cmdb.model.catalogue import load_catalogue
from cmdb.model.observations import CIRecord, Observation, Problem, RelationshipRecord, Severity
from importers.base import Document, ReadOptions
from importers.rows import CsvImporter
from tests.importers.sources import text_of

TYPES = load_catalogue().attribute_types


def read(*lines: str) -> list[Observation]:
    return list(CsvImporter().read(text_of("a.csv", *lines), ReadOptions(attribute_types=TYPES)))


def problems(*lines: str) -> list[tuple[str, int | None, str]]:
    return [(record.code, record.where.line, record.key) for record in read(*lines) if isinstance(record, Problem)]


def test_cells_are_read_as_the_catalogue_types_them() -> None:
    (host,) = read(
        "class,name,cpu_count,memory_mib,addresses,tags,environment,verified_at",
        'Host,db-1,4,1.5,10.0.0.1; 10.0.0.2,"[""a"",""b""]",production,2026-11-28',
    )
    assert isinstance(host, CIRecord)
    assert host.attributes == {
        "addresses": ["10.0.0.1", "10.0.0.2"],
        "cpu_count": 4,
        "environment": "production",
        "memory_mib": 1.5,
        "tags": ["a", "b"],
        "verified_at": "2026-11-28",
    }


def test_empty_cells_say_nothing_and_the_key_is_class_and_name() -> None:
    (host,) = read("class,name,key,serial", "Host,db-1,,")
    assert isinstance(host, CIRecord)
    assert (host.key, dict(host.attributes)) == ("Host:db-1", {})


def test_relationship_columns_lead_from_the_item_of_the_line_into_groups() -> None:
    edges = [
        record
        for record in read("class,name,key,relationship.POWERED_BY", "Host,h,k,PDU:a@power;b; me@b.example@")
        if isinstance(record, RelationshipRecord)
    ]
    assert [(str(edge.from_ref), str(edge.to_ref), edge.group) for edge in edges] == [
        ("files/default#k", "PDU:a", "power"),
        ("files/default#k", "files/default#b", None),
        ("files/default#k", "files/default#me@b.example", None),
    ]


def test_group_columns_hold_what_must_be_up() -> None:
    (host,) = read("class,name,group.power,group.uplinks", "Host,h,2,50%")
    assert isinstance(host, CIRecord)
    assert {name: setting.min_up for name, setting in host.groups.items()} == {"power": "2", "uplinks": "50%"}


def test_a_file_of_relationships_has_their_attributes_in_columns() -> None:
    (edge,) = read("type,from,to,effect,state", "AFFECTS,Change:c,Host:h,soft,down")
    assert isinstance(edge, RelationshipRecord)
    assert (edge.type, edge.effect, dict(edge.attributes)) == ("AFFECTS", "soft", {"state": "down"})


def test_each_bad_line_is_told_and_the_others_are_read() -> None:
    lines = ("class,name,cpu_count", "Host,a,1", "Host,,1", "Host,b,many", "Host,c", "Host,a,2", "", "Host,d,2")
    assert problems(*lines) == [
        ("BAD_USER_INPUT", 3, "Host"),
        ("WRONG_TYPE", 4, "Host:b"),
        ("WRONG_COLUMNS", 5, "Host"),
        ("DUPLICATE_KEY", 6, "Host:a"),
    ]
    assert [record.name for record in read(*lines) if isinstance(record, CIRecord)] == ["a", "d"]


@pytest.mark.parametrize(
    "cell", ["nan", "inf", "1e999", "99999999999999999999", "1_000", "0x10"], ids=lambda cell: f"number {cell}"
)
def test_a_number_that_is_none_is_a_problem(cell: str) -> None:
    assert [code for code, _, _ in problems("class,name,cpu_count", f"Host,a,{cell}")] == ["WRONG_TYPE"]


def test_a_relationship_of_a_bad_item_is_not_taken() -> None:
    observations = read("class,name,relationship.RUNS_ON", "Host,,Host:b")
    assert [type(record) for record in observations] == [Problem]


def test_a_nul_is_a_problem_of_its_line() -> None:
    assert [code for code, _, _ in problems("class,name", "Host,a\x00b")] == ["WRONG_TYPE"]


def test_a_quote_that_never_ends_makes_the_file_incomplete() -> None:
    last = read("class,name", 'Host,"a', "Host,b")[-1]
    assert isinstance(last, Problem)
    assert last.severity is Severity.INCOMPLETE
    assert last.where.line == 2


def test_quoted_cells_may_hold_commas_and_line_ends() -> None:
    first, second = read("class,name,description", 'Host,a,"one, ', 'two"', "Host,b,")
    assert isinstance(first, CIRecord)
    assert first.attributes == {"description": "one, \ntwo"}
    assert isinstance(second, CIRecord)
    assert second.where.line == 4


def test_byte_order_mark_and_line_ends_of_windows_do_no_harm() -> None:
    document = Document("a.csv", "\ufeffclass,name\r\nHost,a\r\n".encode())
    (host,) = CsvImporter().read(document, ReadOptions())
    assert isinstance(host, CIRecord)
    assert host.name == "a"


REFUSED = {
    "an empty file": (b"", 1),
    "foreign columns": (b"hostname,ip\nx,y\n", 1),
    "a column twice": (b"class,name,name\n", 1),
    "a column without a name": (b"class,name,\n", 1),
    "another encoding": ("class,name\nHost,a\nHost,Köln\n".encode("latin-1"), 3),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_as_a_whole_for(case: str) -> None:
    content, line = REFUSED[case]
    with pytest.raises(FileMalformed) as refused:
        list(CsvImporter().read(Document("a.csv", content), ReadOptions()))
    assert f"a.csv:{line}" in refused.value.message


def test_the_scope_is_the_callers_or_the_default() -> None:
    document = text_of("a.csv", "class,name")
    named = ReadOptions(source="inventory", boundary="hq")
    scopes = [*CsvImporter().scopes(document, ReadOptions()), *CsvImporter().scopes(document, named)]
    assert [str(scope) for scope in scopes] == ["files/default", "inventory/hq"]
