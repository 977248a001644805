"""ServiceNow tables and instances as JSON: rows to CIs and records, their fields and relations to relationships."""

from importers.servicenow.importer import ServiceNowImporter

__all__ = ["ServiceNowImporter"]
