"""Who said what of an item, and why it holds or not, as the API shows it."""

from datetime import datetime

import strawberry
from strawberry import field
from strawberry.scalars import JSON

from cmdb import reconcile as model
from cmdb_graphql.choices import Aspect, Standing
from cmdb_graphql.scalars import as_json


@strawberry.type(description="What one source says of one thing, and what became of it.")
class Statement:
    """One source's value."""

    binding: str = field(description="Who says so, as `source/scope#key`.")
    value: JSON = field(description="What is said.")
    seen_at: datetime = field(description="When the source last confirmed it.")
    standing: Standing = field(description="Whether it holds, and if not, why.")
    by: str | None = field(description="Whose value holds instead, as `source/scope#key`.")

    @classmethod
    def of(cls, statement: model.Statement) -> "Statement":
        """A statement as it is shown."""
        return cls(
            binding=statement.binding,
            value=as_json(statement.value),
            seen_at=statement.seen_at,
            standing=Standing(statement.standing.value),
            by=statement.by,
        )


@strawberry.type(description="All that sources and people say of one attribute, of the name, the class or a group.")
class Provenance:
    """Where one value comes from."""

    aspect: Aspect = field(description="What is spoken of.")
    name: str = field(description="The name of the attribute or group; `name` and `class` for those themselves.")
    value: JSON | None = field(description="What holds; null when nothing does.")
    statements: list[Statement] = field(description="What is said; the value that holds first.")

    @classmethod
    def of(cls, provenance: model.Provenance) -> "Provenance":
        """A provenance as it is shown."""
        return cls(
            aspect=Aspect(provenance.aspect.value),
            name=provenance.name,
            value=None if provenance.value is None else as_json(provenance.value),
            statements=[Statement.of(statement) for statement in provenance.statements],
        )
