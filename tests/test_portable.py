"""A version as one ONNX file says what the version says, to programs that know nothing of YogaLab."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.drawn_heads import MINI, POSES, taught
from tests.training.networks import write as write_network
from yogalab.errors import ExportDiffers, TargetTaken
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.learning.portable import written_down
from yogalab.learning.propagation import LEAST, Crowd, crowd_of
from yogalab.portable import ABOUT, FACTS, MODEL, SCRIPT, OnnxFiles, told_of
from yogalab.poses.figures import draw_person
from yogalab.predictor import load
from yogalab.publishing.versions import FolderVersions
from yogalab.records import EncoderChange, Encodings, Head, Landmarks, Matrix
from yogalab.settings import Settings
from yogalab.vision import standalone
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.computing import ran, write_computation
from yogalab.vision.encoders import read_encoders
from yogalab.vision.opening import open_encoder
from yogalab.vision.sighted import sighted

HERE = Settings(offline=True)
TURNED = 0x0112


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("onnx") / "files"
    assert OnnxFiles(HERE).write(taught(), target, name="YogaLab v0001") <= 1e-4
    return target


def photos(folder: Path) -> list[Path]:
    """Drawn figures as cameras leave them: a plain JPEG, one turned by its metadata, a large PNG; nobody."""
    rng = np.random.default_rng(11)
    plain, turned, large = (Image.fromarray(draw_person(pose, rng)[0]) for pose in POSES[:3])
    plain.save(folder / "plain.jpg", quality=92)
    exif = Image.Exif()
    exif[TURNED] = 6
    turned.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", exif=exif)
    large.resize((3 * large.width, 3 * large.height)).save(folder / "large.png")
    Image.new("RGB", (300, 200), "teal").save(folder / "nobody.jpg")
    return sorted(folder.iterdir())


def test_the_file_says_of_photos_what_the_version_says(files: Path, tmp_path: Path) -> None:
    folder = FolderVersions(tmp_path / "versions").save(taught(), fingerprint="abc123", facts={})
    version, model = load(folder, settings=Settings(home=tmp_path, offline=True)), standalone.Model(files)
    (tmp_path / "photos").mkdir()
    most, found = 0.0, 0
    for photo in photos(tmp_path / "photos"):
        answer = version.predict(photo)
        told = {scored.slug: scored.probability for scored in answer.poses}
        expected = [told[pose["slug"]] for pose in model.facts["poses"]]
        shares = model.probabilities(standalone.upright(photo), told_of(answer.landmarks))
        most, found = max(most, float(np.abs(shares - expected).max())), found + answer.found
    assert found == 3
    print(f"\none file: {most:.1e} apart at most")
    assert most <= 1e-4


def test_its_example_runs_with_numpy_pillow_and_onnxruntime(files: Path, tmp_path: Path) -> None:
    pixels, body = draw_person(POSES[0], np.random.default_rng(4))
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    np.savez(tmp_path / "body.npz", points=body.points, world=body.world, trust=body.trust)
    line = [sys.executable, str(files / SCRIPT), str(tmp_path / "photo.png"), str(tmp_path / "body.npz")]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith(POSES[0].name)
    # Nothing of ours is imported: it is to run where YogaLab is not.
    assert "yogalab" not in {word.split(".")[0] for word in (files / SCRIPT).read_text().split("import ")[1:]}
    assert {path.name for path in files.iterdir()} == {MODEL, FACTS, SCRIPT, ABOUT}
    assert "{" not in (files / ABOUT).read_text()
    assert json.loads((files / FACTS).read_text())["likely_within"] <= 1


def test_a_taken_folder_and_a_file_that_differs_are_refused(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TargetTaken):
        OnnxFiles(HERE).write(taught(None), files, name="again")
    colder = replace(taught(None), temperature=taught(None).temperature * 1.1)
    monkeypatch.setattr("yogalab.portable.written_down", lambda head: written_down(colder))
    with pytest.raises(ExportDiffers):
        OnnxFiles(HERE).write(taught(None), tmp_path / "other", name="other")
    assert list(tmp_path.iterdir()) == []


# --- every kind of version ----------------------------------------------------------------------


def seen(head: Head, vectors: Matrix | None, bodies: list[Landmarks | None]) -> Matrix:
    """What the version itself says."""
    shown = [None] * len(bodies) if vectors is None else list(vectors)
    rows = [Encodings(landmarks=body, embedding=one) for body, one in zip(bodies, shown, strict=True)]
    return ladder.probabilities(head, features(rows, dim=0 if vectors is None else vectors.shape[1]))


@cache
def people() -> tuple[list[np.ndarray], list[Landmarks | None]]:
    """Drawn figures, some hardly to be trusted; of two of them nobody was found."""
    rng = np.random.default_rng(8)
    drawn = [draw_person(pose, rng) for pose in POSES for _ in range(2)]
    bodies = [replace(body, trust=float(rng.uniform(0.1, 1))) for _, body in drawn]
    return [pixels for pixels, _ in drawn], [None if k % 4 == 0 else one for k, one in enumerate(bodies)]


def crowd(dim: int) -> Crowd:
    """Unlabelled photos of people who stand a little otherwise than those."""
    rng, bodies = np.random.default_rng(9), [one for one in people()[1] if one is not None]
    moved = [
        replace(one, world=one.world + rng.normal(0, 0.05, (33, 3)).astype(np.float32))
        for _ in range(LEAST // len(bodies) + 1)
        for one in bodies
    ]
    found = crowd_of(features([Encodings(landmarks=one) for one in moved], dim=dim))
    assert found is not None
    return found


def inputs(bodies: list[Landmarks | None]) -> dict[str, Matrix]:
    nobody = np.zeros((33, 4), np.float32), np.zeros((33, 3), np.float32)
    pairs = [(one.points, one.world) if one else nobody for one in bodies]
    return {
        "points": np.stack([points for points, _ in pairs]),
        "world": np.stack([world for _, world in pairs]),
        "aspect": np.array([[one.aspect if one else 1.0] for one in bodies], np.float32),
        "trust": np.array([[one.trust if one else 0.0] for one in bodies], np.float32),
    }


@pytest.mark.parametrize("name", [None, MINI])
def test_before_labels_and_with_other_photos_it_is_the_same_too(tmp_path: Path, name: str | None) -> None:
    pixels, bodies = people()
    given, vectors, dim, eye = inputs(bodies), None, 0, None
    if name is not None:
        row = read_encoders().row(name)
        encoder, eye = open_encoder(row), sighted(row, change=None)
        given["picture"] = np.stack([encoder.picture(*pair) for pair in zip(pixels, bodies, strict=True)])
        vectors, dim = encoder.encode_photos(list(given["picture"])), encoder.dim
    trained = taught(name)
    # A coach's own pose: no template, no drawn figure, no sentence.
    poses = [*POSES, replace(POSES[0], id=5000, slug="own_pose", name="Own", template={})]
    texts = np.concatenate([trained.arrays["texts"], np.zeros((1, dim), np.float32)]) if name else None
    blank = ladder.zero_shot(poses, texts=texts, dim=dim, encoder=name, pose_model="any")
    for head in (blank, ladder.with_crowd(blank, crowd(dim)), ladder.with_crowd(trained, crowd(dim))):
        write_computation(tmp_path / "m.onnx", written_down(head), eye, about="test")
        told = ran(tmp_path / "m.onnx", given)["probabilities"]
        assert np.abs(told - seen(head, vectors, bodies)).max() <= 1e-4


def test_an_eye_of_open_clip_is_drawn_and_what_tuning_changed_is_in_it(tmp_path: Path) -> None:
    row = write_network(tmp_path / "network", "vit")
    arrays = {"visual.proj": (np.random.default_rng(1).standard_normal((32, row.dim)) / 8).astype(np.float16)}
    change = EncoderChange(
        name="tuned", base=row.name, rung="R3", method="projection", arrays=arrays, recipe={}, alpha=0.5
    )
    pixels, bodies = people()
    said = []
    for changed in (None, change):
        encoder = OpenClipEncoder(row, change=changed)
        pictures = [encoder.picture(one, body) for one, body in zip(pixels, bodies, strict=True)]
        vectors = encoder.encode_photos(pictures)
        head = ladder.zero_shot(POSES, texts=vectors[:4], dim=row.dim, encoder=row.name, pose_model="any")
        write_computation(tmp_path / "m.onnx", written_down(head), sighted(row, change=changed), about="test")
        told = ran(tmp_path / "m.onnx", inputs(bodies) | {"picture": np.stack(pictures)})["probabilities"]
        assert np.abs(told - seen(head, vectors, bodies)).max() <= 1e-4
        said.append(vectors)
    assert np.abs(said[0] - said[1]).max() > 1e-3
