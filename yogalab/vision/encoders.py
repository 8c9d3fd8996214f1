"""The encoders a lab may choose from: models/encoders.toml, read and checked."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from yogalab.errors import EncoderRefused, EncoderUnknown, UnknownFormat
from yogalab.records import ENCODER_FACTS
from yogalab.resources import resource

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderRow:
    """One encoder. `folder` holds its config and weights where they are local, else `hub` has them.

    sha256: of the weights, where they are local. views: "mirror" where an embedding is the mean of the photo's
    and of its mirror image's, "" where it is the photo's alone. close_up: whether it looks at the body, at
    all of the photo where none was found. text_scale: what a cosine of a photo and a sentence is multiplied by
    to be a logit. taught: slugs of the poses whose photos it was trained on, from its folder's training.json;
    None where it was trained on the world.
    """

    name: str
    dim: int
    image_size: int
    licence: str
    architecture: str = ""
    pretrained: str = ""
    hub: str = ""
    folder: Path | None = None
    parameters: float = 0
    sha256: str = ""
    views: str = ""
    close_up: bool = False
    text_scale: float = 100
    taught: frozenset[str] | None = None
    source: str = ""
    suggested: str = ""
    needs: str = ""
    note: str = ""


class OfRow:
    """What every encoder of a row says of itself; tuning leaves it as it is."""

    row: EncoderRow

    @property
    def dim(self) -> int:
        """Length of an embedding."""
        return self.row.dim

    @property
    def text_scale(self) -> float:
        """What a cosine of a photo and a sentence is multiplied by to be a logit."""
        return self.row.text_scale

    @property
    def taught(self) -> frozenset[str] | None:
        """Slugs of the poses whose photos it has seen with their names; None where it has seen the world."""
        return self.row.taught

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the row's weights; empty where the row does not say."""
        return self.row.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoders:
    """The table: what may be loaded, and patterns of names whose licence forbids it."""

    rows: tuple[EncoderRow, ...]
    refused: tuple[tuple[str, str], ...]

    def row(self, name: str) -> EncoderRow:
        """Return the encoder of this name.

        Raises:
            EncoderRefused: its weights are for research only.
            EncoderUnknown: the table has no such name.
        """
        # Licences first: a row added by mistake does not make refused weights loadable.
        for pattern, licence in self.refused:
            if fnmatchcase(name.lower(), pattern.lower()):
                raise EncoderRefused(encoder=name, licence=licence)
        for row in self.rows:
            if row.name == name:
                return row
        raise EncoderUnknown(encoder=name, known=", ".join(row.name for row in self.rows))

    @property
    def embedded(self) -> EncoderRow | None:
        """The encoder that ships with YogaLab and speaks where none was chosen, None without one."""
        return next((row for row in self.rows if row.folder is not None), None)

    def suggested(self, machine: str) -> EncoderRow | None:
        """Return the encoder to propose on a "cpu" or a "gpu", None when the table names none."""
        return next((row for row in self.rows if row.suggested == machine), None)


def read_encoders(path: Path | None = None) -> Encoders:
    """Return the table of encoders, by default the one that ships with YogaLab.

    Raises:
        UnknownFormat: a newer YogaLab wrote the table.
    """
    path = path or resource("models", "encoders.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    if table.get("format") != _FORMAT:
        raise UnknownFormat(format=table.get("format"), known=_FORMAT)
    rows = tuple(_row(entry, path.parent) for entry in table.get("encoder", ()))
    refused = tuple((entry["name"], entry["licence"]) for entry in table.get("refused", ()))
    return Encoders(rows=rows, refused=refused)


def _row(entry: dict[str, object], beside: Path) -> EncoderRow:
    weights = entry.pop("weights", None)
    folder = (beside / str(weights)).parent if weights else None
    taught = taught_in(folder) if folder else None
    return EncoderRow(**entry, folder=folder, taught=taught)  # type: ignore[arg-type]


def taught_in(folder: Path) -> frozenset[str] | None:
    """Return slugs of the poses whose photos a folder's encoder was trained on, None where it does not say."""
    try:
        facts = json.loads((folder / ENCODER_FACTS).read_text(encoding="utf-8"))
        return frozenset(str(slug) for slug in facts["photographed"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
