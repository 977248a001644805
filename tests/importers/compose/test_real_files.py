from collections import Counter

import pytest

from cmdb.model.items import Basis
from cmdb.model.observations import CIRecord, RelationshipRecord, Severity
from cmdb.model.references import ByKey
from tests.importers.compose.reading import Reading
from tests.importers.sources import real_file

DEMO = "compose/opentelemetry-demo"
BASE, FULL, OBSERVABILITY = "compose.yaml", "compose.full.yaml", "compose.observability.yaml"

COMBINATIONS = {
    "the base alone": ((BASE,), 20, (31, 15), 53, 42),
    "base and full": ((BASE, FULL), 23, (33, 18), 62, None),
    "base and observability": ((BASE, OBSERVABILITY), 25, (34, 19), 59, None),
    "all three": ((BASE, FULL, OBSERVABILITY), 28, (36, 22), 68, 51),
}
ROBOT_SHOP = [
    "catalogue -> mongodb",
    "user -> mongodb",
    "user -> redis",
    "cart -> redis",
    "shipping -> mysql",
    "ratings -> mysql",
    "payment -> rabbitmq",
    "dispatch -> rabbitmq",
    "web -> catalogue",
    "web -> user",
    "web -> shipping",
    "web -> payment",
]
STARTS = {"the base alone": 46, "base and full": 51, "base and observability": 53, "all three": 58}


def demo(*names: str, env: str = ".env") -> Reading:
    return Reading([real_file(f"{DEMO}/{name}") for name in (*names, env)])


def file(path: str) -> Reading:
    return Reading([real_file(f"compose/{path}")])


def by_environment(reading: Reading) -> set[tuple[str, str]]:
    edges = reading.resolved("CONNECTS_TO")
    return {ends(edge) for edge in edges if any(entry.origin.startswith("environment ") for entry in edge.evidence)}


def ends(edge: RelationshipRecord) -> tuple[str, str]:
    assert isinstance(edge.from_ref, ByKey)
    assert isinstance(edge.to_ref, ByKey)
    return edge.from_ref.key, edge.to_ref.key


@pytest.mark.parametrize("case", COMBINATIONS)
def test_each_combination_of_the_demo_has_the_counts_made_by_hand(case: str) -> None:
    files, services, conditions, addresses, both = COMBINATIONS[case]
    reading = demo(*files)
    starts = {ends(edge) for edge in reading.resolved("STARTS_AFTER")}
    waits = Counter(entry.origin for edge in reading.of_type("STARTS_AFTER") for entry in edge.evidence)
    assert reading.kinds()["service"] == services
    assert len(reading.of_type("STARTS_AFTER")) == len(starts) == STARTS[case] == sum(conditions)
    assert (waits["depends_on (service_started)"], waits["depends_on (service_healthy)"]) == conditions
    assert len(by_environment(reading)) == addresses
    assert both is None or len(by_environment(reading) & starts) == both


def test_the_two_orders_that_are_no_dependency_and_dependencies_without_an_order_are_kept_apart() -> None:
    reading = demo(BASE)
    starts = {ends(edge) for edge in reading.resolved("STARTS_AFTER")}
    only_started = {
        f"{a.removeprefix('service/')} -> {b.removeprefix('service/')}" for a, b in starts - by_environment(reading)
    }
    assert only_started == {
        "flagd-ui -> flagd",
        "frontend -> image-provider",
        "frontend -> quote",
        "load-generator -> frontend",
    }
    assert {("service/shipping", "service/quote"), ("service/email", "service/flagd")} <= by_environment(reading)


DANGLING = {
    "the base alone": {"chatbot", "firepit", "grafana", "jaeger", "opamp-server"},
    "base and full": {"chatbot", "firepit", "grafana", "jaeger", "opamp-server"},
    "base and observability": {"chatbot", "firepit"},
    "all three": {"chatbot", "firepit"},
}


@pytest.mark.parametrize("case", DANGLING)
def test_hosts_that_no_service_bears_stay_as_references(case: str) -> None:
    reading = demo(*COMBINATIONS[case][0])
    dangling = [edge for edge in reading.of_type("CONNECTS_TO") if edge not in reading.resolved("CONNECTS_TO")]
    found = {ends(edge)[1].removeprefix("service/") for edge in dangling if ends(edge)[0] == "service/frontend-proxy"}
    assert found == DANGLING[case]


def test_either_name_of_the_environment_file_gives_the_same() -> None:
    assert repr(demo(BASE, env="dotenv.env").items) == repr(demo(BASE).items)


