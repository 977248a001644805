"""Bulk endpoints over every kind of store, and over one in memory for what does not depend on it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from cmdb.store.port import Store
from tests.app.bulk.serving import Server, application
from tests.store.conftest import fresh_place, kind, place, store
from tests.store.places import MemoryPlace

__all__ = ["fresh_place", "kind", "place", "store"]


@pytest.fixture
def server(store: Store) -> Iterator[Server]:
    with TestClient(application(store)) as http:
        yield Server(http, store)


@pytest.fixture
def light() -> Iterator[Server]:
    with MemoryPlace().open() as store, TestClient(application(store)) as http:
        yield Server(http, store)
