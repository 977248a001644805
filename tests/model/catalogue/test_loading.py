"""Loading catalogue files: the built-in one, what a user's file may add, and every fault with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cmdb.errors import CatalogueInvalid, FileMissing
from cmdb.model.catalogue import AttributeType, Catalogue, load_catalogue
from cmdb.model.items import GroupSetting

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a catalogue file below its first line."""
    numbers = iter(range(100))

    def write(text: str) -> Path:
        path = tmp_path / f"{next(numbers)}.yaml"
        path.write_text(f"catalogue: 1\n{text}", "utf-8")
        return path

    return write


def faults(*paths: Path) -> list[str]:
    """Each fault as ``line path: message``; the name of the file is left out."""
    with pytest.raises(CatalogueInvalid) as refusal:
        load_catalogue(*paths)
    assert str(len(refusal.value.faults)) in refusal.value.message
    return [f"{fault.place.rpartition('.yaml:')[2]}: {fault.message}" for fault in refusal.value.faults]


# --- the built-in one


def test_the_built_in_catalogue_loads_and_covers_what_is_managed() -> None:
    catalogue = load_catalogue()
    assert {"CI", "Record", "Host", "Workload", "DatabaseCluster", "Customer", "Change"} <= catalogue.classes.keys()
    assert {"RUNS_ON", "PART_OF", "AFFECTS", "SUBSCRIBES_TO"} <= catalogue.relationship_types.keys()
    assert all(spec.description for spec in catalogue.classes.values())
    assert all(spec.lineage[-1] in {"CI", "Record"} for spec in catalogue.classes.values())


def test_the_same_files_make_the_same_version_and_others_another(written: Written) -> None:
    extension = written("classes: {Robot: {description: A robot., extends: CI}}")
    versions = {load_catalogue().version, load_catalogue().version}
    assert len(versions) == 1
    assert load_catalogue(extension).version not in versions


# --- what a file may add


def test_a_file_adds_classes_attributes_rules_groups_types_and_ends(written: Written) -> None:
    path = written("""
classes:
  Robot:
    description: A robot.
    extends: Equipment
    attributes: {arms: {type: number, description: How many arms.}}
    groups: {batteries: {members: [FED_BY], min_up: 50%, degraded_below: 2}}
  Host:
    attributes: {shelf: {type: text, description: Which shelf., required: true}}
    identify: [[shelf, name]]
    groups: {arms: {members: [FED_BY]}}
relationships:
  FED_BY: {description: Is fed by., from: [Robot, Host], to: [PDU], effect: soft, cardinality: {from: one}}
  RUNS_ON: {from: [Offering], attributes: {since: {type: date, description: Since when.}}}
""")
    catalogue = load_catalogue(path)
    robot, host = catalogue.cls("Robot"), catalogue.cls("Host")
    assert robot.lineage == ("Robot", "Equipment", "CI")
    assert {"arms", "serial", "tags"} <= robot.attributes.keys()
    assert catalogue.attribute_types["arms"] is AttributeType.NUMBER
    assert catalogue.group_setting("Robot", "batteries") == GroupSetting("50%", "2")
    assert (catalogue.default_group("Robot", "FED_BY"), catalogue.default_group("PDU", "FED_BY")) == ("batteries", None)
    assert host.identify[0].attributes == ("shelf", "name")
    assert host.attributes["shelf"].required
    fed = catalogue.relationship("FED_BY")
    assert (fed.one_from, fed.one_to, fed.to_classes) == (True, False, frozenset({"PDU"}))
    catalogue.check_ends("RUNS_ON", "Offering", "Host")
    assert catalogue.check_relationship("RUNS_ON", {"since": "2026-01-01"}) == {"since": "2026-01-01"}


def test_a_second_file_builds_on_the_first(written: Written) -> None:
    first = written("classes: {Robot: {description: A robot., extends: CI}}")
    second = written("classes: {Arm: {description: An arm., extends: Robot}}")
    assert load_catalogue(first, second).descendants("Robot") == ("Arm", "Robot")
    assert load_catalogue(second, first).is_a("Arm", "Robot")


def test_a_class_may_say_more_of_an_attribute_that_it_inherits(written: Written) -> None:
    path = written("""
classes:
  Robot:
    description: A robot.
    extends: Equipment
    attributes: {serial: {type: text, description: Number on its back., required: true}}
""")
    assert load_catalogue(path).cls("Robot").attributes["serial"].required
    assert not load_catalogue(path).cls("Host").attributes["serial"].required


