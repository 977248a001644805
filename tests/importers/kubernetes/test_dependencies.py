import pytest

from cmdb.model.observations import RelationshipRecord
from importers.base import Document, ReadOptions
from importers.kubernetes import KubernetesImporter
from tests.importers.sources import text_of

SERVICES = (
    "{apiVersion: v1, kind: Service, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}}}",
    "---",
    "{apiVersion: v1, kind: Service, metadata: {name: mail, namespace: infra}}",
    "---",
)


def dependencies(document: Document) -> list[str]:
    observations = KubernetesImporter().read(document, ReadOptions())
    edges = (record for record in observations if isinstance(record, RelationshipRecord))
    return [str(edge.to_ref).removeprefix("kubernetes/default/") for edge in edges if edge.type == "CONNECTS_TO"]


def api_with(*fields: str) -> Document:
    workload = (
        "apiVersion: apps/v1",
        "kind: Deployment",
        "metadata: {name: api, namespace: shop}",
        "spec:",
        "  template:",
        "    metadata: {labels: {app: api}}",
        "    spec:",
        "      containers:",
        "      - name: main",
        *(f"        {field}" for field in fields),
    )
    return text_of("a.yaml", *SERVICES, *workload)


CASES = {
    "a short name of the own namespace": ("HOST", "db", ["shop#Service/db"]),
    "a short name of another namespace": ("HOST", "mail", []),
    "name and namespace": ("HOST", "mail.infra", ["infra#Service/mail"]),
    "name, namespace and svc": ("HOST", "mail.infra.svc", ["infra#Service/mail"]),
    "the full name": ("HOST", "mail.infra.svc.cluster.local:25", ["infra#Service/mail"]),
    "a pod of a service": ("HOST", "db-0.db:5432", ["shop#Service/db"]),
    "a pod of a service by its full name": ("HOST", "db-0.db.shop.svc.cluster.local", ["shop#Service/db"]),
    "a pod of a service with its namespace": ("HOST", "db-0.db.shop", ["shop#Service/db"]),
    "one service twice in a value": ("HOSTS", "db:1,db:2", ["shop#Service/db"]),
    "a service that is missing in a known namespace": ("URL", "http://ledger.infra/", ["infra#Service/ledger"]),
    "a name in a domain of others": ("URL", "https://db.example/", []),
    "a domain of others": ("URL", "https://api.db.example.com:443", []),
    "a suffix alone": ("URL", "http://svc.cluster.local/", []),
    "a bare word that no service bears": ("HOST", "ledger", []),
    "a name with an underscore, which no service has": ("URL", "http://led_ger:80/", []),
    "a secret": ("DB_PASSWORD", "db", []),
    "a secret's address that is known": ("AUTH_TOKEN_URL", "http://db/token", ["shop#Service/db"]),
    "a secret's address that is unknown": ("AUTH_TOKEN_URL", "http://issuer/token", []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_workload_depends_on_what_its_environment_names(case: str) -> None:
    name, value, expected = CASES[case]
    assert dependencies(api_with(f'env: [{{name: {name}, value: "{value}"}}]')) == expected


COMMANDS = {
    "a flag with its value": (["--db-host=db"], ["shop#Service/db"]),
    "a flag before its value": (["--db-host", "db"], ["shop#Service/db"]),
    "the flag for a host": (["-h", "db"], ["shop#Service/db"]),
    "a flag for something else": (["-u", "db", "--database", "db"], []),
    "a word that is only a word": (["db"], []),
    "host and port": (["wait-for", "db:5432"], ["shop#Service/db"]),
    "a missing host and port": (["wait-for", "ledger:80"], ["shop#Service/ledger"]),
    "a URL": (["--url", "http://mail.infra/x"], ["infra#Service/mail"]),
    "a script": (["-c", "echo db: is it up? && curl http://db:80/ && nc ledger:80"], ["shop#Service/db"]),
    "a secret": (["--password", "db:1", "--token=db:1"], []),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_workload_depends_on_what_its_command_line_names(case: str) -> None:
    words, expected = COMMANDS[case]
    assert dependencies(api_with("args:", *(f'- "{word}"' for word in words))) == expected


def test_a_shared_config_map_makes_no_workload_depend_on_itself() -> None:
    manifests = (
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: all, namespace: shop}, data: {DB: 'db:1', API: 'api:1'}}",
        "---",
        "{apiVersion: v1, kind: Service, metadata: {name: api, namespace: shop}, spec: {selector: {app: api}}}",
        "---",
    )
    api = api_with("envFrom: [{configMapRef: {name: all}}]")
    assert isinstance(api.content, bytes)
    document = Document("a.yaml", "\n".join(manifests).encode() + b"\n" + api.content)
    assert dependencies(document) == ["shop#Service/db"]


def test_settings_in_a_mounted_file_count_only_under_names_of_addresses() -> None:
    document = text_of(
        "a.yaml",
        *SERVICES,
        "apiVersion: v1",
        "kind: ConfigMap",
        "metadata: {name: files, namespace: shop}",
        "data:",
        "  app.properties: |",
        "    mail.host=mail.infra",
        "    # old.host=db",
        "    app.title=db",
        "    redirect = see http://ledger/x",
        "---",
        "apiVersion: v1",
        "kind: Pod",
        "metadata: {name: p, namespace: shop}",
        "spec: {containers: [], volumes: [{name: v, configMap: {name: files}}]}",
    )
    assert dependencies(document) == ["infra#Service/mail"]
