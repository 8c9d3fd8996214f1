"""A version as one ONNX file that any program runs: the third small wiring, beside `wiring` and `predictor`.

BlazePose, which finds the body, is not in the file: it is a graph of its own that MediaPipe runs. So skeletons
go in beside the photo, and all that comes after is there, from the encoder's eye to the temperature.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from yogalab.errors import ExportDiffers, TargetTaken
from yogalab.learning import ladder
from yogalab.learning.calibration import conformal_limit
from yogalab.learning.features import features
from yogalab.learning.portable import written_down
from yogalab.ports import Encoder, Pixels
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.records import Encodings, Head, Landmarks, base_of
from yogalab.resources import resource
from yogalab.settings import Settings
from yogalab.vision import standalone
from yogalab.vision.computing import write_computation
from yogalab.vision.encoders import read_encoders
from yogalab.vision.opening import open_encoder
from yogalab.vision.sighted import sighted

MODEL: Final = "model.onnx"
FACTS: Final = "model.json"
SCRIPT: Final = "predict.py"
ABOUT: Final = "README.md"
# What the file may say otherwise than the version does.
MOST: Final = 1e-4
_FORMAT: Final = 1
_DRAWN: Final = 12


class OnnxFiles:
    """Implements `ports.Portable`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def write(self, head: Head, target: Path, *, name: str) -> float:
        """As `ports.Portable.write`."""
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise TargetTaken(folder=str(target))
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as folder:
            aside = Path(folder) / "files"
            aside.mkdir()
            encoder = self._write(head, aside, name)
            most = _difference(head, aside, encoder)
            if most > MOST:
                raise ExportDiffers(most=f"{most:.1e}")
            about = (aside / ABOUT).read_text(encoding="utf-8").replace("{most}", f"{most:.0e}")
            (aside / ABOUT).write_text(about, encoding="utf-8")
            if target.exists():
                target.rmdir()
            aside.rename(target)
        return most

    def _write(self, head: Head, folder: Path, name: str) -> Encoder | None:
        offline, endpoint = self._settings.offline, self._settings.hub_endpoint
        eye, encoder, licence = None, None, ""
        if head.encoder is not None:
            row = read_encoders().row(base_of(head.encoder))
            eye = sighted(row, change=head.change, offline=offline, endpoint=endpoint)
            encoder = open_encoder(row, change=head.change, offline=offline, endpoint=endpoint)
            licence = row.licence
        about = f"{name}: names {len(head.poses)} yoga poses"
        write_computation(folder / MODEL, written_down(head), eye, about=about)
        facts = {
            "format": _FORMAT,
            "name": name,
            "poses": [{"slug": pose.slug, "name": pose.name} for pose in head.poses],
            # A pose is likely when 1 - p is within this, or when it is the best.
            "likely_within": conformal_limit(head.conformal) if head.conformal else None,
            "pose_model": head.pose_model,
            "picture": dict(eye.framing) if eye else None,
            "encoder": head.encoder,
            "encoder_licence": licence,
        }
        (folder / FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        shutil.copyfile(standalone.__file__, folder / SCRIPT)
        text = resource("models", "onnx.md").read_text(encoding="utf-8")
        for blank, value in {
            "name": name,
            "pose_model": head.pose_model,
            "encoder": head.encoder or "none",
        }.items():
            text = text.replace(f"{{{blank}}}", value)
        (folder / ABOUT).write_text(text, encoding="utf-8")
        return encoder


def _difference(head: Head, folder: Path, encoder: Encoder | None) -> float:
    """How far the file's probabilities are from the version's at most, on drawn figures and on nobody."""
    model, most = standalone.Model(folder), 0.0
    for pixels, body in _examples():
        shown = encoder.encode_photos([encoder.picture(pixels, body)])[0] if encoder else None
        row = features([Encodings(landmarks=body, embedding=shown)], dim=encoder.dim if encoder else 0)
        expected = ladder.probabilities(head, row)[0]
        most = max(most, float(np.abs(model.probabilities(pixels, told_of(body)) - expected).max()))
    return most


def told_of(body: Landmarks | None) -> dict[str, Any] | None:
    """A skeleton as `standalone` reads it."""
    return None if body is None else {"points": body.points, "world": body.world, "trust": body.trust}


def _examples() -> Sequence[tuple[Pixels, Landmarks | None]]:
    rng = np.random.default_rng(0)
    poses = builtin_poses()
    drawn: list[tuple[Pixels, Landmarks | None]] = [
        draw_person(poses[place], rng) for place in np.linspace(0, len(poses) - 1, _DRAWN).astype(int)
    ]
    return [*drawn, (drawn[0][0], None)]
