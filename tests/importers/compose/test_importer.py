import pytest

from cmdb.errors import FileMalformed
from cmdb.model.items import Effect, GroupSetting
from cmdb.model.observations import Severity
from cmdb.model.sources import Scope
from importers.base import Document, ReadOptions
from importers.compose import ComposeImporter
from tests.importers.compose.reading import Reading, reading
from tests.importers.sources import text_of

WEB = "services: {web: {image: 'web:1'}}"
API = "services: {api: {image: 'api:1'}}"
PATCH = "services: {web: {environment: [DEBUG=1]}}"

SURE = {
    "services with an image": ("a.yaml", "version: '3'\nservices:\n  web:\n    image: web:1\n"),
    "services in braces on one line": ("compose.yaml", WEB),
    "what Compose prints itself": ("c.json", '{"name": "x", "services": {"web": {"image": "web:1"}}}'),
    "an overlay of networks only": ("compose.prod.yaml", "networks:\n  front: {}\n"),
    "variables": ("shop/.env", "A=b\n"),
    "variables of another name": ("prod.env", ""),
}
NOT_MINE = {
    "a manifest": ("a.yaml", "apiVersion: v1\nkind: Service\nspec:\n  services:\n    web: {image: x}\n"),
    "a pipeline": (".gitlab-ci.yml", "image: x\nservices:\n- postgres\n"),
    "a bill of materials": ("bom.json", '{"bomFormat": "CycloneDX", "services": [{"bom-ref": "x"}]}'),
    "any other text": ("a.yaml", "a: 1\n"),
}


@pytest.mark.parametrize("case", SURE)
def test_the_importer_is_sure_of(case: str) -> None:
    name, text = SURE[case]
    assert ComposeImporter().sniff(text.encode(), name) > 0.8


@pytest.mark.parametrize("case", NOT_MINE)
def test_the_importer_leaves_to_others(case: str) -> None:
    name, text = NOT_MINE[case]
    assert ComposeImporter().sniff(text.encode(), name) == 0


NAMES = {
    "the name in the file": (["shop/compose.yaml"], "name: My Shop", None, "myshop"),
    "the folder": (["work/shop/docker-compose.yml"], "", None, "shop"),
    "the file's own name": (["work/shop.prod.yaml"], "", None, "shop"),
    "nothing that tells it": (["compose.yaml"], "", None, "default"),
    "the caller before all of them": (["shop/compose.yaml"], "name: shop", "other", "other"),
}


@pytest.mark.parametrize("case", NAMES)
def test_a_project_is_called_after(case: str) -> None:
    files, line, boundary, expected = NAMES[case]
    documents = [text_of(name, line, WEB) for name in files]
    options = ReadOptions(boundary=boundary)
    assert Reading(documents, options).scopes() == {f"compose/{expected}"}
    assert ComposeImporter().scopes(documents[0], options) == (Scope("compose", expected),)


def test_the_environment_file_can_name_the_project() -> None:
    env = text_of(".env", "COMPOSE_PROJECT_NAME=shop")
    assert Reading([text_of("compose.yaml", "name: other", WEB), env]).scopes() == {"compose/shop"}
    assert ComposeImporter().scopes(env, ReadOptions()) == (Scope("compose", "shop"),)


TOGETHER = {
    "Compose's own names in one folder": (("a/compose.yaml", WEB), ("a/compose.prod.yaml", API)),
    "another name beside Compose's own": (("a/compose.yaml", WEB), ("a/monitoring.yaml", API)),
    "one name with several endings": (("a/shop.yaml", WEB), ("a/shop.prod.yaml", API)),
    "a patch, wherever it lies": (("a/shop.yaml", WEB), ("b/debug.yaml", PATCH)),
}
APART = {
    "names of their own": (("a/shop.yaml", WEB), ("a/crm.yaml", API)),
    "folders": (("a/compose.yaml", WEB), ("b/compose.yaml", API)),
    "a patch of something else": (("a/shop.yaml", API), ("b/debug.yaml", PATCH)),
}


def scopes_of(files: tuple[tuple[str, str], ...], options: ReadOptions) -> int:
    return len(Reading([text_of(name, text) for name, text in files], options).scopes())


@pytest.mark.parametrize("case", TOGETHER)
def test_one_project_is_made_of(case: str) -> None:
    assert scopes_of(TOGETHER[case], ReadOptions()) == 1