def test_an_edge_joins_the_group_of_the_nearest_class(written: Written) -> None:
    path = written("""
classes:
  Blade:
    description: A blade.
    extends: Host
    groups: {backplane: {members: [POWERED_BY], min_up: 2}}
""")
    catalogue = load_catalogue(path)
    assert catalogue.default_group("Blade", "POWERED_BY") == "backplane"
    assert catalogue.default_group("Host", "POWERED_BY") == "power"
    assert catalogue.default_group("Blade", "UPLINKED_TO") == "uplinks"


def test_a_file_that_says_nothing_is_accepted(written: Written) -> None:
    assert load_catalogue(written("")).version == load_catalogue().version


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfcatalogue: 1\n")
    assert isinstance(load_catalogue(path), Catalogue)


# --- faults of form

CLASS = "classes:\n  Robot:\n    description: A robot.\n    extends: CI\n"

FORM: dict[str, tuple[str, str]] = {
    "unknown section": ("clases: {}", "2 clases: Extra inputs are not permitted"),
    "unknown key": (f"{CLASS}    wheels: 4", "6 classes.Robot.wheels: Extra inputs are not permitted"),
    "class in the wrong case": ("classes: {robot: {description: abc}}", "2 classes.robot: "),
    "class that is a number": ("classes: {7: {description: abc}}", "2 classes.7: "),
    "type in the wrong case": ("relationships: {fed_by: {}}", "2 relationships.fed_by: "),
    "reserved attribute": (
        f"{CLASS}    attributes:\n      id: {{type: text, description: abc}}",
        "7 classes.Robot.attributes.id: Value error, 'id' is not a usable name",
    ),
    "attribute in the wrong case": (
        f"{CLASS}    attributes:\n      Arms: {{type: text, description: abc}}",
        "7 classes.Robot.attributes.Arms: Value error, 'Arms' is not a usable name",
    ),
    "unknown attribute type": (
        f"{CLASS}    attributes:\n      arms:\n        type: colour\n        description: abc",
        "8 classes.Robot.attributes.arms.type: ",
    ),
    "attribute without description": (
        f"{CLASS}    attributes:\n      arms: {{type: text}}",
        "7 classes.Robot.attributes.arms.description: Field required",
    ),
    "enum without values": (
        f"{CLASS}    attributes:\n      arms: {{type: enum, description: abc}}",
        "7 classes.Robot.attributes.arms: Value error, values belong to an enum",
    ),
    "values without enum": (
        f"{CLASS}    attributes:\n      arms: {{type: text, values: [a], description: abc}}",
        "7 classes.Robot.attributes.arms: Value error, values belong to an enum",
    ),
    "threshold above all": (
        f"{CLASS}    groups:\n      g: {{members: [RUNS_ON], min_up: 100.5%}}",
        "7 classes.Robot.groups.g.min_up: ",
    ),
    "threshold that is true": (
        f"{CLASS}    groups:\n      g: {{members: [RUNS_ON], min_up: yes}}",
        "7 classes.Robot.groups.g.min_up: ",
    ),
    "group without members": (f"{CLASS}    groups:\n      g: {{members: []}}", "7 classes.Robot.groups.g.members: "),
    "reserved group": (f"{CLASS}    groups:\n      id: {{members: [RUNS_ON]}}", "7 classes.Robot.groups.id: "),
    "empty rule": (f"{CLASS}    identify:\n      - []", "7 classes.Robot.identify.0: "),
    "cardinality of seven": (
        "relationships:\n  FED_BY:\n    cardinality: {to: seven}",
        "4 relationships.FED_BY.cardinality.to: Input should be 'one' or 'many'",
    ),
    "classes that are a list": ("classes: [Robot]", "2 classes: Input should be a valid dictionary"),
}


@pytest.mark.parametrize(("text", "expected"), FORM.values(), ids=FORM)
def test_a_fault_of_form_is_told_with_line_and_path(written: Written, text: str, expected: str) -> None:
    (fault,) = faults(written(text))
    assert fault.startswith(expected)


# --- faults of the whole

RING = ", ".join(f"{one}: {{description: abc, extends: {other}}}" for one, other in ("AC", "BA", "CB"))
CYCLE = f"classes: {{{RING}}}"

