"""Scans of a network by Nmap, as it writes them with -oX."""

from importers.nmap.importer import NmapImporter

__all__ = ["NmapImporter"]
