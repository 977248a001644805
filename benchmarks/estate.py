"""A deterministic estate of any size: power, racks, switches, hosts, machines, databases, services, customers."""

from collections.abc import Iterator
from dataclasses import dataclass

from cmdb.model.items import GroupSetting
from cmdb.model.observations import CIRecord, Observation, RelationshipRecord
from cmdb.model.references import ByKey
from cmdb.model.sources import Scope

SCOPE = Scope("bench")


@dataclass(frozen=True, slots=True)
class Estate:
    """``hosts`` physical hosts with everything around them; about 4 CIs and 9 relationships a host."""

    hosts: int

    def observations(self) -> Iterator[Observation]:
        """CIs and relationships, each time the same."""
        yield from (_ci("Switch", f"core-{side}") for side in "ab")
        for rack in range(self.hosts // 20 + 1):
            yield from self._rack(rack)
        for host in range(self.hosts):
            yield from self._host(host)
        for trio in range(self.hosts // 3):
            yield from self._service(trio)

    def _rack(self, rack: int) -> Iterator[Observation]:
        yield _ci("Rack", f"rack-{rack}")
        for side in "ab":
            yield _ci("PDU", f"pdu-{rack}-{side}")
            yield _ci("Switch", f"top-{rack}-{side}")
            yield _edge("POWERED_BY", f"top-{rack}-{side}", f"pdu-{rack}-{side}")
            yield from (_edge("UPLINKED_TO", f"top-{rack}-{side}", f"core-{core}") for core in "ab")

    def _host(self, host: int) -> Iterator[Observation]:
        rack = host // 20
        yield _ci("Host", f"host-{host}", serial=f"SN{host:08d}", cpu_count=64)
        yield _edge("LOCATED_IN", f"host-{host}", f"rack-{rack}")
        for side in "ab":
            yield _edge("POWERED_BY", f"host-{host}", f"pdu-{rack}-{side}")
            yield _edge("UPLINKED_TO", f"host-{host}", f"top-{rack}-{side}")
        yield _ci("VirtualMachine", f"vm-{host}", system_uuid=f"uuid-{host:08d}")
        yield _edge("RUNS_ON", f"vm-{host}", f"host-{host}")
        yield _ci("DatabaseInstance", f"db-{host}", engine="PostgreSQL")
        yield _edge("RUNS_ON", f"db-{host}", f"vm-{host}")

    def _service(self, trio: int) -> Iterator[Observation]:
        quorum = {"replicas": GroupSetting("2")}
        yield CIRecord(SCOPE, f"cluster-{trio}", "DatabaseCluster", f"cluster-{trio}", groups=quorum)
        for member in range(3):
            yield _edge("PART_OF", f"db-{trio * 3 + member}", f"cluster-{trio}")
        yield _ci("BusinessService", f"service-{trio}", code=f"S{trio}")
        yield _edge("DEPENDS_ON", f"service-{trio}", f"cluster-{trio}")


def _ci(cls: str, key: str, **attributes: str | float) -> CIRecord:
    return CIRecord(SCOPE, key, cls, key, attributes)


def _edge(type_: str, origin: str, target: str) -> RelationshipRecord:
    return RelationshipRecord(SCOPE, type_, ByKey(SCOPE, origin), ByKey(SCOPE, target))
