"""The pages, and a lab to try them on."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import note, progress, tell
from yogalab.words import say, sentence

PANEL = "Pages"


def add_to(app: typer.Typer) -> None:
    for command in (serve, demo):
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
    lab = open_lab(
        settings, served=True, told=lambda error: note(say("serve.vault_waits", reason=sentence(error)))
    )
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
