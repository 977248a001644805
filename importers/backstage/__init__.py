"""Backstage catalogue files: entities to CIs and records, references between them to relationships."""

from importers.backstage.importer import BackstageImporter

__all__ = ["BackstageImporter"]
