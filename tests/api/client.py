"""A caller of the API, who reads answers as plain data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from starlette.testclient import TestClient

from cmdb.model.values import JSONValue

Plain: TypeAlias = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Asks over HTTP."""

    http: TestClient

    def post(self, query: str, variables: Mapping[str, JSONValue] | None = None) -> Plain:
        """The whole answer, errors and all."""
        response = self.http.post("/graphql", json={"query": query, "variables": variables or {}})
        assert response.status_code == 200, response.text
        answer: Plain = response.json()
        return answer

    def ask(self, query: str, **variables: JSONValue) -> Plain:
        """The data of an answer that has no errors."""
        answer = self.post(query, variables)
        assert at(answer, "errors", default=None) is None, answer
        return at(answer, "data")

    def error(self, query: str, **variables: JSONValue) -> Plain:
        """The first error of an answer that has some."""
        return at(self.post(query, variables), "errors", 0)


_NOTHING: Plain = {"nothing": "given"}


def at(value: Plain, *path: str | int, default: Plain = _NOTHING) -> Plain:
    """What stands under a path of keys and indexes."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            if step not in value and default is not _NOTHING:
                return default
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step]
        else:
            msg = f"There is no {step!r} in {value!r}."
            raise TypeError(msg)
    return value


def rows(value: Plain, *path: str | int) -> list[Plain]:
    """The list under a path."""
    found = at(value, *path)
    assert isinstance(found, list), found
    return found


def texts(value: Plain, *path: str | int, field: str = "name") -> list[str]:
    """One field of every row of the list under a path."""
    return [str(at(row, field)) for row in rows(value, *path)]


def pages(caller: Caller, query: str, field: str, **variables: JSONValue) -> Iterator[Plain]:
    """Every page of a connection, by its ``$after``."""
    after: JSONValue = None
    while True:
        page = at(caller.ask(query, after=after, **variables), field)
        yield page
        if not at(page, "pageInfo", "hasNextPage"):
            return
        after = str(at(page, "pageInfo", "endCursor"))
