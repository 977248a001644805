import pytest

from importers.addresses import Address, Certainty, addresses_in, addresses_in_text

FOUND = {
    "a bare name": ("DB_HOST", "orders-db", [("orders-db", Certainty.BARE)]),
    "host and port": ("DB", "orders-db:5432", [("orders-db", Certainty.EXPLICIT)]),
    "host, port and path": ("ADDR", "orders:80/health", [("orders", Certainty.EXPLICIT)]),
    "a full domain name": ("HOST", "db.shop.svc.cluster.local.", [("db.shop.svc.cluster.local", Certainty.BARE)]),
    "a name with an underscore": ("DB_HOST", "orders_db:5432", [("orders_db", Certainty.EXPLICIT)]),
    "a URL without a port": ("URL", "http://orders/x?y=z", [("orders", Certainty.EXPLICIT)]),
    "a URL in capitals": ("URL", "HTTP://Orders:80", [("orders", Certainty.EXPLICIT)]),
    "a URL with user information": ("URL", "amqp://me:pw@queue:5672/%2f", [("queue", Certainty.EXPLICIT)]),
    "JDBC": ("URL", "jdbc:postgresql://a:1,b:2/x", [("a", Certainty.EXPLICIT), ("b", Certainty.EXPLICIT)]),
    "JDBC of SQL Server": ("URL", "jdbc:sqlserver://db:1433;databaseName=x", [("db", Certainty.EXPLICIT)]),
    "JDBC of Oracle": ("URL", "jdbc:oracle:thin:me/pw@//db:1521/x", [("db", Certainty.EXPLICIT)]),
    "a Go data source": ("DSN", "me:pw@tcp(db:3306)/x", [("db", Certainty.EXPLICIT)]),
    "a gRPC target": ("TARGET", "dns:///orders:50051", [("orders", Certainty.EXPLICIT)]),
    "a list": ("BROKERS", "k1:9092, k2:9092", [("k1", Certainty.EXPLICIT), ("k2", Certainty.EXPLICIT)]),
    "a list of URLs": ("URLS", "http://a:1,http://b:2", [("a", Certainty.EXPLICIT), ("b", Certainty.EXPLICIT)]),
    "a connection string": ("DB", "Host=db;Port=5432;Username=orders;Password=x", [("db", Certainty.BARE)]),
    "a quorum": ("VOTERS", "1@kafka:9093", [("kafka", Certainty.EXPLICIT)]),
    "a URL among options": ("JAVA_OPTS", "-Xmx1g -Du=jdbc:mysql://db:3306/x", [("db", Certainty.NAMED)]),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_host_is_found_in(case: str) -> None:
    name, value, expected = FOUND[case]
    assert list(addresses_in(value, name)) == [Address(host, certainty) for host, certainty in expected]


NOT_FOUND = {
    "an IP address": ("HOST", "10.0.0.1:80"),
    "an IPv6 address": ("HOST", "[::1]:80"),
    "localhost": ("URL", "http://localhost:8080/"),
    "a number": ("PORT", "8080"),
    "a time": ("AT", "12:30"),
    "a port out of range": ("ADDR", "orders:99999"),
    "an image": ("SIDECAR_IMAGE", "redis:7"),
    "a database name": ("POSTGRES_DB", "orders"),
    "a user name": ("dbUser", "orders"),
    "a file": ("PATH_TO", "file:///orders"),
    "a bucket": ("BUCKET_URL", "s3://orders/x"),
    "a sentence": ("MESSAGE", "please ask orders for help"),
    "user information with a slash": ("URL", "redis://me:12/3@cache:6379"),
    "a placeholder": ("URL", "http://${ORDERS}:80"),
    "an e-mail address": ("MAIL", "me@orders"),
    "nothing": ("HOST", ""),
}


@pytest.mark.parametrize("case", NOT_FOUND)
def test_no_host_is_seen_in(case: str) -> None:
    name, value = NOT_FOUND[case]
    assert list(addresses_in(value, name)) == []


def test_running_text_gives_only_urls_and_host_with_port_outside_comments() -> None:
    text = "# see http://old:80\nproxy_pass http://orders:80;\nwait frontend && nc redis:6379\nPinging frontend: now\n"
    assert [address.host for address in addresses_in_text(text)] == ["orders", "redis"]
