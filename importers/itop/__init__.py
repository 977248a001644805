"""Objects of iTop, as its exports and its data files hold them."""

from importers.itop.importer import ItopImporter

__all__ = ["ItopImporter"]
