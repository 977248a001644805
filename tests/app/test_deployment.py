"""The container files say what they promise: pinned, healthy, on loopback, without a password of their own."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from cmdb.app.neo4j_local import RELEASES

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^[a-z][a-z0-9]*:\d+\.\d+\.\d+(-[a-z]+)*$")


class Service(BaseModel):
    """What is checked of a service of docker-compose.yml."""

    model_config = ConfigDict(extra="allow")

    image: str
    healthcheck: dict[str, object]
    environment: dict[str, str]
    ports: list[str]
    volumes: list[str]


class Compose(BaseModel):
    """The file as a whole; a key that Compose does not know is refused."""

    model_config = ConfigDict(extra="forbid")

    name: str
    services: dict[str, Service]
    volumes: dict[str, None]


@pytest.fixture(scope="module")
def compose() -> Compose:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return TypeAdapter(Compose).validate_python(yaml.safe_load(text))


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_every_image_is_pinned_to_an_exact_version(compose: Compose, dockerfile: str) -> None:
    images = [service.image for service in compose.services.values()]
    bases = re.findall(r"^FROM (\S+)", dockerfile, flags=re.MULTILINE)
    assert bases
    assert [image for image in images + bases if not PINNED.match(image)] == []


def test_neo4j_is_the_tested_release(compose: Compose) -> None:
    assert compose.services["neo4j"].image == f"neo4j:{RELEASES[0].version}-community"


def test_every_port_is_bound_to_loopback(compose: Compose) -> None:
    ports = [port for service in compose.services.values() for port in service.ports]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_secrets_come_from_the_environment_and_are_required(compose: Compose) -> None:
    api, neo4j = compose.services["api"].environment, compose.services["neo4j"].environment
    assert api["CMDB_STORE_PASSWORD"].startswith("${CMDB_NEO4J_PASSWORD:?")
    assert api["CMDB_API_TOKEN"].startswith("${CMDB_API_TOKEN:?")
    assert neo4j["NEO4J_AUTH"].startswith("neo4j/${CMDB_NEO4J_PASSWORD:?")


def test_data_lives_in_declared_volumes(compose: Compose) -> None:
    mounted = {volume.partition(":")[0] for service in compose.services.values() for volume in service.volumes}
    assert mounted == set(compose.volumes)


def test_the_api_waits_for_a_healthy_store(compose: Compose) -> None:
    assert (compose.services["api"].model_extra or {})["depends_on"] == {"neo4j": {"condition": "service_healthy"}}


def test_the_image_runs_without_root_and_reports_its_health(dockerfile: str) -> None:
    lines = dockerfile.splitlines()
    assert "USER cmdb" in lines
    assert lines.index("USER cmdb") > max(index for index, line in enumerate(lines) if line.startswith("RUN"))
    assert "/healthz" in dockerfile
    assert lines[-1] == 'CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]'
