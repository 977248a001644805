"""Bulk over HTTP: ``/imports`` and ``/exports``, streamed in constant memory."""

from cmdb.app.bulk.routes import Terms, bulk_routes

__all__ = ["Terms", "bulk_routes"]
