"""The content of a row as one digest: what tells two rows of one key, and two inputs of one request, apart."""

from cmdb.model.observations import CIRecord, RelationshipRecord
from cmdb.model.references import ByIdentifier
from cmdb.model.values import digest


def item_content(record: CIRecord) -> str:
    """The digest of all that a CI row says; where it stands does not matter."""
    groups = {name: [setting.min_up, setting.degraded_below] for name, setting in record.groups.items()}
    said = [record.cls, record.name, dict(record.attributes), groups, dict(record.unmapped)]
    return _digest([str(record.scope), record.key, *said])


def edge_content(record: RelationshipRecord) -> str:
    """The digest of what a relationship row says; on how many mentions it rests, and on what, does not matter."""
    classes = [ref.cls for ref in (record.from_ref, record.to_ref) if isinstance(ref, ByIdentifier)]
    return _digest([str(record.scope), record.key, classes, record.group, record.effect, dict(record.attributes)])


def _digest(value: object) -> str:
    try:
        return digest(value)
    except TypeError:  # what no store can hold is refused with its row; until then it must only be told apart
        return digest(ascii(value))