@pytest.mark.parametrize("case", APART)
def test_projects_are_kept_apart_by(case: str) -> None:
    found = Reading([text_of(name, text) for name, text in APART[case]])
    assert len({problem.where.file for problem in found.problems} | {item.where.file for item in found.items}) == 2
    assert all(item.key != "service/api" or item.scope.boundary != "debug" for item in found.items)
    if case != "a patch of something else":
        assert len(found.scopes()) == 2


@pytest.mark.parametrize("case", [*TOGETHER, *APART])
def test_a_scope_makes_one_project_of_all_files(case: str) -> None:
    assert scopes_of({**TOGETHER, **APART}[case], ReadOptions(boundary="shop")) == 1


def test_two_projects_of_one_name_are_not_mixed() -> None:
    found = Reading([text_of("a/shop/compose.yaml", WEB), text_of("b/shop/compose.yaml", API)])
    assert found.kinds()["service"] == 1
    assert [(problem.code, problem.severity) for problem in found.problems] == [("PROJECT_TWICE", Severity.INCOMPLETE)]


def test_each_project_takes_the_variables_of_its_own_folder() -> None:
    line = "services: {web: {image: 'web:${TAG}'}}"
    documents = [
        text_of("a/compose.yaml", line), text_of("b/compose.yaml", line), text_of("b/.env", "TAG=2"),
        text_of("a/.env", "TAG=1"), text_of("c/.env", "TAG=3"),
    ]  # fmt: skip
    found = Reading(documents)
    assert found.pairs("USES_IMAGE") == ["web -> web:1", "web -> web:2"]
    assert [(problem.code, problem.where.file) for problem in found.problems] == [("ENV_FILE_UNUSED", "c/.env")]


def test_nothing_is_read_from_disk_that_was_not_given() -> None:
    assert reading("services: {web: {image: 'web:${TAG}'}}").codes() == ["VARIABLE_UNDEFINED"]


def test_a_variable_that_is_missing_in_many_places_is_told_once_with_the_first() -> None:
    found = reading("services:", "  a: {image: '${R}/a'}", "  b: {image: '${R}/b'}")
    assert [(problem.where.line, "(uses: 2)" in problem.message) for problem in found.problems] == [(2, True)]


def test_the_environment_of_a_service_wins_over_its_file_and_the_file_over_nothing() -> None:
    compose = ("services:", "  web:", "    image: web:1", "    env_file: [web.env]", "    environment: [A_HOST=one]",
               "  one: {image: x}", "  two: {image: x}", "  three: {image: x}")  # fmt: skip
    found = Reading([text_of("compose.yaml", *compose), text_of("web.env", "A_HOST=two", "B_HOST=three")])
    assert found.pairs("CONNECTS_TO") == ["web -> one", "web -> three"]
    assert Reading([text_of("compose.yaml", *compose)]).codes() == ["ENV_FILE_NOT_GIVEN"]


def test_the_variables_of_a_service_are_not_those_of_the_project() -> None:
    compose = text_of("compose.yaml", "services: {web: {image: 'web:${TAG}', env_file: web.env}}")
    assert Reading([compose, text_of("web.env", "TAG=1")]).codes() == ["VARIABLE_UNDEFINED"]


def test_included_files_belong_to_the_project() -> None:
    base = text_of("app/compose.yaml", "include: [../db/compose.yaml]", WEB)
    found = Reading([base, text_of("db/compose.yaml", "services: {db: {image: 'db:1'}}")])
    assert found.scopes() == {"compose/app"}
    assert found.kinds()["service"] == 2


def test_what_else_is_worth_keeping_is_kept_without_secrets() -> None:
    found = reading(
        "services:",
        "  web:",
        "    image: web:1",
        "    container_name: shop-web",
        "    restart: always",
        '    ports: ["80:8080", {target: 443, published: "8443"}]',
        "    volumes: [./conf:/etc/web:ro, data:/data]",
        "    labels: {team: shop, api.key: s3cret}",
        "    build: {context: ., args: {TOKEN: s3cret}}",
        "    deploy: {resources: {limits: {memory: 64M}}}",
    )
    assert found.item("service/web").unmapped == {
        "container_name": "shop-web",
        "restart": "always",
        "ports": ["80:8080", "target=443|published=8443"],
        "labels": {"team": "shop"},
        "bind_mounts": ["./conf:/etc/web"],
        "build": {"context": ".", "args": ["TOKEN"]},
        "memory_limit": "64M",
    }


