"""A published version at work: photo in, poses out. No lab, no database, no pages.

The second, small wiring: it joins the same eyes and the same arithmetic that the lab uses, so that a version
answers everywhere as it did where it was trained.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from yogalab.errors import DamagedVersion, FileMissing, OtherRecipe, VersionNotFound
from yogalab.learning import ladder
from yogalab.learning.calibration import conformal_set
from yogalab.learning.features import RECIPE, features
from yogalab.ports import Encoder, Landmarker
from yogalab.publishing import contents
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import CanonicalPhoto, Encodings, Head, Landmarks, Matrix, PoseRef, Scored, persons
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.photo import canonical
from yogalab.vision.shelf import OpenClipShelf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """What a version says of one photo.

    poses: best first, probabilities sum to 1.
    likely: slugs of the poses that together hold the truth nine times in ten.
    landmarks: the skeleton of the person who was looked at; None where nobody was found.
    """

    poses: tuple[Scored, ...]
    likely: tuple[str, ...]
    landmarks: Landmarks | None

    @property
    def best(self) -> Scored:
        return self.poses[0]

    @property
    def found(self) -> bool:
        """Whether a person was found. The poses are a guess where not."""
        return self.landmarks is not None


class Predictor:
    """One version, ready to look at photos. Threads may share it.

    Raises:
        OtherRecipe: the version needs another pose model or other features than these.
        DamagedVersion: its arrays do not fit together.
    """

    def __init__(self, head: Head, landmarker: Landmarker, encoder: Encoder | None, *, name: str) -> None:
        _check_made_here(head, landmarker, name)
        self._head = head
        self._landmarker = landmarker
        self._encoder = encoder
        self._dim = encoder.dim if encoder else 0
        try:
            # A look at nothing: a version that cannot do this could do nothing else.
            self._probabilities(Encodings())
        except (KeyError, ValueError, IndexError) as error:
            raise DamagedVersion(version=name) from error

    @property
    def poses(self) -> tuple[PoseRef, ...]:
        """The poses it can name."""
        return self._head.poses

    @property
    def encoder(self) -> str | None:
        """The encoder it looks through; None when it works from skeletons alone."""
        return self._head.encoder

    def predict(self, photo: str | Path | bytes | Image.Image) -> Answer:
        """Name the pose in a photo: a file, the bytes of one, or a Pillow image.

        Raises:
            PhotoError: it is no photo, or there is no such file.
            EncoderMissing: the version needs an encoder whose weights are neither here nor to be had.
            PoseModelMissing: BlazePose's model is not in this installation.
        """
        seen = _read(photo)
        sights = self._landmarker.find(seen.pixels)
        landmarks = sights[0] if sights else None
        embedding = None
        if self._encoder is not None:
            picture = self._encoder.picture(seen.pixels, landmarks)
            embedding = self._encoder.encode_photos([picture])[0]
        probabilities = self._probabilities(Encodings(landmarks=landmarks, embedding=embedding))
        order = np.argsort(-probabilities, kind="stable")
        return Answer(
            poses=tuple(
                Scored(pose_id=pose.id, slug=pose.slug, probability=float(probabilities[k]))
                for k, pose in ((int(k), self.poses[k]) for k in order)
            ),
            likely=tuple(self.poses[k].slug for k in conformal_set(probabilities, self._head.conformal)),
            landmarks=next(iter(persons(sights)), None),
        )

    def _probabilities(self, encodings: Encodings) -> Matrix:
        """(poses,) that sum to 1."""
        row: Matrix = ladder.probabilities(self._head, features([encodings], dim=self._dim))[0]
        return row


def load(source: str | Path, *, revision: str | None = None, settings: Settings | None = None) -> Predictor:
    """Return a predictor for a version: a folder on disk, or "owner/name" on the Hub.

    A name with a revision is always the Hub's. Settings come from the environment unless given.

    Raises:
        VersionNotFound: there is no such folder, repository or revision.
        UnknownFormat, OtherRecipe: another YogaLab made it.
        DamagedVersion: its files do not match their checksums.
        EncoderRefused, EncoderUnknown: it was made with an encoder that is not in models/encoders.toml.
        HubOffline, HubTokenMissing, HubForbidden, BadRepoName: the Hub could not be asked.
    """
    settings = settings or Settings.from_env()
    name = str(source)
    folder = Path(source)
    if revision is not None or not folder.is_dir():
        if isinstance(source, Path) or folder.is_absolute():
            raise VersionNotFound(version=name)
        folder = HuggingFaceHub(settings).fetch(name, revision=revision)
    head = contents.read(folder, called=name)
    landmarker = BlazePose(settings.home / "models", model=settings.pose_model)
    return Predictor(head, landmarker, _encoder(head, OpenClipShelf(settings)), name=name)


def _encoder(head: Head, shelf: OpenClipShelf) -> Encoder | None:
    """What the version looks through: a row of the table, or one with what the version changed of it."""
    if head.change is not None:
        return shelf.open_changed(head.change)
    return shelf.open(head.encoder) if head.encoder else None


def _check_made_here(head: Head, landmarker: Landmarker, name: str) -> None:
    """Numbers from other features or another pose model would look like answers, and be none."""
    for made_with, here in (
        (head.kind, ladder.LEARNER),
        (head.recipe, RECIPE),
        (head.pose_model, landmarker.name),
    ):
        if made_with != here:
            raise OtherRecipe(version=name, made_with=made_with, here=here)


def _read(photo: str | Path | bytes | Image.Image) -> CanonicalPhoto:
    """Return the photo as the lab would see it: upright, sRGB, of bounded size."""
    if isinstance(photo, Image.Image):
        file = io.BytesIO()
        ImageOps.exif_transpose(photo).save(file, "PNG")
        return canonical("image", file.getvalue())
    if isinstance(photo, bytes):
        return canonical("photo", photo)
    path = Path(photo)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileMissing(name=path.name) from error
    return canonical(path.name, data)
