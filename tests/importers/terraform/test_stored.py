"""Real states and plans in a store: once, again, and in any order."""

from functools import partial

import pytest

from cmdb.errors import FileMissing
from cmdb.ingest.engine import Ingest, Order
from cmdb.model.catalogue import load_catalogue
from cmdb.model.sources import RunState
from cmdb.store.memory import MemoryStore
from importers.base import Document, ReadOptions
from importers.terraform import TerraformImporter
from tests.importers.sources import FIXTURES, real_file
from tests.importers.stored import imported_twice
from tests.ingest.graphs import Plain, plain

REAL = (
    "sock-shop-v3.tfstate",
    "driftctl/aws_s3_full/terraform.tfstate",
    "driftctl/aws_lb_listener/terraform.tfstate",
    "driftctl/v4/valid.tfstate",
    "inframap-aws-cyclic.json",
    "inframap-openstack-lb.json",
    "inframap-azure.tfstate",
    "infracost-state.json",
    "terraform-json/basic/plan.json",
    "terraform-json/has_changes/plan.json",
    "terraform-json/110_sensitive_values/plan.json",
    "terraform-json/110_sensitive_values/state.json",
)
DANGLING = {"driftctl/aws_s3_full/terraform.tfstate": 5, "inframap-azure.tfstate": 15, "inframap-openstack-lb.json": 0}


@pytest.mark.parametrize("path", REAL)
def test_each_real_file_is_taken_over_and_changes_nothing_the_second_time(path: str) -> None:
    runs = imported_twice(TerraformImporter(), [real_file(f"terraform/{path}")], ReadOptions())
    assert (runs.first.state, runs.first.counts.failed) == (RunState.SUCCEEDED, 0)
    assert runs.second.counts.changes == 0
    assert runs.heads[0] == runs.heads[1]


@pytest.mark.parametrize("path", DANGLING)
def test_dependencies_on_what_is_not_stored_are_kept_and_listed(path: str) -> None:
    report = imported_twice(TerraformImporter(), [real_file(f"terraform/{path}")], ReadOptions()).first
    listed = [entry for row in report.dangling for entry in row.evidence if "depend" in entry]
    assert len(listed) == DANGLING[path]


def graph_of(documents: list[Document]) -> Plain:
    store = MemoryStore(load_catalogue())
    for document in documents:
        read = partial(TerraformImporter().read, document, ReadOptions())
        Ingest(store).run([read], Order("a test", document.name))
    return plain(store)


def test_all_real_files_give_the_same_graph_in_any_order() -> None:
    documents = [real_file(f"terraform/{path}") for path in REAL]
    forwards = graph_of(documents)
    assert len(forwards.items) > 100
    assert graph_of(documents[::-1]) == forwards
    assert graph_of(documents[6:] + documents[:6]) == forwards


def test_what_another_state_owns_is_reached_once_that_state_is_there() -> None:
    web, services = (Document.at(FIXTURES / "terraform" / f"{name}.tfstate") for name in ("web_tier", "services"))
    for documents in ([web, services], [services, web]):
        edges = {(edge[0], edge[1][0], edge[2][0]) for edge in graph_of(documents).edges}
        subnet = 'CloudSubnet:aws_subnet.private["a.1"]'
        assert ("CONTAINED_IN", "OtherCloudResource:main", subnet) in edges
        assert ("CONTAINED_IN", "RouteTable:aws_route_table.private", "VirtualNetwork:shop") in edges


@pytest.mark.parametrize("name", ["web_tier.tfstate", "services.tfstate", "families.tfstate", "secrets.tfstate"])
def test_every_relationship_of_the_fixtures_has_ends_that_the_catalogue_allows(name: str) -> None:
    report = imported_twice(TerraformImporter(), [Document.at(FIXTURES / "terraform" / name)], ReadOptions()).first
    assert report.counts.failed == 0
    assert report.complete


def test_a_plan_and_its_state_speak_of_the_same_cis() -> None:
    options = ReadOptions("terraform/shop", change="CHG-1")
    documents = [Document.at(FIXTURES / "terraform" / name) for name in ("web_tier.tfstate", "shop_plan.json")]
    store = MemoryStore(load_catalogue())
    for document in documents:
        read = partial(TerraformImporter().read, document, options)
        report = Ingest(store).run([read], Order("a test", "terraform/shop"))
        assert report.counts.failed == 0
    said = [row for row in plain(store).items if row[0] == "CloudInstance"]
    assert [row[1] for row in said] == ["web-1", "web-2"]


def test_a_missing_file_is_no_empty_state() -> None:
    with pytest.raises(FileMissing):
        list(TerraformImporter().read(Document.at(FIXTURES / "nowhere.tfstate"), ReadOptions()))
