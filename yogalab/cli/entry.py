"""Joins the commands, and turns whatever goes wrong into one sentence."""

from __future__ import annotations

import errno
import shutil
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from yogalab import __version__
from yogalab.cli import (
    archives,
    asking,
    bench,
    certainty,
    check,
    deepening,
    deploying,
    encoding,
    exchange,
    health,
    model,
    pace,
    part_texts,
    people,
    photos,
    poses,
    review,
    safekeeping,
    schooling,
    serving,
    sharing,
    tokens,
    working,
)
from yogalab.cli.terminal import complain
from yogalab.errors import DiskFull, OutOfMemory, YogaLabError
from yogalab.redaction import Redaction, keep_secret
from yogalab.settings import Settings
from yogalab.words import say, sentence

app = typer.Typer(
    name="yogalab",
    help="The place where a yoga coach teaches a computer to name poses.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    photos,
    archives,
    review,
    model,
    sharing,
    exchange,
    safekeeping,
    serving,
    deploying,
    working,
    health,
    schooling,
):
    group.add_to(app)
app.add_typer(poses.app, name="poses", rich_help_panel="Labels")
app.add_typer(people.app, name="people", rich_help_panel="Pages")
pace.add_to(bench.app)
archives.add_to_bench(bench.app)
certainty.add_to(bench.app)
asking.add_to(bench.app)
encoding.add_to(bench.app)
part_texts.add_to(bench.app)
deepening.add_to(bench.app)
app.add_typer(tokens.app, name="tokens", rich_help_panel="Pages")
app.add_typer(check.app, name="check", rich_help_panel="Labels")
app.add_typer(bench.app, name="bench", rich_help_panel="Care")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"yogalab {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Where the lab lies (else YOGALAB_HOME, else your user data folder).")
    ] = None,
    coach: Annotated[
        str | None, typer.Option("--as", help="Who is labelling (else YOGALAB_COACH, else your login name).")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    settings = Settings.from_env()
    if home is not None:
        settings = replace(settings, home=home.expanduser().absolute())
    if coach is not None:
        settings = replace(settings, coach=coach)
    keep_secret(settings.secrets)
    context.obj = settings


def main() -> None:
    """Run a command. What goes wrong is one sentence on stderr and exit status 1, never a traceback."""
    try:
        app(prog_name="yogalab")
    except YogaLabError as error:
        complain(sentence(error))
    except MemoryError:
        complain(sentence(OutOfMemory(step=" ".join(sys.argv[1:2]))))
    except OSError as error:
        complain(_of_disk(error))
    except Exception:
        complain(say("terminal.trouble", file=_kept_trace()))
    sys.exit(1)


def _of_disk(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        folder = Path(error.filename or ".").parent
        free = shutil.disk_usage(folder if folder.exists() else ".").free // 2**20
        return sentence(DiskFull(folder=str(folder), free_megabytes=free))
    if error.filename is None:
        return say("terminal.trouble", file=_kept_trace())
    return say("terminal.file", name=error.filename, reason=(error.strerror or "?").lower())


def _kept_trace() -> str:
    """Write the traceback for whoever mends it and return where; to the terminal when nothing else goes."""
    try:
        settings = Settings.from_env()
        settings.home.mkdir(parents=True, exist_ok=True)
        file = settings.home / "trouble.log"
        told = f"yogalab {' '.join(sys.argv[1:])}\n{traceback.format_exc()}\n"
        with file.open("a", encoding="utf-8") as log:
            log.write(Redaction(settings.secrets)(told))
    except (OSError, YogaLabError):
        traceback.print_exc()
        return "the lines above"
    return str(file)
