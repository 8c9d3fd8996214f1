"""A published version answers as it did where it was trained. In a bare environment: test_bare.py."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.heads import random_head
from tests.hub_server import HubServer
from yogalab.errors import (
    BadRepoName,
    DamagedVersion,
    EncoderUnknown,
    FileMissing,
    HubOffline,
    OtherRecipe,
    UnreadablePhoto,
    VersionNotFound,
)
from yogalab.learning import ladder
from yogalab.learning.features import features
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.predictor import Answer, Predictor, load
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.publishing.versions import FolderVersions
from yogalab.records import Encodings, Head, Landmarks, TrainingSet
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.photo import canonical

POSES = [pose for pose in builtin_poses() if pose.slug in {"tree", "warrior_2", "downward_dog", "chair"}]
POSE_MODEL = BlazePose(Path()).name


@pytest.fixture(scope="module")
def head() -> Head:
    """A head trained on figures drawn in four poses."""
    rng = np.random.default_rng(3)
    people = [(pose.id, draw_person(pose, rng)[1]) for pose in POSES for _ in range(4)]
    train = TrainingSet(
        x=features([Encodings(landmarks=person) for _, person in people], dim=0),
        y=np.array([pose_id for pose_id, _ in people], dtype=np.int64),
        photo_ids=np.arange(len(people), dtype=np.int64),
        groups=np.arange(len(people), dtype=np.int64),
    )
    prior = ladder.zero_shot(POSES, texts=None, dim=0, encoder=None, pose_model=POSE_MODEL)
    return ladder.retrain(train, prior, pool=None, progress=lambda share, stage: None)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drawn figure in the tree pose, natural enough for the pose model to find it."""
    tree = next(pose for pose in POSES if pose.slug == "tree")
    path = tmp_path_factory.mktemp("photo") / "tree.png"
    Image.fromarray(draw_person(tree, np.random.default_rng(0))[0]).save(path)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def folder(tmp_path: Path, head: Head) -> Path:
    return FolderVersions(tmp_path / "versions").save(head, fingerprint="abc123", facts={"labels": 16})


@pytest.fixture
def server() -> Iterator[HubServer]:
    with HubServer() as hub:
        yield hub


def expected(head: Head, photo: Path, home: Path) -> dict[str, float]:
    """What the lab's own parts say of the photo, without the predictor."""
    people = BlazePose(home / "models").find(canonical(photo.name, photo.read_bytes()).pixels)
    assert people, "the pose model finds the figure"
    row = ladder.probabilities(head, features([Encodings(landmarks=people[0])], dim=0))[0]
    return {pose.slug: float(p) for pose, p in zip(head.poses, row, strict=True)}


def told(answer: Answer) -> dict[str, float]:
    return {scored.slug: scored.probability for scored in answer.poses}


# --- as published --------------------------------------------------------------------------------


def test_a_published_version_loads_again_without_a_network(
    server: HubServer, folder: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    settings = Settings(home=home, hub_endpoint=server.url)
    hub = HuggingFaceHub(settings, token="hf_coach")
    hub.publish(folder, "coach/open", tag="v0001", message="Version", private=False)
    load("coach/open", revision="v0001", settings=settings)
    server.close()
    assert {pose.slug for pose in load("coach/open", revision="v0001", settings=settings).poses} == {
        pose.slug for pose in POSES
    }


# --- from a folder -------------------------------------------------------------------------------


def test_a_folder_works_too(folder: Path, head: Head, photo: Path, home: Path) -> None:
    answer = load(folder, settings=Settings(home=home)).predict(photo)
    assert told(answer) == pytest.approx(expected(head, photo, home), abs=1e-6)
    probabilities = [scored.probability for scored in answer.poses]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1, abs=1e-5)
    assert answer.best is answer.poses[0]
    assert answer.best.slug in answer.likely
    assert answer.landmarks is not None
    assert answer.landmarks.points.shape == (33, 4)


