import pytest

from cmdb.errors import FileMalformed
from cmdb.model.observations import Where
from importers.json_text import parse_json
from importers.yaml_tree import Tree, parse_yaml

HERE = Where("a.yaml", 1)


def test_scalars_follow_the_core_schema() -> None:
    text = "a: 1\nb: -1.5e3\nc: true\nd: ~\ne: yes\nf: '1'\ng: 2026-11-28\nh: !!str 1\ni: !!int 7\nj: .inf\nk: 0644\n"
    (tree,) = parse_yaml(text, HERE)
    assert tree.value == {
        "a": 1, "b": -1500.0, "c": True, "d": None, "e": "yes", "f": "1", "g": "2026-11-28", "h": "1", "i": 7,
        "j": ".inf", "k": "0644",
    }  # fmt: skip


def test_merge_keys_take_what_is_not_said_and_lists_of_mappings() -> None:
    text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  b: 0\n  <<: [*x, *y]\n"
    (tree,) = parse_yaml(text, HERE)
    assert isinstance(tree.value, dict)
    assert tree.value["z"] == {"b": 0, "a": 1, "c": 2}


def test_several_documents_come_one_after_the_other() -> None:
    assert [tree.value for tree in parse_yaml("a\n--- \nb\n", HERE)] == ["a", "b"]


@pytest.mark.parametrize(
    ("pointer", "line"),
    [("", 10), ("a", 10), ("a.b[1]", 12), ("a.b[1].c", 12), ("a.b[1].c.d[3]", 12), ("z", 10)],
    ids=["root", "key", "item", "value", "below a value", "unknown"],
)
def test_every_node_has_its_line_or_that_of_the_nearest_above(pointer: str, line: int) -> None:
    (tree,) = parse_yaml("a:\n  b: [1,\n   {c: 2}]\n", Where("a.yaml", 10))
    assert tree.line(pointer) == line


def test_a_tree_without_lines_knows_none() -> None:
    assert Tree({"a": 1}).line("a") is None


REFUSED = {
    "a tag on a text": "a: !mine x",
    "a tag on a mapping": "a: !!set {x}",
    "an alias for a key": "a: &a x\n*a : y",
    "a mapping for a key": "{a: b}: c",
    "a merge of a text": "a: {<<: x}",
    "an alias that stands for nothing": "a: *b",
    "an anchor used inside itself": "a: &a {b: *a}",
    "a control character": "a: \x01",
}


@pytest.mark.parametrize("case", REFUSED)
def test_yaml_is_refused_for(case: str) -> None:
    with pytest.raises(FileMalformed, match=r"a\.yaml:"):
        list(parse_yaml(REFUSED[case], HERE))


def test_json_may_be_wide_but_not_deep() -> None:
    assert parse_json("[" + "[], {}, " * 200 + "1]", HERE)
    for deep in ("[" * 150 + "]" * 150, '{"a": ' * 150 + "1" + "}" * 150):
        with pytest.raises(FileMalformed, match="too deeply"):
            parse_json(deep, HERE)


def test_tags_of_a_format_are_told_when_it_asks_for_them_and_refused_otherwise() -> None:
    text = "a: !reset null\nb: !override\n  c: !reset '1'\n"
    (tree,) = parse_yaml(text, HERE, ("!reset", "!override"))
    assert tree.value == {"a": None, "b": {"c": "1"}}
    assert tree.tags == {"a": "!reset", "b": "!override", "b.c": "!reset"}
    with pytest.raises(FileMalformed, match="'!reset' is not allowed"):
        list(parse_yaml(text, HERE))
