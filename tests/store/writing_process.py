"""A process that writes numbered batches for as long as it is let live, and tells each one that was acknowledged."""

import json
import sys
from itertools import count
from pathlib import Path

from cmdb.model.commits import ChangeSet
from tests.builders import changes, create, link, patch, said
from tests.neo4j_server import Endpoint
from tests.store.places import Neo4jPlace, Place, SQLitePlace


def batch(number: int) -> ChangeSet:
    """Of a batch written by half, something would be missing: two items, two edges, a source record, a new version."""
    one, other = f"{number}-one", f"{number}-other"
    edges = (link(one, other), link(other, "hub"))
    return changes(
        create(one), create(other), patch("hub", weight=number), *edges, said(one, one), request_id=f"batch {number}"
    )


def described(place: Place) -> str:
    """A place as an argument of this program."""
    if isinstance(place, SQLitePlace):
        return json.dumps({"path": str(place.path)})
    assert isinstance(place, Neo4jPlace)
    return json.dumps({"uri": place.endpoint.uri, "auth": place.endpoint.auth})


def understood(argument: str) -> Place:
    """The place that an argument describes."""
    known = json.loads(argument)
    if "path" in known:
        return SQLitePlace(Path(known["path"]))
    return Neo4jPlace(Endpoint(known["uri"], tuple(known["auth"]) if known["auth"] else None))


def main() -> None:
    """Write until killed."""
    with understood(sys.argv[1]).open() as store:
        for number in count(int(sys.argv[2])):
            store.commit(batch(number))
            print(number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    main()
