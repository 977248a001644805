"""What every store says when it refuses a commit, in the same words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from cmdb.errors import CardinalityExceeded, Conflict, DuplicateIdentity, EndMissing, IdempotencyMismatch, NotFound
from cmdb.model.commits import ChangeSet, Commit


def replayed(commit: Commit, changes: ChangeSet) -> Commit:
    """The answer to a request id that is already known.

    Raises:
        IdempotencyMismatch: the request was another one then.
    """
    if commit.fingerprint != changes.fingerprint:
        msg = f"The request id {changes.request_id!r} was used for another input (commit {commit.seq})."
        raise IdempotencyMismatch(msg, details={"seq": commit.seq, "request_id": changes.request_id})
    return replace(commit, replayed=True)


def check_base(
    changes: ChangeSet, head: int, identified: Callable[[Collection[str]], Mapping[str, Sequence[str]]]
) -> None:
    """Accept a write that is about to follow on ``head``, where it depends on what it was planned at.

    ``identified`` is asked only when somebody else wrote since.

    Raises:
        Conflict: the head is not the expected one.  DuplicateIdentity: somebody has an identifier by now.
    """
    if changes.expected_head is not None and changes.expected_head != head:
        msg = f"The store is at seq {head}, not {changes.expected_head}; nothing was written."
        raise Conflict(msg, hint="Look at it again and decide anew.", details={"head": head})
    if not changes.unshared or changes.planned_at == head:
        return
    own = {create.id for create in changes.creates} | {update.id for update in changes.updates}
    for ids in identified(changes.unshared).values():
        for id_ in ids:
            if id_ not in own:
                raise duplicate_identity("A new item", id_)


def unknown_item(item_id: str) -> NotFound:
    """An update of an item that does not exist."""
    return NotFound(f"There is no item {item_id!r} to update; nothing was written.", details={"id": item_id})


def duplicate_identity(item_id: str, owner_id: str) -> DuplicateIdentity:
    """An item claims the identity (or the id) of another, ``owner_id``."""
    msg = f"{item_id} has the identity of {owner_id}; nothing was written."
    return DuplicateIdentity(msg, details={"id": owner_id})


def end_missing(ids: Collection[str]) -> EndMissing:
    """Ends of relationships that do not exist."""
    missing = sorted(ids)
    msg = f"A relationship needs {', '.join(missing)}, which does not exist; nothing was written."
    return EndMissing(msg, details={"ids": missing})


def too_many(type_: str, item_id: str, side: str) -> CardinalityExceeded:
    """More than one edge of a type ``side`` (``"from"`` or ``"to"``) an item that may have one."""
    msg = f"There can be only one {type_} {side} {item_id}; nothing was written."
    return CardinalityExceeded(msg, details={"type": type_, "id": item_id})
