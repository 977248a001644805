"""Validation of documents, remembered, and told apart from errors of execution."""

from collections.abc import Iterator

from strawberry.extensions import ValidationCache

from graphql import GraphQLError, OperationDefinitionNode


class Misfit(GraphQLError):
    """Something in a document that does not fit the schema."""


class Validation(ValidationCache):
    """Validates a document once, however often it is sent."""

    def on_validate(self) -> Iterator[None]:
        """Replace what was found by misfits; the remembered errors themselves are left as they are."""
        for _ in super().on_validate():
            found = self.execution_context.pre_execution_errors or []
            misfits = [Misfit(error.message, error.nodes) for error in found]
            self.execution_context.pre_execution_errors = [*misfits, *self._unnamed()]
            yield

    def _unnamed(self) -> Iterator[Misfit]:
        """Several operations and no word which one is meant."""
        document = self.execution_context.graphql_document
        definitions = document.definitions if document is not None else ()
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        if len(operations) > 1 and self.execution_context._provided_operation_name is None:  # noqa: SLF001 - not public
            yield Misfit("The document has several operations: say by operationName which one is meant.", operations)
