"""One writer a scope: a run holds its scopes by leases that end by themselves when it dies."""

import os
import socket
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from cmdb.errors import ScopeBusy
from cmdb.model.sources import Lease, RunState, Scope
from cmdb.store.port import Store

LENGTH: Final = timedelta(minutes=2)
"""How long a lease lasts when it is not renewed."""
_PAUSE: Final = 0.1


@dataclass
class Leases:
    """The scopes of one run; ``patience`` is how many seconds to wait for those that others hold."""

    store: Store
    run_id: str
    scopes: Collection[Scope]
    patience: float
    _renewed: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    def take(self, waiting: Callable[[Lease], None]) -> None:
        """Take all of them; ``waiting`` is told once of a lease that is waited for.

        A lease of a process that is known to be dead is not waited for.

        Raises:
            ScopeBusy: another run holds one of them for longer than is waited.
        """
        deadline = time.monotonic() + self.patience
        told = False
        while others := self._hold():
            if not self._free_the_dead(others):
                if time.monotonic() >= deadline:
                    raise _busy(others[0])
                if not told:
                    waiting(others[0])
                    told = True
                time.sleep(_PAUSE)

    def renew(self) -> None:
        """Keep them; costs a write only when a good part of their time is over.

        Raises:
            ScopeBusy: they ran out, and another run took one.
        """
        if datetime.now(UTC) - self._renewed > LENGTH / 4 and (others := self._hold()):
            raise _busy(others[0])

    def free(self) -> None:
        """Give them up."""
        self.store.free(self.run_id)

    def _hold(self) -> list[Lease]:
        now = datetime.now(UTC)
        holder = f"{socket.gethostname()}/{os.getpid()}"
        wanted = [Lease(scope, self.run_id, holder, now + LENGTH) for scope in sorted(self.scopes)]
        others = list(self.store.hold(wanted, now))
        if not others:
            self._renewed = now
        return others

    def _free_the_dead(self, leases: Collection[Lease]) -> bool:
        dead = [lease for lease in leases if _is_dead(lease.holder)]
        for lease in dead:
            run = self.store.run(lease.run_id)
            if run is not None and not run.state.is_over:
                message = f"its process {lease.holder} died"
                self.store.put_run(replace(run, state=RunState.ABORTED, finished_at=datetime.now(UTC), message=message))
            self.store.free(lease.run_id, lease.holder)  # last: whoever is cut off here leaves it to the next one
        return bool(dead)


def _is_dead(holder: str) -> bool:
    """Whether a process of this machine is known to be over; of another machine's nothing is known."""
    host, _, pid = holder.rpartition("/")
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _busy(lease: Lease) -> ScopeBusy:
    return ScopeBusy(
        f"The scope {lease.scope} is being imported by run {lease.run_id} ({lease.holder}).",
        hint="Try again when that run is over; `cmdb runs` shows how far it is.",
        details={"run": lease.run_id, "scope": str(lease.scope), "until": lease.until.isoformat()},
    )
