"""Measurements that anyone can repeat."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="Measure this lab on this machine: learning, adding, labelling, starting.", no_args_is_help=True
)
