"""A data centre of some hundred CIs as two sources describe it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue
from tests.ingest.rows import ci, edge, grouped

HALL = Scope("inventory/hq", "hall-1")
SHOP = Scope("kubernetes/prod", "shop")
RACKS, HOSTS_IN_RACK, VMS, NODES, WORKLOADS, PODS_OF_EACH = 6, 18, 40, 8, 8, 5


@dataclass(frozen=True, slots=True)
class Estate:
    """What one source says, by key; an import of it is complete."""

    scope: Scope
    cis: Mapping[str, CIRecord]
    edges: Sequence[RelationshipRecord]

    def rows(self) -> list[Observation]:
        return [*self.cis.values(), *self.edges]

    def keys(self, cls: str) -> list[str]:
        """The keys of the CIs of a class, in order."""
        return [key for key, record in self.cis.items() if record.cls == cls]

    def said(self, key: str, attribute: str) -> JSONValue:
        return self.cis[key].attributes[attribute]

    def saying(self, said: Mapping[str, Mapping[str, JSONValue]]) -> "Estate":
        """The same with other attributes of some CIs."""
        changed = {
            key: replace(self.cis[key], attributes={**self.cis[key].attributes, **attributes})
            for key, attributes in said.items()
        }
        return replace(self, cis={**self.cis, **changed})

    def named(self, names: Mapping[str, str]) -> "Estate":
        """The same with other names of some CIs."""
        return replace(
            self, cis={**self.cis, **{key: replace(self.cis[key], name=name) for key, name in names.items()}}
        )

    def linked(self, edges: Iterable[RelationshipRecord]) -> "Estate":
        """The same with these relationships and no others."""
        return replace(self, edges=list(edges))

    def without(self, keys: Collection[str]) -> "Estate":
        """The same without some CIs and all that leads to them or away."""
        edges = [link for link in self.edges if keys_of(link).isdisjoint(keys)]
        return replace(self, cis={key: record for key, record in self.cis.items() if key not in keys}, edges=edges)

    def joined(self, rows: Iterable[Observation]) -> "Estate":
        """The same with more CIs and relationships."""
        more = list(rows)
        cis = {row.key: row for row in more if isinstance(row, CIRecord)}
        return replace(
            self,
            cis={**self.cis, **cis},
            edges=[*self.edges, *(row for row in more if isinstance(row, RelationshipRecord))],
        )


def keys_of(link: RelationshipRecord) -> set[str]:
    """The keys of both ends."""
    return {end.key for end in (link.from_ref, link.to_ref) if isinstance(end, ByKey)}


def hall() -> Estate:
    """Racks with two feeds, hosts, virtual machines, a database of two replicas, and services on them."""
    empty = Estate(HALL, {}, [])
    parts = [_network(), *map(_rack, range(RACKS)), _machines(), _database(), _services()]
    return empty.joined(row for part in parts for row in part)


def shop() -> Estate:
    """What an API server tells: nodes, workloads and their pods."""
    rows: list[Observation] = [_k8s("KubernetesCluster", "prod")]
    rows += [_k8s("KubernetesNode", f"node-{n}") for n in range(NODES)]
    for number in range(WORKLOADS):
        rows.append(_k8s("Workload", f"app-{number}"))
        for pod in range(PODS_OF_EACH):
            rows += pod_rows(f"app-{number}", f"app-{number}-{pod}", f"node-{(number + pod) % NODES}")
    return Estate(SHOP, {}, []).joined(rows)


def pod_rows(workload: str, name: str, node: str) -> list[Observation]:
    """A pod of a workload on a node."""
    return [
        _k8s("Pod", name),
        edge(name, "PART_OF", workload, scope=SHOP),
        edge(name, "RUNS_ON", node, scope=SHOP),
    ]


def host_rows(rack: int, number: int) -> list[Observation]:
    """A host in a rack, on both its feeds and its switch."""
    key = f"host-{rack}-{number:02}"
    host = ci(
        key, scope=HALL, serial=f"SN-{rack}{number:03}", vendor="Ironclad", model="X9", operating_system="Linux 6.1",
        addresses=[f"10.{rack}.0.{number + 10}"],
    )  # fmt: skip
    feeds = [edge(key, "POWERED_BY", f"pdu-{rack}-{side}", scope=HALL) for side in "ab"]
    place = edge(key, "LOCATED_IN", f"rack-{rack}", scope=HALL)
    return [host, place, *feeds, edge(key, "UPLINKED_TO", f"switch-{rack}", scope=HALL)]


def _network() -> list[Observation]:
    return [ci(f"core-{side}", "Switch", scope=HALL, serial=f"CORE-{side}") for side in "ab"]


def _rack(rack: int) -> list[Observation]:
    switch = f"switch-{rack}"
    return [
        ci(f"rack-{rack}", "Rack", scope=HALL),
        *(ci(f"pdu-{rack}-{side}", "PDU", scope=HALL, serial=f"PDU-{rack}{side}") for side in "ab"),
        ci(switch, "Switch", scope=HALL, serial=f"SW-{rack}"),
        *(edge(switch, "UPLINKED_TO", f"core-{side}", scope=HALL) for side in "ab"),
        *(row for number in range(HOSTS_IN_RACK) for row in host_rows(rack, number)),
    ]


def _machines() -> list[Observation]:
    rows: list[Observation] = []
    for number in range(VMS):
        key = f"vm-{number:02}"
        uuid = f"6f1c0a52-0000-4000-8000-{number:012}"
        rows.append(ci(key, "VirtualMachine", scope=HALL, system_uuid=uuid, cpu_count=4))
        rows.append(edge(key, "RUNS_ON", f"host-{number % RACKS}-{number // RACKS:02}", scope=HALL))
    return rows


def _database() -> list[Observation]:
    """Two replicas, on machines in different racks."""
    cluster = grouped(ci("orders", "DatabaseCluster", scope=HALL), replicas=GroupSetting("1"))
    replicas = [ci(f"orders-{n}", "DatabaseInstance", scope=HALL) for n in range(2)]
    parts = [edge(replica.key, "PART_OF", "orders", scope=HALL) for replica in replicas]
    places = [edge(f"orders-{n}", "RUNS_ON", f"vm-{n:02}", scope=HALL) for n in range(2)]
    return [cluster, *replicas, *parts, *places]


def _services() -> list[Observation]:
    """A shop on the database and on any two of three web servers; billing on a machine alone."""
    web = [edge("shop", "DEPENDS_ON", f"vm-{n:02}", scope=HALL, group="web") for n in (10, 11, 12)]
    return [
        grouped(ci("shop", "BusinessService", scope=HALL, code="SHOP"), web=GroupSetting("2")),
        ci("billing", "BusinessService", scope=HALL, code="BILL"),
        edge("shop", "DEPENDS_ON", "orders", scope=HALL),
        edge("billing", "DEPENDS_ON", "vm-20", scope=HALL),
        *web,
    ]


def _k8s(cls: str, name: str) -> CIRecord:
    if cls == "KubernetesCluster":
        return ci(name, cls, scope=SHOP, kubernetes_cluster="prod")
    return ci(name, cls, scope=SHOP, kubernetes_cluster="prod", uid=f"uid of {name}", kind=cls)
