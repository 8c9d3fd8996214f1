"""The pages, a lab to try them on, and the Space they can run on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import complain, progress, table, tell, tell_json
from yogalab.words import say

PANEL = "Pages"


def add_to(app: typer.Typer) -> None:
    for command in (serve, demo, deploy):
        app.command(rich_help_panel=PANEL)(command)


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Where to listen (else GRADIO_SERVER_NAME).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Which port (else GRADIO_SERVER_PORT, or 7860).")
    ] = None,
) -> None:
    """Open the lab in your browser."""
    # Gradio takes seconds to load: only this command waits for it.
    from yogalab.ui.pages import build_app  # noqa: PLC0415
    from yogalab.ui.site import serve as serve_pages  # noqa: PLC0415
    from yogalab.wiring import open_lab  # noqa: PLC0415

    settings = settings_of(context)
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    lab = open_lab(settings)
    try:
        serve_pages(build_app(lab, settings), lab, settings)
    finally:
        lab.close()


def demo(
    context: typer.Context,
    count: Annotated[int, typer.Option(min=1, max=5000, help="How many figures.")] = 60,
    poses: Annotated[int, typer.Option(min=2, help="Of how many poses.")] = 10,
    labelled: Annotated[float, typer.Option(min=0, max=1, help="The share that comes with a label.")] = 0.5,
    seed: Annotated[int, typer.Option(help="Another number draws other people.")] = 0,
    then_serve: Annotated[bool, typer.Option("--serve", help="Open the pages afterwards.")] = False,
) -> None:
    """Fill the lab with drawn figures, to try everything without photos."""
    with visit(context) as (lab, who), progress("Drawing") as step:
        added = lab.photos.add_drawn(
            who,
            count=count,
            poses=poses,
            labelled=labelled,
            seed=seed,
            on_step=lambda so_far: step(so_far.seen, count),
        )
    tell(say("terminal.demo", new=len(added.new), labelled=added.labelled))
    if then_serve:
        serve(context)


def deploy(
    context: typer.Context,
    repo: Annotated[str | None, typer.Argument(help="OWNER/NAME of the Space.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be uploaded, and stop.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON, one line.")] = False,
) -> None:
    """Put the lab's pages on a Hugging Face Space: the program, never photos or labels.

    The password in YOGALAB_PASSWORD becomes the Space's; without one the lab there does not start.
    """
    # As above: wiring loads every room.
    from yogalab.wiring import deploy_space, space_files  # noqa: PLC0415

    if dry_run:
        files = space_files()
        if as_json:
            tell_json([{"file": file, "bytes": size} for file, size in files])
        else:
            table(("bytes", "file"), [(size, file) for file, size in files])
        return
    settings = settings_of(context)
    if repo is None:
        raise typer.BadParameter(say("terminal.deploy_where"))
    if not settings.password:
        complain(say("terminal.deploy_password"))
    address = deploy_space(settings, repo)
    if as_json:
        tell_json({"address": address})
    else:
        tell(say("terminal.deployed", address=address))
