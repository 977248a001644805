"""The form of a policy file, as typed declarations; what is not of this form is refused at construction."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from cmdb.ingest.measures import Measure

LIMIT: Final = "limit"
NONE: Final = "none"
"""What a file writes for no limit."""

_PERCENTAGE = re.compile(r"(100|[0-9]{1,2}(\.[0-9]{1,6})?)%")


class Declaration(BaseModel):
    """Base of all declarations: frozen, nothing unknown, nothing coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _as_share(value: object) -> object:
    if isinstance(value, float) and 0 <= value <= 1:
        return value
    if not isinstance(value, str) or _PERCENTAGE.fullmatch(value) is None:
        msg = f"{value!r} is no percentage such as 25%"
        raise ValueError(msg)
    return float(value[:-1]) / 100


def _as_limit(value: object) -> object:
    """A bare number is a limit in numbers."""
    return {"number": value} if isinstance(value, int) and not isinstance(value, bool) else value


def _as_tuple(value: object) -> object:
    """A list of a file is kept so that it cannot be changed."""
    if isinstance(value, list | tuple):
        return tuple(value)
    msg = f"{value!r} is no list"
    raise ValueError(msg)


Listed = BeforeValidator(_as_tuple)
Share = Annotated[float, BeforeValidator(_as_share)]


class Limit(Declaration):
    """So many may pass: up to ``number``, and up to ``share`` of what there is, whichever is more."""

    number: Annotated[int, Field(ge=0, description="So many may always pass.")] = 0
    share: Annotated[Share, Field(description="Such a share of what there is may pass, such as 25%.")] = 0.0


def _kind(value: object) -> str:
    return LIMIT if isinstance(value, (dict, Limit)) else NONE


AnyLimit: TypeAlias = Annotated[
    Annotated[Limit, Tag(LIMIT)] | Annotated[Literal["none"], Tag(NONE)],
    Discriminator(_kind),
    BeforeValidator(_as_limit),
]
"""A limit, or ``none``."""


def _kind_of_number(value: object) -> str:
    return NONE if isinstance(value, str) else LIMIT


AnyNumber: TypeAlias = Annotated[
    Annotated[int, Field(ge=0), Tag(LIMIT)] | Annotated[Literal["none"], Tag(NONE)], Discriminator(_kind_of_number)
]
"""So many may pass, or ``none``: all may."""


class Limits(Declaration):
    """Limits of what an import may do in a scope; one that is not given is not looked at."""

    cis_retired: Annotated[AnyLimit | None, Field(description="CIs that are retired.")] = None
    relationships_removed: Annotated[AnyLimit | None, Field(description="Relationships that are removed.")] = None
    cis_renamed: Annotated[AnyLimit | None, Field(description="CIs that get another name.")] = None
    classes_changed: Annotated[AnyLimit | None, Field(description="CIs that get another class.")] = None
    identities_changed: Annotated[
        AnyLimit | None, Field(description="CIs that get another identifying value: serial, system UUID, ARN …")
    ] = None
    identities_moved: Annotated[
        AnyLimit | None, Field(description="CIs that take an identifying value of another CI: swapped or moved.")
    ] = None
    addresses_moved: Annotated[
        AnyLimit | None, Field(description="CIs that take an address which another CI loses.")
    ] = None
    duplicates_suspected: Annotated[AnyLimit | None, Field(description="Pairs of CIs that may be one.")] = None
    rows_failed: Annotated[AnyLimit | None, Field(description="Rows of the input that are refused.")] = None

    def limit(self, measure: Measure) -> Limit | None:
        """The limit of a measure, if there is one."""
        given = getattr(self, measure.value)
        return given if isinstance(given, Limit) else None

    def over(self, below: "Limits") -> "Limits":
        """These limits, and where nothing is said those below."""
        return below.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    @property
    def given(self) -> Iterator[Limit]:
        """All limits that there are."""
        return (limit for measure in Measure if (limit := self.limit(measure)) is not None)


class ScopeLimits(Declaration):
    """Limits of the scopes of which one pattern matches ``source/boundary``: ``*`` stands for anything."""

    match: Annotated[tuple[str, ...], Listed, Field(min_length=1, description="Patterns such as kubernetes/*.")]
    limits: Annotated[Limits, Field(description="Limits that stand instead of the general ones.")]

    def matches(self, scope: str) -> bool:
        """Whether the limits are those of a scope."""
        return any(fnmatchcase(scope, pattern) for pattern in self.match)


class Growth(Declaration):
    """How much more may go down when one CI fails."""

    factor: Annotated[float, Field(gt=1, strict=False, description="So many times as many CIs as before.")]
    cis: Annotated[int, Field(ge=0, description="Growth by fewer CIs than this does not matter.")] = 10


class EffectLimits(Declaration):
    """Limits of what an import may do to impact; one that is not given is not looked at."""

    services_gaining_single_points: Annotated[
        AnyNumber | None, Field(description="Services that gain a single point of failure.")
    ] = None
    groups_broken: Annotated[
        AnyNumber | None, Field(description="Redundancy groups that fall under what they need.")
    ] = None
    groups_without_spare: Annotated[
        AnyNumber | None, Field(description="Redundancy groups of which a member could fail, and none can any more.")
    ] = None
    radii_grown: Annotated[
        AnyNumber | None, Field(description="CIs whose blast radius grows by more than radius_growth.")
    ] = None
    radius_growth: Annotated[Growth | None, Field(description="What counts as growth of a radius.")] = None

    @model_validator(mode="after")
    def _is_of_use(self) -> Self:
        if self.radius_growth is not None and self.radii_grown is None:
            msg = "radius_growth limits nothing without radii_grown"
            raise ValueError(msg)
        return self

    @property
    def is_empty(self) -> bool:
        """Whether nothing is limited, so that nothing needs to be computed."""
        names = ("services_gaining_single_points", "groups_broken", "groups_without_spare", "radii_grown")
        return not any(isinstance(getattr(self, name), int) for name in names)


class Policy(Declaration):
    """A policy: limits of each scope, of all scopes of an import together, and of what it does to impact."""

    policy: Annotated[Literal[1], Field(description="Version of the form.")] = 1
    limits: Annotated[Limits, Field(description="Limits of each scope by itself.")] = Limits()
    overall: Annotated[Limits, Field(description="Limits of all scopes of an import together.")] = Limits()
    scopes: Annotated[
        tuple[ScopeLimits, ...],
        Listed,
        Field(description="Limits of certain scopes; the first one that matches counts."),
    ] = ()
    effects: Annotated[EffectLimits, Field(description="Limits of what happens to impact.")] = EffectLimits()

    def of_scope(self, scope: str) -> Limits:
        """The limits of a scope."""
        own = next((entry.limits for entry in self.scopes if entry.matches(scope)), None)
        return self.limits if own is None else own.over(self.limits)

    def over(self, below: "Policy") -> "Policy":
        """This policy, and where it says nothing the one below; its scopes are looked at first."""
        effects = {name: getattr(self.effects, name) for name in self.effects.model_fields_set}
        return Policy(
            limits=self.limits.over(below.limits),
            overall=self.overall.over(below.overall),
            scopes=self.scopes + below.scopes,
            effects=below.effects.model_copy(update=effects),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is limited."""
        all_limits = (self.limits, self.overall, *(entry.limits for entry in self.scopes))
        return self.effects.is_empty and not any(True for limits in all_limits for _ in limits.given)
