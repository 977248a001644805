"""What both formats come down to: two ends that were seen to be joined, and what was seen of the far one."""

from dataclasses import dataclass
from typing import TypeAlias

from cmdb.model.observations import Problem, Where


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable: the device, the port (empty when only the device is known), and where it stands.

    ``chassis`` is the id that the device gives itself; it tells devices of one name apart.
    """

    device: str
    port: str
    where: Where
    chassis: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Two ends that are joined, or one that was seen alone; ``seen`` is what was told of the far end, in words."""

    near: End
    far: End | None
    where: Where
    seen: str = ""


Found: TypeAlias = Sighting | Problem
