"""From URLs to stores."""

from pathlib import Path

import pytest

from cmdb.app.settings import Settings
from cmdb.app.wiring import open_services, open_store, sqlite_path
from cmdb.errors import StoreUnavailable, StoreURLInvalid
from cmdb.model.catalogue import load_catalogue
from cmdb.store.memory import MemoryStore
from cmdb.store.sqlite import SQLiteStore


def test_a_store_in_memory() -> None:
    with open_store("memory:", load_catalogue()) as store:
        assert isinstance(store, MemoryStore)


def test_a_relative_and_an_absolute_sqlite_file(tmp_path: Path) -> None:
    with open_store("sqlite:///here.db", load_catalogue()) as store:
        assert isinstance(store, SQLiteStore)
    assert (tmp_path / "here.db").exists()
    with open_store(f"sqlite:///{tmp_path}/there.db", load_catalogue()):
        assert (tmp_path / "there.db").exists()


def test_percent_signs_in_paths_are_decoded() -> None:
    assert sqlite_path("sqlite:///my%20store.db") == Path("my store.db")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cmdb.db",
        "memory",
        "sqlite://cmdb.db",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite:///cmdb.db?mode=ro",
        "postgresql://host/db",
        "neo4j://",
        "neo4j:host",
        "bolt://[::1",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(StoreURLInvalid):
        open_store(url, load_catalogue())


def test_a_url_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(StoreURLInvalid) as refused:
        open_store("neo4j://neo4j:correct-horse@localhost", load_catalogue())
    assert "correct-horse" not in str(refused.value)
    assert "CMDB_STORE_PASSWORD" in refused.value.hint


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StoreUnavailable):
        open_store("bolt://127.0.0.1:1", load_catalogue())


def test_services_stand_on_the_store_and_the_users_catalogue(tmp_path: Path) -> None:
    extension = tmp_path / "own.yaml"
    extension.write_text(
        "catalogue: 1\nclasses:\n  Turbine: {extends: Equipment, description: A wind turbine.}\n", encoding="utf-8"
    )
    opened = open_services(Settings(store="memory:", catalogue=(extension,)))
    assert opened.catalogue is opened.store.catalogue
    assert "Turbine" in opened.catalogue.classes
