"""The command line: one file a group of commands, all over the same lab as the pages."""

from __future__ import annotations

from yogalab.cli.entry import main

__all__ = ["main"]
