"""Traces of Jaeger, OpenTelemetry and Zipkin: which services were seen to call what."""

from importers.traces.importer import TracesImporter

__all__ = ["TracesImporter"]
