"""Addresses, flat attributes and marks of sensitive values, part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.model.values import JSONValue
from importers.terraform.addresses import Address, Step, index_of, parse_address, parse_modules
from importers.terraform.flat import unflattened
from importers.terraform.identity import global_name, is_distinctive
from importers.terraform.masking import mask_of_paths, mask_of_tree, unmasked

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True).filter(lambda name: name not in {"module", "data"})
STEPS = st.builds(
    Step, NAMES, st.one_of(st.just(""), st.integers(0, 99).map(index_of), st.text(max_size=6).map(index_of))
)
ADDRESSES = st.builds(Address, st.lists(STEPS, max_size=3).map(tuple), NAMES, STEPS, st.booleans())


@given(ADDRESSES)
def test_every_address_is_read_back_as_it_was_printed(address: Address) -> None:
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("aws_instance.web", "aws_instance.web"),
        ("aws_instance.web.12", "aws_instance.web[12]"),
        ("aws_instance.web.*", "aws_instance.web"),
        ("data.aws_ami.base", "data.aws_ami.base"),
        ('module.a["x.y"].data.aws_ami.base["k"]', 'module.a["x.y"].data.aws_ami.base["k"]'),
        (r'aws_instance.web["a\"].b"]', r'aws_instance.web["a\"].b"]'),
        ("module.a", None),
        ("aws_instance", None),
        ("aws_instance.", None),
        (".aws_instance.web", None),
        ("aws_instance.web[0", None),
        ("aws_instance.web[0][1]", None),
        ("aws_instance.web.id", None),
        ("a b.c", None),
        ("a.b\x00", None),
        ("", None),
        ("a." + "b" * 2000, None),
    ],
)
def test_addresses_are_read_in_all_forms_and_nothing_else_is(text: str, read: str | None) -> None:
    found = parse_address(text)
    assert (str(found) if found else None) == read


@pytest.mark.parametrize("text", ["", "module.a[0].module.b"])
def test_modules_are_read_alone(text: str) -> None:
    assert parse_modules(text) is not None


@pytest.mark.parametrize("text", ["module.a.x.y", "module", "x.y"])
def test_what_is_not_only_modules_is_none(text: str) -> None:
    assert parse_modules(text) is None


@pytest.mark.parametrize("key", [True, None, 1.5, -1, []])
def test_what_is_no_index_is_none(key: object) -> None:
    assert index_of(key) == ""


@pytest.mark.parametrize(
    ("flat", "nested"),
    [
        ({"a.#": "0"}, {"a": []}),
        ({"a.%": "0"}, {"a": {}}),
        ({"a.#": "2", "a.7": "x", "a.3": "y"}, {"a": ["x", "y"]}),
        ({"a.#": "1", "a.9.b.#": "1", "a.9.b.1.c": "x"}, {"a": [{"b": [{"c": "x"}]}]}),
        ({"a.b": "x"}, {"a": {"b": "x"}}),
        ({"": "x"}, {}),
        ({"a": "x", "a.b": "y"}, {"a": {"b": "y"}}),
    ],
)
def test_flat_attributes_are_lists_and_maps_again(flat: dict[str, JSONValue], nested: JSONValue) -> None:
    assert unflattened(flat) == nested


@given(st.dictionaries(st.text("ab.#%0", max_size=40), st.text(max_size=3), max_size=8))
def test_any_flat_attributes_are_survived(flat: dict[str, JSONValue]) -> None:
    assert isinstance(unflattened(flat), dict)


SECRET: dict[str, JSONValue] = {"a": "s3cret", "b": ["x", "s3cret"], "c": {"d": "s3cret", "e": "y"}}
BARE: dict[str, JSONValue] = {"b": ["x", None], "c": {"e": "y"}}


def test_a_tree_of_marks_takes_out_what_it_marks() -> None:
    tree: JSONValue = {"a": True, "b": [False, True], "c": {"d": True}}
    assert unmasked(SECRET, mask_of_tree(tree)) == BARE


def test_paths_take_out_what_they_lead_to() -> None:
    paths: JSONValue = [
        [{"type": "get_attr", "value": "a"}],
        [{"type": "get_attr", "value": "b"}, {"type": "index", "value": {"value": 1, "type": "number"}}],
        ["c", "d"],
    ]
    assert unmasked(SECRET, mask_of_paths(paths)) == BARE


@pytest.mark.parametrize("paths", [[[]], "all", [[{"type": "?"}]], [[None]], {"a": 1}])
def test_marks_that_are_not_understood_take_out_everything(paths: JSONValue) -> None:
    assert unmasked(SECRET, mask_of_paths(paths)) is None


@pytest.mark.parametrize("paths", [[[{"value": "b"}, {"type": "?"}]], [["b"], ["b", 1]], [["b", 1], ["b"]]])
def test_a_path_that_is_understood_in_part_takes_out_rather_too_much(paths: JSONValue) -> None:
    assert "b" not in str(unmasked({"b": ["x", "s3cret"]}, mask_of_paths(paths)))


@pytest.mark.parametrize(("tree", "left"), [(None, "x"), (False, "x"), (True, None), ("?", None), ({"a": True}, None)])
def test_a_mark_on_a_plain_value_takes_it_out_unless_it_says_no(tree: JSONValue, left: JSONValue) -> None:
    assert unmasked("x", mask_of_tree(tree)) == left


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("arn:aws:s3:::media", "arn:aws:s3:::media"),
        ("arn:aws:iam::aws:policy/x", "arn:aws:iam::aws:policy/x"),
        ("/subscriptions/1/resourceGroups/a", "/subscriptions/1/resourceGroups/a"),
        ("https://compute.googleapis.com/compute/v1/projects/p/zones/z", "//compute.googleapis.com/projects/p/zones/z"),
        (
            "https://www.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//sql.googleapis.com/projects/p/instances/i",
        ),
        ("https://www.googleapis.com/v1/projects/p/x", ""),
        ("arn:aws:s3", ""),
        ("media", ""),
    ],
)
def test_names_that_are_unique_in_the_world_have_one_form(text: str, name: str) -> None:
    assert global_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["vpc-1b20b966", "i-0ec3a64e9a6965cfc", "51a31efd-09ec-45a9-904f-f79fb41d67a1", "424881806176056736"],
)
def test_ids_that_nothing_else_can_bear_are_followed_without_a_name(text: str) -> None:
    assert is_distinctive(text)


@pytest.mark.parametrize("text", ["web", "my-db", "10.0.0.1", "80", ""])
def test_words_that_much_can_bear_are_not(text: str) -> None:
    assert not is_distinctive(text)
