"""What every resolver is given: the services, who asks, and the id of the request."""

from dataclasses import dataclass
from typing import TypeAlias

import strawberry

from cmdb.practices.services import Services


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: ``actor`` is written into commits, ``request_id`` into errors and logs."""

    services: Services
    actor: str
    request_id: str


Info: TypeAlias = strawberry.Info[RequestContext, None]
