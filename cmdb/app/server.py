"""The whole server: GraphQL and the bulk endpoints over the same services, behind the same token."""

from starlette.applications import Starlette

from cmdb.app.bulk import Terms, bulk_routes
from cmdb.app.settings import Settings
from cmdb.practices.services import Services
from cmdb_graphql.application import ACTOR, create_app


def server(services: Services, settings: Settings) -> Starlette:
    """What ``cmdb serve`` serves.

    Raises:
        ValueError: an empty token.
    """
    terms = Terms(
        ACTOR,
        settings.import_bytes,
        settings.imports_at_once,
        settings.exports_at_once,
        settings.import_patience,
    )
    return create_app(services, token=settings.token, routes=bulk_routes(services, terms))
