"""The front door: parse, call, show, exit code. No rule of grading, no cell address."""

from cts_excel.cli.entry import main

__all__ = ["main"]
