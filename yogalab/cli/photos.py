"""Photos in, and what the model says of a picture."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from yogalab import load
from yogalab.cli.session import visit
from yogalab.cli.terminal import complain, note, percent, progress, tell, tell_json
from yogalab.errors import FileMissing, YogaLabError
from yogalab.records import Consent
from yogalab.words import say, sentence

if TYPE_CHECKING:
    from yogalab.lab.arrivals import Added
    from yogalab.lab.lab import Lab
    from yogalab.records import Coach, Landmarks, Scored

PANEL = "Photos"
BY_FOLDER = "folders"


class Agreement(StrEnum):
    """What may be said on the command line of the people shown."""

    AGREED = "agreed"
    PUBLIC = "public"
    MYSELF = "myself"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """What a model says of a picture. version: the lab's number, or where a published one came from."""

    poses: Sequence[Scored]
    person: Landmarks | None
    encoder: str | None
    version: int | str


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel=PANEL)(add)
    app.command(rich_help_panel=PANEL)(predict)


def add(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Photos, video clips, zips of them, or folders.", metavar="PATH...")
    ],
    labels: Annotated[
        str | None,
        typer.Option(help="“folders”: each folder is named for its pose. Or a CSV with columns file and pose."),
    ] = None,
    consent: Annotated[
        Agreement | None, typer.Option(help="Whether the people shown agree to the photos being kept here.")
    ] = None,
    encodings: Annotated[
        Path | None,
        typer.Option(help="What “yogalab encode” made of these photos: nobody looks again.", metavar="FOLDER"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what became of the files as JSON.")] = False,
) -> None:
    """Add photos to the lab and look at each; of a video clip, one sharp frame a second.

    A file that is no photo is named, and the others go on. A photo that is here already is not added again.
    """
    with visit(context) as (lab, who):
        table = Path(labels) if labels not in {None, BY_FOLDER} else None
        offered = lab.exchange.offered(who, paths, folders=labels == BY_FOLDER, table=table)
        if not offered:
            note(say("terminal.nothing_to_add", folders=", ".join(str(path) for path in paths)))
        agreement = consent or (_asked() if offered else Agreement.UNKNOWN)
        so_far: list[Added] = []
        with progress("Looking at photos") as step:

            def on_step(added: Added) -> None:
                so_far[:] = [added]
                # A zip is one file until it is opened.
                step(added.seen, max(len(offered), added.seen))

            try:
                said = Consent(agreement.value)
                added = (
                    lab.exchange.add_encoded(who, offered, encodings, consent=said, on_step=on_step)
                    if encodings
                    else lab.photos.add(who, offered, consent=said, source="folder", on_step=on_step)
                )
            except KeyboardInterrupt:
                added = None
        if added is None:
            complain(say("terminal.add_stopped"))
            raise typer.Exit(130)
    report(added, as_json=as_json)
    if consent is None and agreement is Agreement.UNKNOWN and added.new:
        note(say("terminal.consent_unknown"))
    if added.errors and not added.new and not added.known:
        raise typer.Exit(1)


def _asked() -> Agreement:
    """Ask the person in front of the terminal; a script that says nothing is kept as unknown."""
    if not sys.stdin.isatty():
        return Agreement.UNKNOWN
    answer: Agreement = typer.prompt(
        say("terminal.consent_question"),
        type=Agreement,
        default=Agreement.UNKNOWN,
        show_choices=False,
        err=True,
    )
    return answer


def report(added: Added, *, as_json: bool) -> None:
    """Say what became of the photos that were offered."""
    refused = [{"file": name, "error": sentence(error)} for name, error in added.errors]
    refused += [{"file": name, "error": say("terminal.deleted_before", name=name)} for name in added.refused]
    if as_json:
        counts = {"new": len(added.new), "known": len(added.known), "labelled": added.labelled}
        tell_json({**counts, "alike": added.alike, "nobody": added.nobody, "refused": refused})
        return
    for one in refused:
        complain(one["error"])
    tell(
        say(
            "terminal.added",
            new=len(added.new),
            known=len(added.known),
            labelled=added.labelled,
            nobody=added.nobody,
            refused=len(refused),
        )
    )
    if added.alike:
        tell(say("terminal.alike", n=added.alike))


def predict(
    context: typer.Context,
    images: Annotated[list[Path], typer.Argument(help="Photos, or folders of photos.", metavar="IMAGE...")],
    model: Annotated[
        str | None, typer.Option(help="A published version, OWNER/NAME or a folder, instead of the lab's.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, help="How many poses to name.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a file.")] = False,
) -> None:
    """Name the pose in pictures, without keeping them."""
    failed = 0
    with visit(context) as (lab, who):
        see = _published(model) if model else _of_lab(lab, who)
        for path in _files(lab, who, images):
            try:
                seen = _facts(path, see(path), top)
            except OSError:
                failed += 1
                seen = {"file": str(path), "error": sentence(FileMissing(name=str(path)))}
            except YogaLabError as error:
                failed += 1
                seen = {"file": str(path), "error": sentence(error)}
            if as_json:
                tell_json(seen)
            else:
                _show(seen)
    if failed:
        raise typer.Exit(1)


def _files(lab: Lab, who: Coach, images: list[Path]) -> Iterator[Path]:
    """The files themselves; a folder stands for the photos below it."""
    for path in images:
        if path.is_dir():
            yield from lab.exchange.offered(who, [path]).paths()
        else:
            yield path


def _of_lab(lab: Lab, who: Coach) -> Callable[[Path], Sight]:
    def see(path: Path) -> Sight:
        look = lab.photos.look(who, path.name, path.read_bytes())
        return Sight(
            poses=look.prediction.ranked,
            person=look.people[0] if look.people else None,
            encoder=look.encoder,
            version=look.prediction.version,
        )

    return see


def _published(source: str) -> Callable[[Path], Sight]:
    predictor = load(source)

    def see(path: Path) -> Sight:
        answer = predictor.predict(path)
        return Sight(poses=answer.poses, person=answer.landmarks, encoder=predictor.encoder, version=source)

    return see


def _facts(path: Path, sight: Sight, top: int) -> dict[str, object]:
    person = sight.person
    return {
        "file": str(path),
        "found": person is not None,
        "poses": [
            {"pose": scored.slug, "probability": round(scored.probability, 6)} for scored in sight.poses[:top]
        ],
        "landmarks": [[round(float(value), 5) for value in row] for row in person.points] if person else None,
        "encoder": sight.encoder,
        "version": sight.version,
    }


def _show(seen: Mapping[str, object]) -> None:
    if "error" in seen:
        complain(str(seen["error"]))
        return
    guesses = cast(list[dict[str, Any]], seen["poses"])
    code = "terminal.guess" if seen["found"] else "terminal.nobody"
    best = guesses[0]
    tell(say(code, name=seen["file"], pose=best["pose"], percent=percent(best["probability"])))
    for other in guesses[1:]:
        tell(f"    {other['pose']} ({percent(other['probability'])} %)")