WHOLE: dict[str, tuple[str, list[str]]] = {
    "unknown parent": (
        "classes: {Robot: {description: abc, extends: Machine}}",
        ["2 classes.Robot.extends: Robot extends Machine, which no file declares"],
    ),
    "cycle of one": (
        "classes: {Robot: {description: abc, extends: Robot}}",
        ["2 classes.Robot.extends: Robot inherits from itself"],
    ),
    "cycle of three": (
        CYCLE,
        [f"2 classes.{name}.extends: {name} inherits from itself" for name in "ABC"],
    ),
    "no description": ("classes: {Robot: {extends: CI}}", ["2 classes.Robot: the class Robot has no description"]),
    "another parent of a class that is there": (
        "classes: {Host: {extends: CI}}",
        ["2 classes.Host: Host exists; only attributes, identify and groups can be added to it"],
    ),
    "an attribute that is there": (
        "classes:\n  Pod:\n    attributes:\n      phase: {type: text, description: abc}",
        ["5 classes.Pod.attributes.phase: Pod has an attribute phase already"],
    ),
    "identified by nothing": (
        f"{CLASS}    identify: [[arms]]",
        ["6 classes.Robot.identify: Robot is identified by arms, which is no attribute of it"],
    ),
    "identified by its name alone": (
        f"{CLASS}    identify: [[name]]",
        ["6 classes.Robot.identify: Robot: a name alone is never identity"],
    ),
    "identified by a list": (
        f"{CLASS}    identify: [[tags, name]]",
        ["6 classes.Robot.identify: Robot is identified by tags, but a list identifies nothing"],
    ),
    "group of an unknown type": (
        f"{CLASS}    groups:\n      g: {{members: [FED_BY]}}",
        ["7 classes.Robot.groups.g: the group g of Robot names FED_BY, which no file declares"],
    ),
    "one type in two groups": (
        f"{CLASS}    groups:\n      g: {{members: [RUNS_ON]}}\n      h: {{members: [MOUNTS, RUNS_ON]}}",
        ["8 classes.Robot.groups.h: RUNS_ON is a member of g already"],
    ),
    "type without ends": (
        "relationships: {FED_BY: {description: abc}}",
        ["2 relationships.FED_BY: the type FED_BY needs a description, from and to"],
    ),
    "type between unknown classes": (
        "relationships:\n  FED_BY:\n    description: abc\n    from: [Robot]\n    to: [CI, Plug]",
        [
            "5 relationships.FED_BY.from: FED_BY names the class Robot, which no file declares",
            "6 relationships.FED_BY.to: FED_BY names the class Plug, which no file declares",
        ],
    ),
    "another effect of a type that is there": (
        "relationships: {RUNS_ON: {effect: soft}}",
        ["2 relationships.RUNS_ON: RUNS_ON exists; only from, to and attributes can be added to it"],
    ),
    "an attribute that a type has": (
        "relationships:\n  AFFECTS:\n    attributes:\n      state: {type: text, description: abc}",
        ["5 relationships.AFFECTS.attributes.state: AFFECTS has an attribute state already"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WHOLE.values(), ids=WHOLE)
def test_a_fault_of_the_whole_is_told_with_line_and_path(written: Written, text: str, expected: list[str]) -> None:
    assert faults(written(text)) == expected


@pytest.mark.parametrize("owner", ["Host", "CI", "Rack", "Customer", "Robot"])
def test_an_attribute_name_means_one_type_in_all_classes_and_the_later_file_is_to_blame(
    written: Written, owner: str
) -> None:
    head = "description: abc, extends: CI, " if owner == "Robot" else ""
    path = written(f"classes:\n  {owner}:\n    {{{head}attributes: {{phase: {{type: number, description: abc}}}}}}")
    (fault,) = faults(path)
    assert fault.startswith(f"4 classes.{owner}.attributes.phase: phase is number here and text in Pod (core.yaml:")


def test_a_clash_inside_one_file_names_the_second_place(written: Written) -> None:
    path = written("""
classes:
  A: {description: abc, extends: CI, attributes: {arms: {type: number, description: abc}}}
  B: {description: abc, extends: CI, attributes: {arms: {type: text, description: abc}}}
""")
    (fault,) = faults(path)
    assert fault.startswith("5 classes.B.attributes.arms: arms is text here and number in A (")


# --- all at once


def test_every_fault_of_every_file_is_told_at_once(written: Written) -> None:
    one = written("""
classes:
  Robot: {description: abc, extends: Machine, wheels: 4, attributes: {arms: {type: colour, description: abc}}}
  Arm: {description: abc, extends: Robot, identify: [[unknown_so_far]]}
  Legs: {description: abc, extends: Nobody}
  Legs: {description: abc, extends: CI}
""")
    two = written("relationships:\n  FED_BY: {description: abc, from: [Robot], to: [Plug], effect: loud}\n  bad: {}\n")
    three = written("classes: {Pod: {attributes: {arms: {type: text, description: abc}}}}")
    told = faults(one, two, three)
    assert [line.partition(": ")[0] for line in told] == [
        "7",
        "4 classes.Robot.attributes.arms.type",
        "4 classes.Robot.wheels",
        "3 relationships.FED_BY.effect",
        "4 relationships.bad",
        "4 classes.Robot.extends",
        "3 relationships.FED_BY.to",
    ]
    assert told[0] == "7: the key 'Legs' stands twice"


def test_what_a_wrong_declaration_would_have_brought_is_not_missed(written: Written) -> None:
    path = written("""
classes:
  Robot: {description: x, extends: CI, identify: [[arms]]}
  robot_arm: {description: abc}
  Arm: {description: abc, extends: Robot, identify: [[fingers]], groups: {g: {members: [FED_BY]}}}
relationships:
  FED_BY: {description: x, from: [Robot], to: [Robot]}
  HELD_BY: {description: abc, from: [Robot], to: [Arm]}
""")
    assert [line.partition(": ")[0] for line in faults(path)] == [
        "4 classes.Robot.description",
        "5 classes.robot_arm",
        "8 relationships.FED_BY.description",
    ]


def test_a_file_that_cannot_be_read_does_not_hide_the_faults_of_another(written: Written, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("catalogue: 1\nclasses: {", "utf-8")
    other = written("classes:\n  Robot: {description: abc, wheels: 4}\n  Host: {abstract: true}")
    told = faults(broken, other)
    assert told[0] == "3: is not YAML"
    assert [line.partition(": ")[0] for line in told[1:]] == ["3 classes.Robot.wheels", "4 classes.Host"]


# --- files that are none


def test_a_missing_file_and_a_folder_are_said_to_be_missing(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(FileMissing, match="cannot be read"):
            load_catalogue(path)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (b"catalogue: 1\n# caf\xe9\n", "2: is not UTF-8"),
    "not YAML": (b"catalogue: 1\nclasses: [\n", "3: is not YAML"),
    "a tab": (b"catalogue: 1\n\tclasses: {}\n", "2: is not YAML"),
    "a NUL": (b"catalogue: 1\n# \x00\n", "is not YAML"),
    "two documents": (b"catalogue: 1\n---\ncatalogue: 1\n", "2: is not YAML"),
    "an object of Python": (b"catalogue: !!python/object:os.system {}\n", "1: is not YAML"),
    "a key that is a list": (b"catalogue: 1\n[a]: b\n", "2: is not YAML"),
    "a day that is none": (b"catalogue: 1\nclasses: 2026-13-45\n", "holds a value that cannot be read"),
    "a deep nest": (b"catalogue: " + b"[" * 1500 + b"]" * 1500, ""),
    "a very deep nest": (b"catalogue: " + b"[" * 50_000 + b"]" * 50_000, "is not YAML"),
    "a class that is a day": (b"catalogue: 1\nclasses: {2026-01-01: {description: abc}}", "2 classes."),
    "a class that is nothing": (b"catalogue: 1\nclasses: {~: {description: abc}}", "classes.None"),
    "nothing": (b"", "1: Input should be a valid dictionary"),
    "a text": (b"hello", "1: Input should be a valid dictionary"),
    "a list": (b"- catalogue: 1", "1: Input should be a valid dictionary"),
    "another version": (b"catalogue: 2", "1 catalogue: Input should be 1"),
    "no version": (b"classes: {}", "1 catalogue: Field required"),
}


@pytest.mark.parametrize(("content", "expected"), HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_is_no_catalogue_is_one_fault(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    (fault,) = faults(path)
    assert expected in fault


def test_an_anchor_that_holds_itself_ends(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "catalogue: 1\nclasses:\n  A: &a {description: abc, extends: CI, attributes: {arms: *a}}\n", "utf-8"
    )
    assert any(fault.startswith("3 classes.A.attributes.arms") for fault in faults(path))


def test_the_whole_message_can_be_read_by_people(written: Written) -> None:
    path = written("classes: {Robot: {extends: CI}}")
    with pytest.raises(CatalogueInvalid) as refusal:
        load_catalogue(path)
    assert str(refusal.value) == (
        f"The catalogue has 1 fault(s):\n  {path}:2 classes.Robot: the class Robot has no description\n"
        " Correct the places named; nothing was loaded."
    )
    assert refusal.value.details["faults"] == list(refusal.value.faults)
