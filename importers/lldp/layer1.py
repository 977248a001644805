"""Layer-1 topologies: ``{"edges": [{"node1": {"hostname", "interfaceName"}, "node2": …}]}``."""

from collections.abc import Iterator
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.fields import entries, text
from importers.lldp.sightings import End, Found, Sighting

EDGES: Final = "edges"


def cables_of(content: JSONValue, file: str) -> Iterator[Found]:
    """A sighting for each edge; the file has every cable once in each direction, as a rule."""
    for index, edge in enumerate(entries(content, EDGES)):
        pointer = f"{EDGES}[{index}]"
        near, far = (_end(edge, node, Where(file, pointer=f"{pointer}.{node}")) for node in ("node1", "node2"))
        if near is None or far is None:
            message = "An edge needs hostname and interfaceName at node1 and node2. Give them."
            yield Problem(Severity.ERROR, "CABLE_WITHOUT_END", message, Where(file, pointer=pointer))
        elif (near.device, near.port) == (far.device, far.port):
            message = f"The edge leads from {near.port} of {near.device} to itself; nothing follows from that."
            yield Problem(Severity.WARNING, "SELF_REFERENCE", message, Where(file, pointer=pointer), near.device)
        else:
            yield Sighting(near, far, Where(file, pointer=pointer))


def _end(edge: JSONValue, node: str, where: Where) -> End | None:
    device, port = text(edge, node, "hostname").strip(), text(edge, node, "interfaceName").strip()
    return End(device, port, where) if device and port else None