def test_a_file_its_bytes_and_its_picture_are_one_photo(folder: Path, photo: Path, home: Path) -> None:
    model = load(str(folder), settings=Settings(home=home))
    with Image.open(photo) as picture:
        answers = [model.predict(form) for form in (str(photo), photo, photo.read_bytes(), picture)]
    for answer in answers[1:]:
        assert told(answer) == told(answers[0])


def test_a_picture_without_people_is_a_guess(folder: Path, home: Path) -> None:
    answer = load(folder, settings=Settings(home=home)).predict(Image.new("RGB", (320, 240), "teal"))
    assert not answer.found
    assert answer.landmarks is None
    assert sum(told(answer).values()) == pytest.approx(1, abs=1e-5)


# --- refused -------------------------------------------------------------------------------------


def test_what_is_no_photo_is_said_so(folder: Path, home: Path, tmp_path: Path) -> None:
    model = load(folder, settings=Settings(home=home))
    with pytest.raises(FileMissing) as missing:
        model.predict(tmp_path / "nowhere.jpg")
    assert missing.value.data == {"name": "nowhere.jpg"}
    file = io.BytesIO()
    Image.new("RGB", (64, 64)).save(file, "JPEG")
    with pytest.raises(UnreadablePhoto):
        model.predict(file.getvalue()[:200])


@pytest.mark.parametrize(
    ("change", "made_with"),
    [
        ({"pose_model": "heavy-1234/seven-1"}, "heavy-1234/seven-1"),
        ({"recipe": "skeleton-99"}, "skeleton-99"),
        ({"kind": "oracle-1"}, "oracle-1"),
    ],
)
def test_a_version_made_another_way_is_refused(
    tmp_path: Path, head: Head, home: Path, change: dict[str, str], made_with: str
) -> None:
    other = replace(head, **change)  # type: ignore[arg-type]
    folder = FolderVersions(tmp_path / "versions").save(other, fingerprint="abc123", facts={})
    with pytest.raises(OtherRecipe) as caught:
        load(folder, settings=Settings(home=home))
    assert caught.value.data["made_with"] == made_with


def test_an_unknown_encoder_is_named(tmp_path: Path, head: Head, home: Path) -> None:
    other = replace(head, encoder="ViT-X/nowhere")
    folder = FolderVersions(tmp_path / "versions").save(other, fingerprint="abc123", facts={})
    with pytest.raises(EncoderUnknown):
        load(folder, settings=Settings(home=home))


def test_arrays_that_do_not_fit_together_are_damage(tmp_path: Path, head: Head, home: Path) -> None:
    for arrays in (
        {},
        {**head.arrays, "dual": np.zeros((3, 2), dtype=np.float32)},
        {**head.arrays, "support": np.zeros((16, 4), dtype=np.float32)},
    ):
        other = replace(head, arrays=arrays)
        folder = FolderVersions(tmp_path / "versions").save(other, fingerprint="abc123", facts={})
        with pytest.raises(DamagedVersion):
            load(folder, settings=Settings(home=home))


def test_a_source_that_is_neither_folder_nor_repository(tmp_path: Path, home: Path) -> None:
    settings = Settings(home=home, offline=True)
    for source in (tmp_path / "nothing", str(tmp_path / "nothing")):
        with pytest.raises(VersionNotFound):
            load(source, settings=settings)
    with pytest.raises(BadRepoName):
        load("nothing", settings=settings)
    with pytest.raises(HubOffline):
        load("coach/nothing", settings=settings)
    (tmp_path / "empty").mkdir()
    with pytest.raises(VersionNotFound):
        load(tmp_path / "empty", settings=settings)


class Blind:
    """A landmarker that finds nobody."""

    name = "test"

    def find(self, pixels: object) -> tuple[Landmarks, ...]:
        return ()


def test_a_head_of_another_learner_never_answers() -> None:
    with pytest.raises(OtherRecipe):
        Predictor(random_head(), Blind(), None, name="other")
