"""Policy files: what they say, what they leave as it is, and every fault with its place."""

import re
from pathlib import Path

import pytest

from cmdb.errors import FileMissing, PolicyInvalid
from cmdb.ingest.measures import Measure
from cmdb.practices.policy import NO_POLICY, EffectLimits, Limit, Policy, default_policy, load_policy

PAGE = (Path(__file__).parents[3] / "docs" / "plans.md").read_text("utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text(text, "utf-8")
    return path


def loaded(folder: Path, text: str) -> Policy:
    return load_policy(written(folder, text))


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(PolicyInvalid) as refusal:
        loaded(folder, text)
    return [str(fault).replace(f"{folder}/", "") for fault in refusal.value.faults]


def test_the_built_in_policy_limits_every_measure() -> None:
    policy = default_policy()
    assert not policy.is_empty
    assert policy.effects.is_empty
    assert all(policy.of_scope("racks/hall-1").limit(measure) is not None for measure in Measure)
    assert policy.of_scope("kubernetes/prod/shop").limit(Measure.REIDENTIFIED) is None
    assert policy.of_scope("kubernetes/prod/shop").limit(Measure.RETIRED) == Limit(number=10, share=0.25)


def test_a_file_changes_what_it_mentions_and_nothing_else(tmp_path: Path) -> None:
    policy = loaded(
        tmp_path,
        """
policy: 1
limits: {cis_renamed: 5, identities_moved: none}
overall: {rows_failed: {share: 2.5%}}
scopes:
  - {match: [racks/*, "*/hall-?"], limits: {cis_renamed: {number: 1, share: 50%}}}
effects: {groups_broken: 0, radii_grown: 3, radius_growth: {factor: 2, cis: 5}}
""",
    )
    limits = policy.of_scope("cloud/eu")
    assert limits.limit(Measure.RENAMED) == Limit(number=5)
    assert limits.limit(Measure.MOVED) is None
    assert limits.limit(Measure.RETIRED) == Limit(number=10, share=0.25)
    assert policy.of_scope("racks/x").limit(Measure.RENAMED) == Limit(number=1, share=0.5)
    assert policy.of_scope("racks/x").limit(Measure.MOVED) is None
    assert policy.of_scope("kubernetes/prod/shop").limit(Measure.REIDENTIFIED) is None
    assert policy.overall.limit(Measure.FAILED) == Limit(share=0.025)
    assert not policy.effects.is_empty
    assert policy.effects.radius_growth is not None
    assert policy.effects.radius_growth.factor == 2


def test_nothing_is_limited_by_no_policy() -> None:
    assert NO_POLICY.is_empty
    assert NO_POLICY.over(NO_POLICY).is_empty


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    told = faults(
        tmp_path,
        """policy: 1
limits:
  cis_renamed: -1
  cis_retired: {share: 101%}
  identities_moved: never
  no_such_measure: 3
scopes:
  - {match: [], limits: {}}
  - limits: {rows_failed: {number: many}}
effects:
  radius_growth: {factor: 1}
""",
    )
    assert [fault.split(":")[1].split(" ")[0] for fault in told] == ["11", "3", "4", "5", "6", "8", "9", "9"]
    assert "policy.yaml:3 limits.cis_renamed.number: Input should be greater than or equal to 0" in told
    assert "policy.yaml:4 limits.cis_retired.share: '101%' is no percentage such as 25%" in told
    assert "policy.yaml:5 limits.identities_moved: Input should be 'none'" in told
    assert "policy.yaml:9 scopes.1.match: Field required" in told


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "policy.yaml:1: does not begin with policy: 1"),
        ("[policy, 1]", "policy.yaml:1: does not begin with policy: 1"),
        ("policy: 1\nscopes: [{match: racks/*, limits: {}}]", "policy.yaml:2 scopes.0.match: 'racks/*' is no list"),
        ("policy: 1\neffects: {groups_broken: {share: 5%}}", "policy.yaml:2 effects.groups_broken: Input should be"),
        (
            "policy: 1\neffects: {radius_growth: {factor: 2}}",
            "policy.yaml:2 effects: radius_growth limits nothing without",
        ),
        ("policy: 1\neffects: {groups_broken: true}", "policy.yaml:2 effects.groups_broken: Input should be"),
        ("policy: 1\neffects: {groups_broken: never}", "policy.yaml:2 effects.groups_broken: Input should be 'none'"),
        ("limits: {}", "policy.yaml:1: does not begin with policy: 1"),
        ("policy: 2", "policy.yaml:1 policy: Input should be 1"),
        ("policy: 1\nlimits: {}\nlimits: {}", "policy.yaml:3: the key 'limits' stands twice"),
        ("policy: 1\n\t- x", "policy.yaml:2: is not YAML"),
        ("policy: 1\nlimits: {cis_renamed: 2026-13-45}", "policy.yaml: holds a value that cannot be read"),
    ],
)
def test_what_is_no_policy_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    assert faults(tmp_path, text)[0].startswith(fault)


def test_the_page_on_plans_shows_a_policy_that_can_be_read_and_names_every_limit_with_what_is_built_in(
    tmp_path: Path,
) -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    shown = loaded(tmp_path, example)
    assert shown.of_scope("inventory/lab-2").limit(Measure.RETIRED) is None
    assert shown.of_scope("cloud/eu").limit(Measure.RENAMED) == Limit(number=5)
    told = dict(re.findall(r"^\| `(\w+)` \| .* \| ([^|;]+?)(?:;.*)? \|$", PAGE, re.MULTILINE))
    built_in = {measure.value: default_policy().limits.limit(measure) for measure in Measure}
    assert told == {name: _short(limit) for name, limit in built_in.items() if limit is not None}
    assert all(f"`{name}`" in PAGE for name in EffectLimits.model_fields)


def _short(limit: Limit) -> str:
    return f"{limit.number}, {100 * limit.share:g}%" if limit.share else str(limit.number)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="policy file"):
        load_policy(tmp_path / "nowhere.yaml")
