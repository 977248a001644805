"""Closed sets of words, each described where it stands; their values are the words of the model."""

from enum import Enum

import strawberry
from strawberry import enum_value as word


@strawberry.enum(description="How badly something fails, from not at all to completely.")
class FailureState(Enum):
    """The four states that spread over the graph."""

    UP = word("up", description="It works and nothing of its redundancy is gone.")
    AT_RISK = word("at_risk", description="It works, but redundancy is gone: one more failure may bring it down.")
    DEGRADED = word("degraded", description="It works with loss of quality or capacity.")
    DOWN = word("down", description="It does not work.")


@strawberry.enum(description="Whether an item lives or was retired.")
class Lifecycle(Enum):
    """The two states of an item's life."""

    LIVE = word("live", description="It is part of the estate.")
    RETIRED = word("retired", description="It was taken out of the estate; its history and relationships are kept.")


@strawberry.enum(description="Which way to look along the arrows at an item.")
class Direction(Enum):
    """Out, in, or both."""

    OUT = word("out", description="Along the arrows that begin here.")
    IN = word("in", description="Against the arrows that end here.")
    BOTH = word("both", description="Both ways.")


@strawberry.enum(description="What of a provider's failure reaches its dependent.")
class Effect(Enum):
    """Hard, soft or none."""

    HARD = word("hard", description="The dependent fails as far as its provider.")
    SOFT = word("soft", description="The dependent is degraded at most.")
    NONE = word("none", description="Nothing of the failure reaches the dependent.")


@strawberry.enum(description="What a relationship rests on.")
class Basis(Enum):
    """Strongest first."""

    DECLARED = word("declared", description="Somebody or some configuration says so.")
    OBSERVED = word("observed", description="It was seen in operation.")
    INFERRED = word("inferred", description="It was concluded from names or addresses.")


@strawberry.enum(description="Which way a failure travels over a relationship of a type.")
class Failure(Enum):
    """Against the arrow, along it, or not at all."""

    AGAINST = word("against", description="From the item the arrow points to, to the item it begins at.")
    ALONG = word("along", description="From the item the arrow begins at, to the item it points to.")
    NONE = word("none", description="No failure travels.")


@strawberry.enum(description="What values an attribute takes.")
class AttributeType(Enum):
    """The types of attributes."""

    TEXT = word("text", description="Any text.")
    NUMBER = word("number", description="A number.")
    BOOLEAN = word("boolean", description="True or false.")
    ENUM = word("enum", description="One of the words listed.")
    DATE = word("date", description="A date or an instant, as ISO 8601 text.")
    LIST = word("list", description="A list of texts.")
    JSON = word("json", description="Any JSON value.")


@strawberry.enum(description="Which way rows are ordered.")
class OrderDirection(Enum):
    """Ascending or descending."""

    ASC = word("asc", description="Smallest first; rows without a value come last.")
    DESC = word("desc", description="Largest first; rows without a value come last.")


@strawberry.enum(description="The fields that every item can be ordered by.")
class ItemOrderField(Enum):
    """Own fields of items, as stores name them."""

    ID = word("$id", description="The id.")
    CLASS = word("$class", description="The name of the class.")
    NAME = word("$name", description="The name.")
    LIFECYCLE = word("$lifecycle", description="Live before retired.")
    CREATED_SEQ = word("$created_seq", description="The sequence number of the commit that created it.")
    UPDATED_SEQ = word("$updated_seq", description="The sequence number of the commit that last changed it.")


@strawberry.enum(description="How far an import has come.")
class RunState(Enum):
    """The states of an import run."""

    RUNNING = word("running", description="It goes on.")
    SUCCEEDED = word("succeeded", description="Every row was taken over.")
    SUCCEEDED_WITH_ERRORS = word("succeeded_with_errors", description="Some rows were refused, the rest taken over.")
    HELD = word("held", description="It waits for a person to look at it.")
    FAILED = word("failed", description="It stopped; what was committed stays.")
    ABORTED = word("aborted", description="Somebody stopped it; what was committed stays.")
    REVERTED = word("reverted", description="What it did was undone.")


@strawberry.enum(description="Whether an import plan waits for a decision, or which one was taken.")
class ImportPlanState(Enum):
    """The states of an import plan."""

    OPEN = word("open", description="Somebody asked for it; nothing was written.")
    HELD = word("held", description="An import that went beyond the policy made it instead of writing.")
    APPLYING = word("applying", description="Begun; when it broke off it is applied again to its end.")
    APPLIED = word("applied", description="It was done.")
    STALE = word(
        "stale", description="The graph had moved when it was to be applied, or a later import took its place."
    )
    DISCARDED = word("discarded", description="It was decided not to be done.")


@strawberry.enum(description="What a source speaks of.")
class Aspect(Enum):
    """The parts of an item that sources describe."""

    CLASS = word("class", description="The class.")
    NAME = word("name", description="The name.")
    ATTRIBUTE = word("attribute", description="An attribute.")
    GROUP = word("group", description="The setting of a redundancy group.")


@strawberry.enum(description="What became of the value that a source gives.")
class Standing(Enum):
    """Whether it holds, and if not, why."""

    HOLDS = word("holds", description="It is what the CMDB holds to be true.")
    AGREES = word("agrees", description="It is the same as what holds.")
    OUTRANKED = word("outranked", description="Another source, or people, count before this one.")
    SILENT = word("silent", description="It would hold, had the source not been silent for too long.")
    GONE = word("gone", description="The source no longer sees the item, and others do.")
    UNDECLARED = word("undeclared", description="The class of the item has no such attribute.")


@strawberry.enum(description="What was decided of a duplicate case.")
class DuplicateState(Enum):
    """Open, merged or different."""

    OPEN = word("open", description="It waits for a decision.")
    MERGED = word("merged", description="Both are one.")
    DIFFERENT = word("different", description="They differ.")


@strawberry.enum(description="How much a problem of an input takes away.")
class Severity(Enum):
    """From a remark to a scope that may not be swept."""

    INFO = word("info", description="A remark.")
    WARNING = word("warning", description="The row was taken over, but something about it is doubtful.")
    ERROR = word("error", description="The row was not taken over.")
    INCOMPLETE = word("incomplete", description="Part of the input could not be read at all.")
