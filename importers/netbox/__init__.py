"""NetBox: dumps of its database and pages of its REST API."""

from importers.netbox.importer import NetBoxImporter

__all__ = ["NetBoxImporter"]
