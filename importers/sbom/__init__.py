"""Bills of material in the formats CycloneDX and SPDX."""

from importers.sbom.importer import SbomImporter

__all__ = ["SbomImporter"]
