"""How well an encoder understands each way of saying a pose, without any label.

Each syntax of `models/prompts.toml` names the photos of a data set by itself, then those of the ensemble do so
together, which is what speaks for a pose by default: the mean of the sentences' unit vectors, brought to unit
length again (CLIP, arXiv 2103.00020, section 3.1.4). The study is the first source paper's (arXiv 2501.07221).

An encoder that was trained on some of the photos has read these sentences beside them. Where a data set has an
official split, its test photos over its own poses are the honest figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from yogalab.bench.collection import named, poses_of
from yogalab.bench.dataset import Sample, samples
from yogalab.bench.embeddings import embed_photos
from yogalab.bench.sights import look
from yogalab.bench.standing import Standing, standings
from yogalab.ports import Encoder, PhotoReader
from yogalab.poses.prompts import Syntax, syntaxes, worded
from yogalab.records import Matrix, Pose

ENSEMBLE: Final = "ensemble"
NAMES: Final = "ensemble, names alone"
BODIES: Final = "ensemble, body parts alone"
EVERYTHING: Final = "every syntax"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptResult:
    """Everything a table or a JSON file says.

    covered: syntax -> how many of the poses can be said in it; the others are said by their bare name.
    rows: "official" are the split's test photos among its own poses, "all" are all photos among all poses.
    """

    encoder: str
    photos: int
    poses: int
    seed: int
    covered: Mapping[str, int]
    templates: Mapping[str, str]
    rows: tuple[Standing, ...]

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "prompts", **asdict(self)}


def run(
    reader: PhotoReader,
    directory: Path,
    *,
    folder: Path,
    encoder: Encoder,
    pose_model: str | None = None,
    seed: int = 0,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> PromptResult:
    """Measure on a data set. folder: where vectors are kept between runs. Raises BadDataset, EncoderError.

    pose_model: what finds bodies for an encoder that looks at close-ups of them; None for all of each photo.
    """
    photos = samples(directory)
    bodies = None
    if pose_model and encoder.framing and encoder.framing.close_up:
        sights = look(reader, photos, folder=folder, pose_model=pose_model, on_progress=on_progress)
        bodies = sights.bodies()
    vectors = embed_photos(encoder, reader, photos, bodies=bodies, folder=folder, on_progress=on_progress)
    poses = poses_of(photos)
    texts = _texts(encoder, poses)
    return PromptResult(
        encoder=encoder.name,
        photos=len(photos),
        poses=len(poses),
        seed=seed,
        covered={way.name: sum(bool(worded(pose, way)) for pose in poses) for way in syntaxes()},
        templates={way.name: way.template for way in syntaxes()},
        rows=_rows(photos, poses, vectors, texts, seed),
    )


def mean_of(vectors: Matrix) -> Matrix:
    """Return the mean of unit vectors, (n, dim), brought to unit length, (dim,)."""
    mean = vectors.mean(axis=0)
    return np.asarray(mean / np.maximum(np.linalg.norm(mean), 1e-12), dtype=np.float32)


def _texts(encoder: Encoder, poses: Sequence[Pose]) -> dict[str, Matrix]:
    """(K, dim) of each syntax and of what is averaged from several, by name."""
    said = {(way.name, k): worded(pose, way) for way in syntaxes() for k, pose in enumerate(poses)}
    wordings = sorted({one for sentences in said.values() for one in sentences} | {pose.name for pose in poses})
    vectors = dict(zip(wordings, encoder.encode_texts(wordings), strict=True))

    def together(ways: Sequence[Syntax]) -> Matrix:
        rows = []
        for k, pose in enumerate(poses):
            sentences = dict.fromkeys(sentence for way in ways for sentence in said[way.name, k])
            rows.append(mean_of(np.stack([vectors[one] for one in sentences or (pose.name,)])))
        return np.stack(rows)

    chosen = [way for way in syntaxes() if way.ensemble]
    several = {
        ENSEMBLE: chosen,
        NAMES: [way for way in chosen if way.about == "names"],
        BODIES: [way for way in chosen if way.about == "bodies"],
        EVERYTHING: list(syntaxes()),
    }
    return {name: together(ways) for name, ways in several.items()} | {
        way.name: together([way]) for way in syntaxes()
    }


def _rows(
    photos: Sequence[Sample], poses: Sequence[Pose], vectors: Matrix, texts: Mapping[str, Matrix], seed: int
) -> tuple[Standing, ...]:
    names = named(photos)
    y = np.array([names[sample.pose].id - 1 for sample in photos], dtype=np.int64)
    split = np.array([sample.split for sample in photos])
    rows: tuple[Standing, ...] = ()
    official = np.flatnonzero(split == "test")
    among = np.unique(y[split != ""])
    for asked, test, columns in (
        ("official", official, among),
        ("all", np.arange(len(y)), np.arange(len(poses))),
    ):
        if not len(test):
            continue
        answers = {name: _nearest(vectors[test], vector[columns], columns) for name, vector in texts.items()}
        rows += standings(answers, y[test], asked=asked, baseline=ENSEMBLE, seed=seed)
    return rows


def _nearest(photos: Matrix, texts: Matrix, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) the column whose text is nearest; -1 for a photo that could not be read."""
    best = columns[(photos @ texts.T).argmax(axis=1)]
    return np.where(np.abs(photos).any(axis=1), best, -1).astype(np.int64)
