"""Validation of documents, remembered, and told apart from errors of execution."""

from collections.abc import Iterator

from strawberry.extensions import ValidationCache

from graphql import GraphQLError


class Misfit(GraphQLError):
    """Something in a document that does not fit the schema."""


class Validation(ValidationCache):
    """Validates a document once, however often it is sent."""

    def on_validate(self) -> Iterator[None]:
        """Replace what was found by misfits; the remembered errors themselves are left as they are."""
        for _ in super().on_validate():
            found = self.execution_context.pre_execution_errors or []
            self.execution_context.pre_execution_errors = [Misfit(error.message, error.nodes) for error in found]
            yield
