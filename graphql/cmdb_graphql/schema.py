"""The schema: roots, types, scalars, and what every execution carries."""

from typing import Final

import strawberry
from strawberry.extensions import MaxTokensLimiter, ParserCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from cmdb_graphql.failures import ErrorCode
from cmdb_graphql.kinds import KINDS
from cmdb_graphql.mutation import Mutation
from cmdb_graphql.query import Query
from cmdb_graphql.scalars import SCALARS
from cmdb_graphql.validation import Validation
from graphql import GraphQLError

MOST_TOKENS: Final = 2_000
"""Words, brackets and colons of one document."""

CACHED_DOCUMENTS: Final = 256


class Schema(strawberry.Schema):
    """A schema that leaves logging to the one place where errors are turned into answers."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing: see :mod:`cmdb_graphql.failures`."""


def build_schema() -> Schema:
    """The schema, complete.  Costs about a tenth of a second; build it once a process."""
    return Schema(
        query=Query,
        mutation=Mutation,
        types=[*KINDS.values(), ErrorCode],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[
            lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
            lambda: ParserCache(maxsize=CACHED_DOCUMENTS),
            lambda: Validation(maxsize=CACHED_DOCUMENTS),
        ],
    )
