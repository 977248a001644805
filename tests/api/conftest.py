"""Every test that takes a ``caller`` runs over every kind of store."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from cmdb.practices.services import Services, services
from cmdb.store.port import Store
from cmdb_graphql.application import create_app
from tests.api.client import Caller
from tests.api.estate import furnish
from tests.store.conftest import fresh_place, kind, place, store
from tests.store.places import MemoryPlace

__all__ = ["fresh_place", "kind", "place", "store"]


@pytest.fixture
def furnished(store: Store) -> Services:
    """The services over a store that holds the estate."""
    found = services(store)
    furnish(found)
    return found


@pytest.fixture
def caller(furnished: Services) -> Iterator[Caller]:
    """A caller of a server over that store."""
    with TestClient(create_app(furnished)) as http:
        yield Caller(http)


@pytest.fixture
def light() -> Iterator[Caller]:
    """A caller of a server over a store in memory that holds the estate: for what does not depend on the store."""
    found = services(MemoryPlace().open())
    furnish(found)
    with TestClient(create_app(found)) as http:
        yield Caller(http)
