from collections import Counter

from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.references import ByKey
from importers.base import ReadOptions
from importers.kubernetes import KubernetesImporter
from tests.importers.sources import real_file

DEPENDENCIES = {
    "frontend": [
        "adservice",
        "cartservice",
        "checkoutservice",
        "currencyservice",
        "productcatalogservice",
        "recommendationservice",
        "shippingservice",
    ],
    "checkoutservice": [
        "cartservice",
        "currencyservice",
        "emailservice",
        "paymentservice",
        "productcatalogservice",
        "shippingservice",
    ],
    "recommendationservice": ["productcatalogservice"],
    "cartservice": ["redis-cart"],
    "loadgenerator": ["frontend"],
}


class Reading:
    """What a real file says, taken apart."""

    def __init__(self, path: str) -> None:
        observations = list(KubernetesImporter().read(real_file(path), ReadOptions()))
        self.objects = [record for record in observations if isinstance(record, CIRecord) and record.kind]
        self.edges = [record for record in observations if isinstance(record, RelationshipRecord)]
        self.problems = [record for record in observations if isinstance(record, Problem)]
        self._keys = {(record.scope, record.key) for record in observations if isinstance(record, CIRecord)}

    def kinds(self) -> Counter[str]:
        return Counter(record.kind for record in self.objects)

    def of_type(self, type_: str) -> list[RelationshipRecord]:
        return [edge for edge in self.edges if edge.type == type_]

    def dangling(self) -> list[RelationshipRecord]:
        return [edge for edge in self.edges if not (self._known(edge.from_ref) and self._known(edge.to_ref))]

    def resolved_pairs(self) -> set[tuple[str, str]]:
        edges = (edge for edge in self.of_type("CONNECTS_TO") if edge not in self.dangling())
        return {(_name(edge.from_ref), _name(edge.to_ref)) for edge in edges}

    def _known(self, reference: object) -> bool:
        return isinstance(reference, ByKey) and (reference.scope, reference.key) in self._keys


def _name(reference: object) -> str:
    assert isinstance(reference, ByKey)
    return reference.key.partition("/")[2]


def test_online_boutique_has_its_35_objects_and_12_selector_edges() -> None:
    reading = Reading("kubernetes/online-boutique.yaml")
    assert reading.kinds() == {"Deployment": 12, "Service": 12, "ServiceAccount": 11}
    assert len(reading.of_type("SELECTS")) == 12
    assert reading.problems == []


def test_online_boutique_has_exactly_the_16_dependencies_with_17_mentions() -> None:
    reading = Reading("kubernetes/online-boutique.yaml")
    expected = {(workload, service) for workload, services in DEPENDENCIES.items() for service in services}
    resolved = [edge for edge in reading.of_type("CONNECTS_TO") if edge not in reading.dangling()]
    assert len(resolved) == len(expected) == 16
    assert reading.resolved_pairs() == expected
    assert sum(len(edge.evidence) for edge in resolved) == 17
    assert {edge.basis for edge in resolved} == {Basis.INFERRED}


def test_online_boutique_has_one_dangling_host_with_its_line() -> None:
    (dangling,) = Reading("kubernetes/online-boutique.yaml").dangling()
    assert str(dangling.to_ref) == "kubernetes/default/default#Service/shoppingassistantservice"
    assert _name(dangling.from_ref) == "frontend"
    assert dangling.where.line == 89


def test_sock_shop_has_its_29_objects_14_selector_edges_and_one_dependency() -> None:
    reading = Reading("kubernetes/sock-shop.yaml")
    assert reading.kinds() == {"Deployment": 14, "Service": 14, "Namespace": 1}
    assert len(reading.of_type("SELECTS")) == 14
    assert sum(len(edge.evidence) for edge in reading.of_type("USES_IMAGE")) == 15
    assert reading.resolved_pairs() == {("user", "user-db")}
    assert reading.dangling() == []
    assert "fake_password" not in repr(reading.edges + list(reading.objects))
