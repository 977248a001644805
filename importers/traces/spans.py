"""One span, whatever wrote it: who ran it, for whom, and whom its attributes name at the other end."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Kind(IntEnum):
    """The side of a call that a span shows; the numbers are those of OTLP."""

    UNSPECIFIED = 0
    INTERNAL = 1
    SERVER = 2
    CLIENT = 3
    PRODUCER = 4
    CONSUMER = 5


class Fault(Enum):
    """Why an entry gives no span."""

    NOT_A_SPAN = "NOT_A_SPAN"
    WITHOUT_ID = "SPAN_WITHOUT_ID"
    WITHOUT_SERVICE = "SERVICE_UNNAMED"


@dataclass(frozen=True, slots=True)
class Party:
    """A CI at one end of a call: its class, the environment that is its boundary, its key in there, and its name."""

    cls: str
    environment: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """The process that ran a span: its service and what else it says of itself.

    ``namespace`` is that of the service, ``dns_namespace`` the one in which its short host names are looked up,
    ``workloads`` are uids.
    """

    party: Party
    deployment: str = ""
    namespace: str = ""
    version: str = ""
    dns_namespace: str = ""
    workloads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a span names at the other end; of a data store also its product and the database inside it."""

    party: Party
    engine: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """One span.  Ids are normalised; ``parent`` is empty for the first span of a trace.

    ``link`` is trace and span of the message that a consumer says it handles.  ``ended`` is in microseconds since 1970,
    0 when unknown.
    """

    trace: str
    id: str
    parent: str
    kind: Kind
    resource: Resource
    target: Target | None = None
    link: tuple[str, str] | None = None
    failed: bool = False
    ended: int = 0
