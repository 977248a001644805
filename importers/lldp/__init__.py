"""Who is cabled to whom: layer-1 topologies and the neighbours that LLDP reports."""

from importers.lldp.importer import LldpImporter

__all__ = ["LldpImporter"]
