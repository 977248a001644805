"""The project's own rows, as CSV, JSON and newline-delimited JSON, and foreign ones through a mapping file."""

from importers.rows.csv_rows import CsvImporter
from importers.rows.json_rows import JsonImporter
from importers.rows.ndjson_rows import NdjsonImporter

__all__ = ["CsvImporter", "JsonImporter", "NdjsonImporter"]