def test_one_variable_of_the_demo_is_defined_nowhere() -> None:
    (problem,) = demo(BASE, FULL, OBSERVABILITY).problems
    assert (problem.code, problem.severity, problem.key) == ("VARIABLE_UNSET", Severity.INFO, "_JAVA_OPTIONS")


def test_an_overlay_alone_has_its_new_services_and_says_that_the_patches_are_none() -> None:
    full, observability = demo(FULL), demo(OBSERVABILITY)
    assert {key for key in (record.key for record in full.items) if key.startswith("service/")} == {
        "service/accounting",
        "service/fraud-detection",
        "service/kafka",
    }
    assert full.codes() == ["VARIABLE_UNSET", "SERVICE_WITHOUT_IMAGE", "SERVICE_WITHOUT_IMAGE"]
    assert observability.kinds()["service"] == 5
    assert [problem.key for problem in observability.problems[1:]] == ["frontend-proxy", "otel-collector", "cart"]
    assert {problem.severity for problem in observability.problems[1:]} == {Severity.INCOMPLETE}


def test_no_password_of_the_demo_leaves_its_files() -> None:
    told = repr(demo(BASE, FULL, OBSERVABILITY).observations)
    for secret in ("changeit", "astronomy_password", "monitoring_password", "redacted-demo-value", "astronomy_user"):
        assert secret not in told


def test_sock_shop_has_one_address_in_its_environment_and_one_in_a_command_line() -> None:
    reading = file("sock-shop.yml")
    assert reading.kinds() == {"project": 1, "service": 15}
    assert by_environment(reading) == {("service/user", "service/user-db")}
    assert reading.pairs("CONNECTS_TO") == ["user -> user-db", "user-sim -> edge-router"]
    assert {edge.basis for edge in reading.of_type("CONNECTS_TO")} == {Basis.INFERRED}
    assert reading.of_type("STARTS_AFTER") == []
    assert reading.codes() == ["VARIABLE_UNDEFINED"]


def test_robot_shop_has_its_12_services_and_12_starts_and_no_address() -> None:
    reading = file("robot-shop.yaml")
    assert reading.kinds() == {"project": 1, "service": 12, "network": 1}
    assert reading.pairs("STARTS_AFTER") == ROBOT_SHOP
    assert reading.of_type("CONNECTS_TO") == []
    assert [(problem.code, problem.key) for problem in reading.problems] == [
        ("VARIABLE_UNDEFINED", "REPO"),
        ("VARIABLE_UNDEFINED", "TAG"),
        ("VARIABLE_UNDEFINED", "INSTANA_AGENT_KEY"),
    ]


def test_an_image_whose_name_is_not_known_as_a_whole_is_no_image() -> None:
    reading = file("robot-shop.yaml")
    assert reading.pairs("USES_IMAGE") == ["redis -> redis:6.2-alpine", "rabbitmq -> rabbitmq:3.8-management-alpine"]


def test_hotel_reservation_is_a_star_around_its_registry_with_one_host_name_for_three() -> None:
    reading = file("hotel-reservation.yml")
    assert reading.kinds() == {"project": 1, "service": 24, "volume": 8, "config": 1}
    assert len(reading.of_type("STARTS_AFTER")) == 22
    assert len([pair for pair in reading.pairs("STARTS_AFTER") if pair.endswith("-> consul")]) == 10
    assert reading.of_type("CONNECTS_TO") == []
    (ambiguous,) = (problem for problem in reading.problems if problem.code == "NAME_AMBIGUOUS")
    assert ambiguous.key == "user-memcached"
    assert ambiguous.where.line == 240
    assert not [pair for pair in reading.pairs("STARTS_AFTER") if "jaeger" in pair]
    assert len(reading.resolved("MOUNTS")) == 8


def test_media_microservices_has_33_services_and_no_edge_between_them() -> None:
    reading = file("media-microservices.yml")
    assert reading.kinds() == {"project": 1, "service": 33}
    assert reading.of_type("STARTS_AFTER") == reading.of_type("CONNECTS_TO") == []
    assert reading.problems == []


def test_files_of_several_projects_in_one_call_stay_apart() -> None:
    names = ("sock-shop.yml", "robot-shop.yaml", "opentelemetry-demo/compose.yaml", "opentelemetry-demo/.env")
    reading = Reading([real_file(f"compose/{name}") for name in names])
    assert reading.scopes() == {"compose/sock-shop", "compose/robot-shop", "compose/opentelemetry-demo"}
    assert reading.kinds()["service"] == 15 + 12 + 20
    keys = [(record.scope, record.key) for record in reading.observations if isinstance(record, CIRecord)]
    assert len(keys) == len(set(keys))
