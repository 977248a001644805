"""Docker Compose: files with their overlays and environment files, as one project."""

from importers.compose.importer import ComposeImporter

__all__ = ["ComposeImporter"]
