"""What a request asks for in its query string: every parameter known, each given once, of the right type."""

from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.datastructures import QueryParams

from cmdb.app.rendering.import_report import MOST
from cmdb.errors import BadInput
from cmdb.model.rows import told
from cmdb.model.values import fault_of
from cmdb.practices.exporting import Form

LISTED: Final = 1_000
"""How many changes, problems and dangling references an answer lists unless another number is asked for."""

LONGEST: Final = 200
"""Characters of the id of a run, or of an idempotency key."""

Text = Annotated[str, Field(min_length=1, max_length=4_096)]
Key = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[!-~]+$")]


class Query(BaseModel):
    """Base of all query strings: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=False, validate_by_alias=True)

    @classmethod
    def of(cls, parameters: QueryParams) -> Self:
        """Read a query string.

        Raises:
            BadInput: a parameter that is not known, is given twice, or has another type; tells all of them.
        """
        lists = {field.alias or name for name, field in cls.model_fields.items() if name in cls.lists()}
        given: dict[str, object] = {}
        for name in parameters:
            values = parameters.getlist(name)
            if len(values) > 1 and name not in lists:
                raise BadInput(f"The parameter {name} is given {len(values)} times.", hint="Give it once.")
            if any(fault_of(value) is not None for value in values):
                raise BadInput(f"The parameter {name} is no plain text.", hint="Send plain text.")
            given[name] = values if name in lists else values[0]
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            hint = "docs/api.md lists the parameters."
            raise BadInput(f"The query string is not of the right form: {told(error)}.", hint=hint) from error

    @classmethod
    def lists(cls) -> frozenset[str]:
        """The fields that may be given several times."""
        return frozenset()


class ImportQuery(Query):
    """What ``POST /imports`` is asked for."""

    format: Text | None = None
    source: Text | None = None
    scope: Text | None = None
    change: Text | None = None
    reason: Annotated[str, Field(max_length=2_000)] = "import over HTTP"
    dry_run: Annotated[bool, Field(alias="dryRun")] = False
    sweep: bool = False
    confirm: Text | None = None
    run: Key | None = None
    part: Annotated[int, Field(ge=1)] | None = None
    last: bool = False
    listed: Annotated[int, Field(ge=0, le=MOST)] = LISTED

    @model_validator(mode="after")
    def _parts(self) -> Self:
        if (self.run is None) != (self.part is None):
            msg = "run and part are given together"
            raise ValueError(msg)
        if self.last and self.part is None:
            msg = "last is the last part of a run: give run and part"
            raise ValueError(msg)
        if self.dry_run and self.part is not None:
            msg = "a dry run is not sent in parts"
            raise ValueError(msg)
        return self


class RunsQuery(Query):
    """What ``GET /imports`` is asked for."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ExportQuery(Query):
    """What ``GET /exports`` is asked for."""

    form: Form = Form.ROWS
    as_of: Annotated[Text | None, Field(alias="asOf")] = None
    classes: Annotated[tuple[Text, ...], Field(alias="class")] = ()
    retired: bool = False

    @classmethod
    def lists(cls) -> frozenset[str]:
        """Classes."""
        return frozenset({"classes"})
