"""Amazon resource names, account numbers, regions and zones: what their forms say."""

import re
from dataclasses import dataclass
from typing import Final

_ARN: Final = re.compile(r"arn:([^:]*):([^:]*):([^:]*):([^:]*):(.+)\Z")
_ACCOUNT: Final = re.compile(r"(?<![\w])\d{12}(?![\w])", re.ASCII)
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d{1,2}\Z")
_ZONE: Final = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d{1,2})(?:-[a-z]+-\d{1,2})?[a-z]\Z")


@dataclass(frozen=True, slots=True)
class Arn:
    """The parts of an Amazon resource name; ``account`` and ``region`` are empty for what has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def last(self) -> str:
        """What stands behind the last separator, which is the name of most things."""
        return re.split(r"[:/]", self.resource)[-1]


def parse_arn(text: str) -> Arn | None:
    """The parts of a resource name, or ``None`` for any other text.

    >>> parse_arn("arn:aws:sns:us-east-1:123456789012:alarms").last
    'alarms'
    """
    found = _ARN.match(text)
    return Arn(*found.groups()) if found else None


def account_in(text: str) -> str:
    """The account number in a text, which has twelve digits, or ``""``.

    >>> account_in("https://queue.amazonaws.com/123456789012/orders"), account_in("0123456789012"), account_in("aws")
    ('123456789012', '', '')
    """
    found = _ACCOUNT.search(text)
    return found.group() if found else ""


def is_region(text: str) -> bool:
    """Whether a text has the form of a region: ``eu-west-1``, ``us-gov-east-1``."""
    return _REGION.match(text) is not None


def region_of_zone(zone: str) -> str:
    """The region of an availability or local zone; ``""`` for what is no zone, such as ``Multiple``.

    >>> region_of_zone("us-west-2b"), region_of_zone("us-west-2-lax-1a"), region_of_zone("Regional")
    ('us-west-2', 'us-west-2', '')
    """
    found = _ZONE.match(zone)
    return found[1] if found else ""
