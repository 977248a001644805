"""Which files, sockets and processes code opens while it is watched: the interpreter's audit events."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

_FORBIDDEN: Final = ("open", "socket.", "subprocess.", "os.system", "os.exec", "os.remove", "os.rename", "urllib.")

_WATCHED: Final[ContextVar[list[str] | None]] = ContextVar("watched", default=None)


@contextmanager
def forbidden_events() -> Iterator[list[str]]:
    """The events that pure code does not cause, as they happen inside the block: ``open /etc/passwd``.

    An audit hook cannot be taken out again: the first use installs one that is idle outside of such blocks.
    """
    _install()
    events: list[str] = []
    token = _WATCHED.set(events)
    try:
        yield events
    finally:
        _WATCHED.reset(token)


@cache
def _install() -> None:
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    events = _WATCHED.get()
    if events is not None and event.startswith(_FORBIDDEN):
        events.append(f"{event} {arguments[0] if arguments else ''}".strip())
