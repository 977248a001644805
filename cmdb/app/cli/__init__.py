"""The command line: one module a command."""

from cmdb.app.cli.application import main

__all__ = ["main"]
