"""Whose and where an input is: the account and region on which everything in it agrees."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from importers.aws.answers import CALLER, Answer, Entry
from importers.aws.arns import account_in, is_region, parse_arn, region_of_zone
from importers.aws.declarations import Reach
from importers.aws.layouts import UNKNOWN
from importers.aws.network_table import ZONE
from importers.aws.paths import first_text, walk
from importers.base import ReadOptions
from importers.fields import text

SOURCE: Final = "aws"
"""What stands before the account in the source."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The source, account and region of an input; empty where nothing tells or what is told does not agree."""

    source: str
    account: str
    region: str
    problems: tuple[Problem, ...]


def whereabouts(answers: Sequence[Answer], entries: Sequence[Entry], options: ReadOptions) -> Whereabouts:
    """What the options say, else who asked, else what all owners and resource names agree on."""
    accounts = _callers(answers) or {owner for entry in entries if (owner := owner_of(entry))}
    regions = next((found for found in _regions(entries) if found), set())
    account = account_in(options.source or "") or _only(accounts)
    region = options.boundary or _only(regions)
    problems = []
    if not options.source and len(accounts) > 1:
        problems.append(_ambiguous("account", accounts, "--source aws/ACCOUNT", answers))
    if not region and len(regions) > 1:
        problems.append(_ambiguous("region", regions, "--scope REGION", answers))
    source = options.source or f"{SOURCE}/{account or UNKNOWN}"
    return Whereabouts(source, account, region, tuple(problems))


def owner_of(entry: Entry) -> str:
    """The account that an entry itself says it belongs to, or ``""``."""
    told = first_text(entry.body, entry.listing.owner) or first_text(entry.around, entry.listing.owner)
    if told:
        return account_in(told)
    arn = parse_arn(first_text(entry.body, entry.listing.arn))
    return account_in(arn.account) if arn is not None else ""


def names_owner(entry: Entry) -> bool:
    """Whether an entry says whose it is, even if that is no account: the provider, or a number that none can have."""
    told = first_text(entry.body, entry.listing.owner) or first_text(entry.around, entry.listing.owner)
    arn = parse_arn(first_text(entry.body, entry.listing.arn))
    return bool(told) or (arn is not None and bool(arn.account))


def _callers(answers: Iterable[Answer]) -> set[str]:
    return {
        account
        for answer in answers
        if answer.body.keys() >= CALLER and (account := account_in(text(answer.body, "Account")))
    }


def _regions(entries: Sequence[Entry]) -> Iterator[set[str]]:
    """The regions that are told, by each means, the surest first."""
    zones = [entry for entry in entries if entry.listing.type == ZONE]
    yield {region for entry in zones if is_region(region := text(entry.body, "RegionName"))}
    regional = [entry for entry in entries if entry.listing.reach is Reach.REGION]
    arns = (parse_arn(first_text(entry.body, entry.listing.arn)) for entry in regional)
    yield {arn.region for arn in arns if arn is not None and is_region(arn.region)}
    yield {
        region
        for entry in regional
        for link in entry.listing.links
        if ZONE in link.to
        for found in walk(entry.body, link.path)
        if isinstance(found.value, str) and (region := region_of_zone(found.value))
    }


def _only(found: set[str]) -> str:
    return next(iter(found)) if len(found) == 1 else ""


def _ambiguous(what: str, found: set[str], option: str, answers: Sequence[Answer]) -> Problem:
    message = (
        f"The files name more than one {what} ({', '.join(sorted(found))}), so that of the whole is unknown. "
        f"Name it with {option}, or import each for itself."
    )
    return Problem(Severity.WARNING, f"{what.upper()}_AMBIGUOUS", message, Where(answers[0].file))
