"""What an AWS account and a Terraform state both describe is one thing, in whatever order they come."""

from collections.abc import Sequence
from functools import partial
from itertools import permutations

import pytest

from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.references import parse_reference
from cmdb.practices.answers import Question, Seed
from cmdb.practices.assessor import Assessor
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from importers.amazon import BY_TERRAFORM_TYPE, KINDS, kind_of, kind_of_id
from importers.aws.table import BY_TYPE
from importers.base import Document, ReadOptions
from importers.terraform.kinds import class_of
from tests.importers.built_in import BUILT_IN
from tests.importers.sources import FIXTURES
from tests.ingest.graphs import arrows, cases, items, plain

CATALOGUE = load_catalogue()
ACCOUNT = tuple(Document.at(path) for path in sorted((FIXTURES / "together" / "web_tier").iterdir()))
STATE = (Document.at(FIXTURES / "terraform" / "web_tier.tfstate"),)
SOURCES: dict[str, Sequence[Document]] = {"aws": ACCOUNT, "terraform": STATE}
ORDERS = list(permutations(SOURCES))
BOTH = {
    "AutoScalingGroup": 0, "CloudInstance": 2, "CloudListener": 1, "CloudLoadBalancer": 1, "CloudSubnet": 2,
    "CloudVolume": 1, "SecurityGroup": 1, "TargetGroup": 1, "VirtualNetwork": 1,
}  # fmt: skip
GROUP = "TargetGroup:web"


def imported(*names: str) -> Store:
    store = MemoryStore(CATALOGUE)
    for name in names:
        read = partial(BUILT_IN[name].read_together, SOURCES[name], ReadOptions())
        Ingest(store).run([read], Order("a test", name))
    return store


def falls(store: Store, *down: str) -> dict[str, str]:
    seeds = tuple(Seed(parse_reference(name)) for name in down)
    return {f"{row.cls}:{row.name}": row.state for row in Assessor(store).assess(Question(seeds)).affected}


@pytest.mark.parametrize("order", ORDERS, ids=" then ".join)
def test_each_thing_that_both_describe_is_one_ci_with_both_bindings(order: tuple[str, ...]) -> None:
    store = imported(*order)
    found = items(store)
    said = store.records_of([item.id for item in found])
    sources = {item.label: sorted(record.scope.source.split("/")[0] for record in said[item.id]) for item in found}
    counts = {cls: sum(item.cls == cls for item in found) for cls in BOTH}
    assert counts == BOTH
    assert {label: told for label, told in sources.items() if label.partition(":")[0] in BOTH} == {
        item.label: ["aws", "terraform"] for item in found if item.cls in BOTH
    }


@pytest.mark.parametrize("order", ORDERS, ids=" then ".join)
def test_no_duplicate_case_is_opened_and_the_order_says_nothing(order: tuple[str, ...]) -> None:
    store = imported(*order)
    assert cases(store) == []
    assert plain(store) == plain(imported(*SOURCES))


def test_the_pool_of_a_target_group_holds_each_target_once() -> None:
    pooled = [arrow for arrow in arrows(imported(*SOURCES)) if arrow.startswith("web ROUTES_TO web-")]
    assert pooled == ["web ROUTES_TO web-1", "web ROUTES_TO web-2"]


def test_a_volume_is_mounted_once() -> None:
    found = [arrow for arrow in arrows(imported(*SOURCES)) if arrow.startswith("web-1 ") and "vol-" in arrow]
    alone = [arrow for arrow in arrows(imported("aws")) if arrow.startswith("web-1 ") and "vol-" in arrow]
    assert len(found) == len(alone) == 1


@pytest.mark.parametrize("names", [("aws",), ("terraform",), ("aws", "terraform")], ids="+".join)
def test_the_target_group_fails_with_the_last_of_its_targets(names: tuple[str, ...]) -> None:
    store = imported(*names)
    assert falls(store, "CloudInstance:web-1")[GROUP] == "at_risk"
    assert falls(store, "CloudInstance:web-1", "CloudInstance:web-2")[GROUP] == "down"


@pytest.mark.parametrize("names", [("terraform",), ("aws", "terraform")], ids="+".join)
def test_the_target_group_fails_with_the_last_of_its_attachments(names: tuple[str, ...]) -> None:
    store = imported(*names)
    attachments = [item.label for item in items(store) if "aws_lb_target_group_attachment" in item.name]
    assert len(attachments) == 2
    assert falls(store, attachments[0])[GROUP] == "at_risk"
    assert falls(store, *attachments)[GROUP] == "down"


def test_the_table_names_each_type_and_each_type_of_terraform_once() -> None:
    assert len({kind.type for kind in KINDS}) == len(KINDS)
    assert len(BY_TERRAFORM_TYPE) == sum(len(kind.terraform) for kind in KINDS)
    assert len({kind.prefix for kind in KINDS if kind.prefix}) == sum(bool(kind.prefix) for kind in KINDS)
    assert {kind.cls for kind in KINDS} <= CATALOGUE.classes.keys()


@pytest.mark.parametrize("type_", BY_TERRAFORM_TYPE)
def test_both_give_a_type_the_same_class(type_: str) -> None:
    kind = BY_TERRAFORM_TYPE[type_]
    assert class_of(type_) == kind.cls
    assert kind.type not in BY_TYPE or BY_TYPE[kind.type].kind == kind


def test_an_id_tells_its_type_and_a_type_its_forms() -> None:
    assert kind_of_id("vpc") == kind_of("AWS::EC2::VPC")
    assert kind_of_id("x") is None
    assert kind_of("AWS::New::Thing").cls == "OtherCloudResource"
