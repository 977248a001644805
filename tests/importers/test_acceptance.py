"""Every real file, as people give it, on every store, in any order, with numbers that others counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from cmdb.errors import FileMalformed
from cmdb.ingest.engine import Ingest, Order
from cmdb.ingest.reports import ImportReport
from cmdb.model.catalogue import load_catalogue
from cmdb.practices.exporting import canonical
from cmdb.store.memory import MemoryStore
from cmdb.store.port import Store
from importers.registry import choose
from tests.importers.built_in import BUILT_IN
from tests.importers.calls import DEMO, ESTATES, REAL_CALLS, REFUSED, SCANS, Call
from tests.neo4j_server import LINES, Endpoint, wipe
from tests.store.places import open_neo4j, open_sqlite

CATALOGUE = load_catalogue()
KINDS = ("memory", "sqlite", *(pytest.param(f"neo4j-{line}", marks=pytest.mark.neo4j) for line in LINES))
BESIDE: Final = frozenset({"HostGroup", "Change", "DuplicateCase"})
"""What an import makes besides the things that a file lists: modules, the change of a plan, suspicions."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many a file has: things of classes, edges of types, things altogether, references that lead nowhere."""

    items: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[str, int] = field(default_factory=dict)
    things: int | None = None
    dangling: int | None = None


def services(number: int, starts: int, addresses: int) -> Counted:
    return Counted({"ApplicationComponent": number}, {"STARTS_AFTER": starts, "CONNECTS_TO": addresses})


def resources(number: int) -> Counted:
    return Counted(things=number)


COUNTED: Final = {
    "kubernetes/online-boutique.yaml": Counted(
        {"Workload": 12, "KubernetesService": 12, "ServiceAccount": 11}, {"SELECTS": 12, "CONNECTS_TO": 16}, dangling=1
    ),
    "kubernetes/sock-shop.yaml": Counted(
        {"Workload": 14, "KubernetesService": 14, "Namespace": 1}, {"SELECTS": 14, "CONNECTS_TO": 1}, dangling=0
    ),
    "compose/sock-shop.yml": services(15, 0, 1 + 1),  # one address in the environment, one in a command line
    "compose/robot-shop.yaml": services(12, 12, 0),
    "compose/hotel-reservation.yml": services(24, 22, 0),
    "compose/media-microservices.yml": services(33, 0, 0),
    str(DEMO[0]): services(20, 46, 53),
    str(DEMO[1]): services(23, 51, 62),
    str(DEMO[2]): services(25, 53, 59),
    str(DEMO[3]): services(28, 58, 68),
    "terraform/sock-shop-v3.tfstate": resources(10),
    "terraform/driftctl/aws_s3_full/terraform.tfstate": resources(26),
    "terraform/driftctl/aws_lb_listener/terraform.tfstate": resources(6),
    "terraform/driftctl/v4/valid.tfstate": resources(1),
    "terraform/inframap-aws-cyclic.json": resources(13 + 4 + 2),
    "terraform/inframap-openstack-lb.json": resources(12),
    "terraform/inframap-azure.tfstate": resources(5),
    "terraform/infracost-state.json": resources(14),
    "terraform/terraform-json/basic/plan.json": resources(0),  # it creates all: nothing is there yet
    "terraform/terraform-json/has_changes/plan.json": resources(7 - 1),  # one of the seven is a lookup
    "terraform/terraform-json/110_sensitive_values/plan.json": resources(0),
    "terraform/terraform-json/110_sensitive_values/state.json": resources(7),
    "aws/batfish-us-west-2": Counted({
        "VirtualNetwork": 4, "CloudSubnet": 10, "CloudInstance": 4, "CloudNetworkInterface": 9, "SecurityGroup": 11,
        "NetworkAcl": 4, "RouteTable": 5, "CloudGateway": 3 + 1 + 1, "CloudAddress": 1, "CloudDatabase": 1,
        "CloudCluster": 2, "AvailabilityZone": 3,
    }),
    "aws/cloudmapper-demo": Counted({
        "VirtualNetwork": 1, "CloudSubnet": 4, "CloudInstance": 3, "SecurityGroup": 8, "CloudNetworkInterface": 1,
        "CloudEndpoint": 2, "CloudLoadBalancer": 1 + 1, "CloudDatabase": 1, "CloudDatabaseCluster": 1,
        "CloudFunction": 1, "CloudCluster": 1 + 1 + 1, "CloudRepository": 1, "ObjectStore": 1, "CloudSecret": 1,
        "CloudQueue": 2 + 1, "CloudIdentity": 2 + 1 + 4 + 2,
    }),
    "network/batfish-layer1.json": Counted(
        {"OtherDevice": 15, "NetworkInterface": 40}, {"CONTAINED_IN": 40, "LINKED_TO": 20 + 19}, dangling=0
    ),  # 20 cables join ports; of these 19 join two devices
    "nmap/2_hosts_version.xml": Counted({"OtherDevice": 2, "Endpoint": 5 + 3}),
    str(SCANS[0]): Counted({"OtherDevice": 4, "Endpoint": 12}),
    str(SCANS[1]): Counted({"OtherDevice": 3, "Endpoint": 11}),
    "nmap/full_sudo6.xml os_scan6.xml": Counted({"OtherDevice": 4, "Endpoint": 12}),
    "sbom/laravel-1.4.json": Counted({"SoftwarePackage": 62, "Application": 1}, {"USES_PACKAGE": 113}, dangling=0),
    "sbom/apigateway-saasbom.json": Counted({"ApplicationComponent": 6}, {"DEPENDS_ON": 6}, dangling=0),
    "backstage": Counted(
        {"Person": 10, "ApplicationDomain": 3, "Application": 2, "Api": 2, "Datastore": 1}, things=30 - 1, dangling=3
    ),  # a Location is no thing
    "servicenow/cmdb-instance-shape.json": Counted({"OtherCI": 1}, things=1, dangling=2),
}  # fmt: skip

