"""The GraphQL API: schema, resolvers and the ASGI application."""
