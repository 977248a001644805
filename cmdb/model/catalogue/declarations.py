"""The form of a catalogue file, as typed declarations; what is not of this form is refused at construction."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cmdb.model.items import Effect
from cmdb.model.sources import MANUAL

RESERVED = frozenset(
    {
        "id", "name", "cls", "key", "nid", "groups", "lifecycle", "revision", "identity_key", "identifiers",
        "from_seq", "to_seq", "created_seq", "search_text", "type", "from_id", "to_id", "group", "effect", "basis",
    }
)  # fmt: skip
"""Names that stores keep for themselves beside the attributes."""

_THRESHOLD = re.compile(r"([0-9]{1,6}|100(\.0{1,9})?%|[0-9]{1,2}(\.[0-9]{1,9})?%)\Z")


def _named_like(pattern: str, words: str) -> AfterValidator:
    expression = re.compile(pattern)

    def check(text: str) -> str:
        if not expression.fullmatch(text) or text in RESERVED:
            msg = f"{text!r} is not a usable name: {words}"
            raise ValueError(msg)
        return text

    return AfterValidator(check)


def is_threshold(text: str) -> bool:
    """Whether a text is a count such as ``2`` or a percentage from 0 to 100 such as ``33.5%``.

    >>> is_threshold("2"), is_threshold("100%"), is_threshold("100.5%"), is_threshold("many")
    (True, True, False, False)
    """
    return _THRESHOLD.match(text) is not None


def _as_threshold(value: object) -> object:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not is_threshold(text):
        msg = f"{value!r} is neither a count such as 2 nor a percentage such as 50%"
        raise ValueError(msg)
    return text


ClassName = Annotated[str, _named_like(r"[A-Z][A-Za-z0-9]{0,63}", "write PascalCase, at most 64 letters and digits")]
TypeName = Annotated[str, _named_like(r"[A-Z][A-Z0-9_]{0,63}", "write UPPER_SNAKE, at most 64 characters")]
AttributeName = Annotated[
    str, _named_like(r"[a-z][a-z0-9_]{0,63}", "write lower_snake, at most 64 characters, no reserved word")
]
GroupName = Annotated[str, _named_like(r"[a-z][a-z0-9_-]{0,63}", "write lower case with - or _, no reserved word")]
ThresholdText = Annotated[str, BeforeValidator(_as_threshold)]
Sentence = Annotated[str, Field(min_length=3, max_length=2000)]


class Declaration(BaseModel):
    """Base of all declarations: frozen, nothing unknown, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class AttributeType(StrEnum):
    """What values an attribute takes."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    DATE = "date"
    LIST = "list"
    JSON = "json"


class AttributeSpec(Declaration):
    """One attribute: its type, whether it must have a value, whether only the CMDB itself sets it, what it means."""

    type: Annotated[AttributeType, Field(strict=False)]
    description: Sentence
    required: bool = False
    managed: bool = False
    values: tuple[str, ...] = Field(default=(), strict=False)

    @model_validator(mode="after")
    def _enum_has_values(self) -> Self:
        if (self.type is AttributeType.ENUM) != bool(self.values):
            msg = "values belong to an enum, and an enum needs them"
            raise ValueError(msg)
        return self


class GroupDeclaration(Declaration):
    """A redundancy group that a class has by nature: the edges of these types are its members."""

    members: Annotated[tuple[TypeName, ...], Field(strict=False, min_length=1)]
    min_up: ThresholdText = "1"
    degraded_below: ThresholdText | None = None
    description: Sentence | None = None


class ClassDeclaration(Declaration):
    """A class as a file declares it; in a later file only additions to it."""

    description: Sentence | None = None
    extends: ClassName | None = None
    abstract: bool = False
    attributes: dict[AttributeName, AttributeSpec] = Field(default_factory=dict)
    identify: tuple[Annotated[tuple[str, ...], Field(min_length=1, strict=False)], ...] = Field(
        default=(), strict=False
    )
    groups: dict[GroupName, GroupDeclaration] = Field(default_factory=dict)


class Failure(StrEnum):
    """Which way a failure travels: against the arrow (the usual), along it, or not at all."""

    AGAINST = "against"
    ALONG = "along"
    NONE = "none"


class CardinalityDeclaration(Declaration):
    """How many edges of a type an item may have: ``to: one``, one target per origin; ``from: one``, the converse."""

    to: Literal["one", "many"] = "many"
    from_: Literal["one", "many"] = Field(default="many", alias="from")


class RelationshipDeclaration(Declaration):
    """A relationship type as a file declares it; in a later file only more ends."""

    description: Sentence | None = None
    from_: tuple[ClassName, ...] = Field(default=(), alias="from", strict=False)
    to: tuple[ClassName, ...] = Field(default=(), strict=False)
    failure: Annotated[Failure, Field(strict=False)] = Failure.AGAINST
    effect: Annotated[Effect, Field(strict=False)] = Effect.HARD
    cardinality: CardinalityDeclaration = CardinalityDeclaration()
    attributes: dict[AttributeName, AttributeSpec] = Field(default_factory=dict)


def _as_pattern(text: str) -> str:
    if not text.strip() or "*" in text[:-1] or "#" in text:
        msg = f"{text!r} is neither a source such as netbox/hq nor the beginning of some such as ansible/*"
        raise ValueError(msg)
    if text == MANUAL:
        msg = f"{MANUAL} stands above every source anyway"
        raise ValueError(msg)
    return text


SourcePattern = Annotated[str, AfterValidator(_as_pattern)]


class Precedence(Declaration):
    """Whose word counts first: sources in order, and after how many days of silence a source yields to the next.

    Sources that are not listed follow those that are, in order of scope and key.  ``max_age_days`` of ``None`` lets
    no source yield.
    """

    sources: Annotated[tuple[SourcePattern, ...], Field(strict=False)] = ()
    max_age_days: Annotated[int, Field(ge=1, le=36_500)] | None = None

    def rank(self, source: str) -> int:
        """The place of a source in the list; sources that are not on it share the last one.

        >>> order = Precedence(sources=("netbox/hq", "ansible/*"))
        >>> order.rank("netbox/hq"), order.rank("ansible/site-2"), order.rank("nmap")
        (0, 1, 2)
        """
        for place, pattern in enumerate(self.sources):
            if pattern == source or (pattern.endswith("*") and source.startswith(pattern[:-1])):
                return place
        return len(self.sources)

    @property
    def max_age(self) -> timedelta | None:
        """The silence after which a source yields."""
        return None if self.max_age_days is None else timedelta(days=self.max_age_days)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.sources and self.max_age_days is None:
            msg = "a precedence needs sources, max_age_days or both"
            raise ValueError(msg)
        if len(set(self.sources)) < len(self.sources):
            msg = "a source stands twice in the order"
            raise ValueError(msg)
        return self


class PrecedenceDeclaration(Precedence):
    """A precedence with what it is for: attributes of classes or of relationship types, all when none is named.

    Beside attributes there may be ``name`` and ``groups`` for classes, ``group`` and ``effect`` for relationship types.
    """

    classes: Annotated[tuple[ClassName, ...], Field(strict=False)] = ()
    relationships: Annotated[tuple[TypeName, ...], Field(strict=False)] = ()
    attributes: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _is_for_one_thing(self) -> Self:
        if bool(self.classes) == bool(self.relationships):
            msg = "a precedence is for classes or for relationships"
            raise ValueError(msg)
        if self.relationships and self.max_age_days is not None:
            msg = "relationships take no max_age_days: they live while a source asserts them"
            raise ValueError(msg)
        return self


class CatalogueFile(Declaration):
    """A whole file: ``catalogue: 1``, then classes, relationships, and whose word counts first.

    ``unknown_class`` takes what sources describe under a class that no file declares; without it such a row fails.
    """

    catalogue: Literal[1]
    classes: dict[ClassName, ClassDeclaration] = Field(default_factory=dict)
    relationships: dict[TypeName, RelationshipDeclaration] = Field(default_factory=dict)
    precedence: Annotated[tuple[PrecedenceDeclaration, ...], Field(strict=False)] = ()
    unknown_class: ClassName | None = None


class IdentificationRule(Declaration):
    """Attributes that together identify a CI among all of the class that declares the rule (``name`` is the name)."""

    declared_by: str
    attributes: tuple[str, ...]


class ClassSpec(Declaration):
    """A class with everything it inherits."""

    name: str
    description: str
    abstract: bool
    lineage: tuple[str, ...]
    """The class itself, then its ancestors up to the root."""
    attributes: dict[str, AttributeSpec]
    identify: tuple[IdentificationRule, ...]
    """Identification rules in order: the first that has a value for each attribute gives the identity."""
    groups: dict[str, GroupDeclaration]
    precedence: dict[str, Precedence] = Field(default_factory=dict)
    """By attribute, ``name`` and ``groups``: whose word counts first, where it is not the usual order."""


class RelationshipSpec(Declaration):
    """A relationship type with its allowed ends expanded to all subclasses."""

    name: str
    description: str
    from_classes: frozenset[str]
    to_classes: frozenset[str]
    declared_from: tuple[str, ...]
    declared_to: tuple[str, ...]
    failure: Failure
    effect: Effect
    one_to: bool
    """At most one target per origin."""
    one_from: bool
    """At most one origin per target."""
    attributes: dict[str, AttributeSpec]
    precedence: dict[str, Precedence] = Field(default_factory=dict)
    """By attribute, ``group`` and ``effect``: whose word counts first, where it is not the usual order."""