by_call = pytest.mark.parametrize("call", REAL_CALLS, ids=str)


def counted(call: Call) -> Counted:
    return COUNTED[str(call)]


def require(calls: Iterable[Call]) -> None:
    missing = [path for call in calls if not call.is_there for path in call.paths]
    if missing:
        pytest.skip(f"needs the real files beside the repository, such as {missing[0]}")


def run(store: Store, call: Call) -> ImportReport:
    read = partial(BUILT_IN[call.format].read_together, call.documents, call.options)
    return Ingest(store).run([read], Order("a test", str(call)))


def require_counts(store: Store, call: Call, report: ImportReport) -> None:
    """The graph of a store that has this call alone has what was counted."""
    expected, read = counted(call), store.graph()
    items = Counter(item.cls for chunk in read.items for item in chunk)
    edges = Counter(edge.type for chunk in read.relationships for edge in chunk)
    assert {cls: items[cls] for cls in expected.items} == expected.items
    assert {type_: edges[type_] for type_ in expected.edges} == expected.edges
    things = sum(number for cls, number in items.items() if cls not in BESIDE)
    assert expected.things in {None, things}
    assert expected.dangling in {None, report.counts.dangling}


def require_nothing_new(store: Store, call: Call) -> None:
    """The same call once more has no changes and makes no commit."""
    head = store.head()
    again = run(store, call)
    assert (again.counts.changes, again.counts.failed, store.head()) == (0, 0, head)


def form(store: Store) -> Sequence[bytes]:
    """The canonical form of the graph, line by line."""
    return b"".join(canonical(store)).splitlines()


@pytest.fixture
def emptied(
    request: pytest.FixtureRequest, tmp_path: Path, neo4j_endpoint: Callable[[str], Endpoint]
) -> Callable[[], Store]:
    """Gives an empty store of the kind that a test names, as often as it is asked."""
    kind, numbers = str(request.param), iter(range(1_000))

    def empty() -> Store:
        if kind == "memory":
            return MemoryStore(CATALOGUE)
        if kind == "sqlite":
            return open_sqlite(tmp_path / f"{next(numbers)}.sqlite", CATALOGUE)
        endpoint = neo4j_endpoint(kind.removeprefix("neo4j-"))
        with endpoint.driver() as driver:
            wipe(driver)
        return open_neo4j(endpoint, CATALOGUE)

    return empty


def orders() -> Iterator[Sequence[Call]]:
    """Three orders in which no call stands where it stands in another."""
    yield ESTATES
    yield ESTATES[::-1]
    third = len(ESTATES) // 3
    yield (*ESTATES[third::2], *ESTATES[third + 1 :: 2], *ESTATES[:third])


def test_every_call_was_counted() -> None:
    assert {str(call) for call in REAL_CALLS} == COUNTED.keys()


@by_call
def test_every_file_is_recognised_without_being_named(call: Call) -> None:
    require([call])
    for document in call.documents:
        assert choose(document, None, tuple(BUILT_IN.values())).name == call.format


@by_call
@pytest.mark.parametrize("emptied", ["memory", "sqlite"], indirect=True)
def test_every_call_has_what_was_counted_and_a_second_time_changes_nothing(
    call: Call, emptied: Callable[[], Store]
) -> None:
    require([call])
    with emptied() as store:
        first = run(store, call)
        assert first.counts.failed == 0
        require_counts(store, call, first)
        require_nothing_new(store, call)


@pytest.mark.parametrize("emptied", KINDS, indirect=True)
def test_all_calls_in_three_orders_give_one_graph_and_a_second_time_changes_nothing(
    emptied: Callable[[], Store],
) -> None:
    require(ESTATES)
    forms = []
    for order in orders():
        with emptied() as store:
            for call in order:
                assert run(store, call).counts.failed == 0
            forms.append(form(store))
            for call in order if order is ESTATES else ():
                require_nothing_new(store, call)
    assert forms[0] == forms[1] == forms[2] == form(in_memory())


def in_memory() -> Store:
    """All calls in the order of the table, in the store that is the reference."""
    store = MemoryStore(CATALOGUE)
    for call in ESTATES:
        run(store, call)
    return store


@pytest.mark.parametrize("call", REFUSED, ids=str)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(call: Call) -> None:
    require([call])
    store = MemoryStore(CATALOGUE)
    with pytest.raises(FileMalformed):
        run(store, call)
    assert store.head() == 0
