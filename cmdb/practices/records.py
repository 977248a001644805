"""Records of service management: registering a change, incident or problem with what it does to CIs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cmdb.errors import BadInput, Retired
from cmdb.ingest.edits import SELF, Editor, NewItem, NewRelationship, Request
from cmdb.ingest.references import find_all
from cmdb.model.items import Item, Lifecycle
from cmdb.model.references import Reference
from cmdb.model.values import JSONValue
from cmdb.practices.answers import Seed
from cmdb.practices.assessor import AFFECTS
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A change, incident, problem or outage: its attributes, what it does to which CIs, and links to other records."""

    cls: str
    name: str
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    affects: Sequence[Seed] = ()
    links: Sequence[tuple[str, Reference]] = ()


class Records:
    """Registers records; lifecycles are not its business."""

    def __init__(self, store: Store, editor: Editor) -> None:
        """Write through ``editor``."""
        self._store = store
        self._editor = editor

    def register(self, new: NewRecord, request: Request) -> Item:
        """Create the record and its links in one commit.

        Raises:
            BadInput: a window that ends before it starts.  Retired: it names a CI that was retired.
            And as :meth:`cmdb.ingest.edits.Editor.create`.
        """
        _check_period(new.attributes, "window_start", "window_end")
        _check_period(new.attributes, "started_at", "ended_at")
        if self._store.commit_of(request.request_id) is None:
            self._refuse_retired([seed.reference for seed in new.affects])
        affects = [
            NewRelationship(AFFECTS, SELF, seed.reference, attributes={"state": seed.state}) for seed in new.affects
        ]
        links = [NewRelationship(type_, SELF, reference) for type_, reference in new.links]
        return self._editor.create(
            NewItem(new.cls, new.name, new.attributes, relationships=[*affects, *links]), request
        )

    def _refuse_retired(self, references: Sequence[Reference]) -> None:
        items = find_all(references, self._store, self._store.catalogue) if references else []
        for item in items:
            if item.lifecycle is Lifecycle.RETIRED:
                raise Retired(f"{item.label} is retired.", hint="Name CIs that live.")


def _check_period(attributes: Mapping[str, JSONValue], start: str, end: str) -> None:
    first, last = _instant(attributes.get(start)), _instant(attributes.get(end))
    if first is not None and last is not None and last <= first:
        msg = f"{end} ({attributes[end]}) is not after {start} ({attributes[start]})."
        raise BadInput(msg, hint="A window is half-open: it ends after it starts.")


def _instant(value: JSONValue) -> datetime | None:
    """A date as its first moment in UTC, an instant as it is; ``None`` for what the catalogue will refuse anyway."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