def test_a_file_of_several_documents_is_read_as_overlays() -> None:
    found = reading("services: {web: {image: 'web:1'}}", "---", "services: {web: {image: 'web:2'}}")
    assert found.pairs("USES_IMAGE") == ["web -> web:2"]


REFUSED = {
    "nothing": b"",
    "a list": b"- a\n",
    "another mapping": b"a: 1\n",
    "broken YAML": b"services: [\n",
    "another encoding": "services: {b\u00e4r: {}}".encode("latin-1"),
    "a character that no text has": b"services: {a: {image: \x00}}",
    "aliases that nest without end": b"x-a: &a [x]\n"
    + b"".join(b"x-%d: &b%d [*%s]\n" % (n, n, b"a" if n == 0 else b"b%d" % (n - 1)) for n in range(150))
    + b"services: {web: {image: *b149}}\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_is_refused_as_a_whole_for(case: str) -> None:
    with pytest.raises(FileMalformed):
        list(ComposeImporter().read(Document("compose.yaml", REFUSED[case]), ReadOptions()))


def test_a_service_whose_name_is_none_is_told_and_the_others_are_read() -> None:
    found = reading('services: {"a b": {image: x}, web: {image: x}}')
    assert found.codes() == ["NAME_INVALID"]
    assert found.kinds()["service"] == 1


def test_a_project_is_degraded_without_one_of_its_services_and_down_without_all() -> None:
    found = reading("services: {a: {image: x}, b: {image: x}}", name="shop.yaml")
    assert found.item("project/shop").groups == {"services": GroupSetting("1", "100%")}
    assert {edge.group for edge in found.of_type("PART_OF")} == {"services"}


NOT_EXPECTED_UP = {
    "a profile that nobody switched on": ("profiles: [tools]", ""),
    "a service scaled to nothing": ("scale: 0", ""),
    "a job that others wait for": ("restart: 'no'", "{a: {condition: service_completed_successfully}}"),
}


@pytest.mark.parametrize("case", NOT_EXPECTED_UP)
def test_a_project_does_well_without(case: str) -> None:
    line, waits = NOT_EXPECTED_UP[case]
    found = reading(f"services: {{a: {{image: x, {line}}}, b: {{image: x, depends_on: {waits or '[a]'}}}}}")
    assert [edge.effect for edge in found.of_type("PART_OF")] == [Effect.NONE, None]


def test_a_profile_that_the_environment_file_switches_on_is_expected_up() -> None:
    compose = text_of("compose.yaml", "services: {a: {image: x, profiles: [tools]}}")
    (edge,) = Reading([compose, text_of(".env", "COMPOSE_PROFILES=debug,tools")]).of_type("PART_OF")
    assert edge.effect is None


ALTERNATIVES = {
    "hosts that differ in their numbers": ("db-1:1,db-2:1", ["SEEDS", "SEEDS"]),
    "hosts that are different things": ("db-1:1,mail:1", [None, None]),
    "hosts in a connection string": ("Host=db-1;Fallback=db-2", [None, None]),
}


@pytest.mark.parametrize("case", ALTERNATIVES)
def test_a_list_is_a_group_only_of(case: str) -> None:
    value, groups = ALTERNATIVES[case]
    services = "db-1: {image: x}, db-2: {image: x}, mail: {image: x}"
    found = reading(f"services: {{web: {{image: x, environment: {{SEEDS: '{value}'}}}}, {services}}}")
    assert [edge.group for edge in found.of_type("CONNECTS_TO")] == groups


def test_a_host_that_is_also_named_alone_is_no_alternative() -> None:
    settings = "{SEEDS: 'db-1:1,db-2:1', MAIN_HOST: db-1}"
    found = reading(f"services: {{web: {{image: x, environment: {settings}}}, db-1: {{image: x}}, db-2: {{image: x}}}}")
    assert [edge.group for edge in found.of_type("CONNECTS_TO")] == [None, None]
    assert found.item("service/web").groups == {}


def test_where_telemetry_is_sent_to_carries_no_failure_unless_it_is_needed_for_more() -> None:
    settings = "{OTLP_ADDR: 'collector:1', QUERY_URL: 'http://collector'}"
    services = f"collector: {{image: x}}, b: {{image: x, environment: {settings}}}"
    found = reading(f"services: {{a: {{image: x, environment: {{OTLP_ADDR: 'collector:1'}}}}, {services}}}")
    assert [edge.effect for edge in found.of_type("CONNECTS_TO")] == [Effect.NONE, None]
