"""The real BlazePose on a public-domain photo."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from tests.vision.nobody import pictures
from yogalab.errors import PoseModelUnusable
from yogalab.records import persons
from yogalab.skeleton import INDEX, MIRROR, NOSE
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.passes import LOOKS
from yogalab.vision.photo import canonical
from yogalab.vision.pose_model import BUNDLE, pose_bundle

# Landmarks of the astronaut that are in view: head and shoulders.
SEEN = [NOSE, INDEX["left_eye"], INDEX["right_eye"], INDEX["left_shoulder"], INDEX["right_shoulder"]]


def test_a_person_is_found_where_she_is(blazepose: BlazePose, person: np.ndarray) -> None:
    (found,) = blazepose.find(person)
    assert (found.person, found.aspect, found.faint) == (0, 1.0, False)
    assert found.found_by in {look.name for look in LOOKS}
    # Where her legs are is anybody's guess.
    assert 0.2 < found.trust < 0.8
    assert found.points.shape == (33, 4)
    assert found.world.shape == (33, 3)
    assert found.points.dtype == found.world.dtype == np.float32
    nose = found.points[NOSE]
    assert (nose[0] * 512, nose[1] * 512) == (pytest.approx(222, abs=20), pytest.approx(125, abs=20))
    assert nose[3] > 0.9
    # Her left is on our right, and her hips are below the picture.
    assert found.points[INDEX["left_shoulder"], 0] > found.points[INDEX["right_shoulder"], 0]
    assert found.points[INDEX["left_ankle"], 1] > 1
    # The origin lies between the hips, y points downward.
    assert np.abs(found.world[[23, 24]].mean(axis=0)).max() < 0.05
    assert found.world[NOSE, 1] < -0.3


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_photos_give_the_turned_skeleton(
    blazepose: BlazePose, person: np.ndarray, quarters: int
) -> None:
    """Undoing a turn by hand, after a pass that turns the photo back, gives what the upright photo gave."""
    (look,) = (look for look in LOOKS if look.name == f"turn{90 * quarters}")
    (upright,) = blazepose.sightings(LOOKS[0], person)
    (found,) = blazepose.sightings(look, np.rot90(person, -quarters))
    x, y = found.points[SEEN, 0], found.points[SEEN, 1]
    for _ in range(quarters):
        x, y = y, 1 - x  # the photo was turned clockwise: bring the points back counter-clockwise
    np.testing.assert_allclose(np.stack([x, y], axis=1), upright.points[SEEN, :2], atol=0.01)
    across = upright.world[11] - upright.world[12]
    turned = found.world[11] - found.world[12]
    for _ in range(quarters):
        turned = np.array([turned[1], -turned[0], turned[2]])
    np.testing.assert_allclose(turned, across, atol=0.02)


def test_a_mirrored_photo_gives_the_mirrored_skeleton(blazepose: BlazePose, person: np.ndarray) -> None:
    (found,) = blazepose.find(person)
    (mirrored,) = blazepose.find(np.ascontiguousarray(person[:, ::-1]))
    back = mirrored.points[list(MIRROR)]
    # The head: a shoulder moves with the hips, and those are anybody's guess.
    np.testing.assert_allclose(1 - back[SEEN[:3], 0], found.points[SEEN[:3], 0], atol=0.02)
    np.testing.assert_allclose(back[SEEN[:3], 1], found.points[SEEN[:3], 1], atol=0.02)


def test_the_look_in_the_mirror_undoes_a_mirror_exactly(blazepose: BlazePose, person: np.ndarray) -> None:
    (first,) = blazepose.sightings(LOOKS[0], person)
    (mirror,) = blazepose.sightings(LOOKS[1], person[:, ::-1])
    back = mirror.points[list(MIRROR)]
    np.testing.assert_allclose(1 - back[:, 0], first.points[:, 0], atol=1e-6)
    np.testing.assert_array_equal(back[:, 1:], first.points[:, 1:])


def test_photos_are_looked_at_one_by_one(blazepose: BlazePose, person: np.ndarray) -> None:
    """Tracking would carry a person over to the next photo, or change what is seen in it."""
    empty = np.full((400, 400, 3), 127, np.uint8)
    shifted = np.roll(person, 60, axis=1)
    alone = blazepose.find(person)[0].points
    for before in (empty, shifted, person[:, ::-1]):
        blazepose.find(before)
        np.testing.assert_array_equal(blazepose.find(person)[0].points, alone)
    assert blazepose.find(empty) == ()


def test_there_is_no_way_to_track(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mediapipe.tasks.python import vision

    asked = []
    make = vision.PoseLandmarker.create_from_options
    monkeypatch.setattr(
        vision.PoseLandmarker, "create_from_options", lambda options: asked.append(options) or make(options)
    )
    BlazePose(tmp_path).find(np.zeros((64, 64, 3), np.uint8))
    assert asked
    assert {options.running_mode for options in asked} == {vision.RunningMode.IMAGE}


def test_who_is_upside_down_is_found(blazepose: BlazePose, person: np.ndarray) -> None:
    upside_down = np.ascontiguousarray(person[::-1, ::-1])
    (found,) = blazepose.find(upside_down)
    assert found.points[NOSE, 1] > 0.6
    assert found.points[INDEX["left_shoulder"], 1] < found.points[NOSE, 1]


@pytest.mark.photos
def test_people_are_found_in_nearly_all_photos(blazepose: BlazePose, photos: list[Path]) -> None:
    found = [
        bool(persons(blazepose.find(canonical(path.name, path.read_bytes()).pixels))) for path in photos[::100]
    ]
    assert len(found) > 50
    assert np.mean(found) >= 0.9  # 95 % of all; this many may miss a few more


@pytest.mark.photos
def test_several_people_are_all_found(blazepose: BlazePose, photos: list[Path]) -> None:
    crowded = [path for path in photos if path.name in ("yoga82_cacfb30247.jpg", "yoga82_37c62ab35d.jpg")]
    assert len(crowded) == 2
    for path in crowded:
        people = persons(blazepose.find(canonical(path.name, path.read_bytes()).pixels))
        assert len(people) >= 2
        assert [one.person for one in people] == list(range(len(people)))


def test_threads_share_one_blazepose(blazepose: BlazePose, person: np.ndarray) -> None:
    alone = blazepose.find(person)[0].points
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(blazepose.find(person)[0].points)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for points in results:
        np.testing.assert_array_equal(points, alone)


def test_few_people_are_seen_where_nobody_is(blazepose: BlazePose) -> None:
    found = [kind for kind, pixels in pictures(21, seed=5) if persons(blazepose.find(pixels))]
    assert len(found) <= 1, found


def test_the_bundle_is_made_once_and_whole(blazepose: BlazePose, tmp_path: Path) -> None:
    path = pose_bundle(tmp_path / "new" / "models")
    assert [left.name for left in path.parent.iterdir()] == [BUNDLE]
    made = path.stat().st_mtime_ns
    assert pose_bundle(path.parent) == path
    assert path.stat().st_mtime_ns == made


def test_another_model_goes_by_another_name(tmp_path: Path) -> None:
    bundle = pose_bundle(tmp_path)
    other = tmp_path / "heavy.task"
    other.write_bytes(bundle.read_bytes())
    assert BlazePose(tmp_path).name == "blazepose-full/seven-1"
    name = BlazePose(tmp_path, model=other).name
    assert name.startswith("heavy-")
    assert name.endswith("/seven-1")


def test_a_model_that_is_not_there_or_no_model_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "broken.task").write_bytes(b"not a model")
    for name in ("broken.task", "missing.task"):
        with pytest.raises(PoseModelUnusable) as caught:
            BlazePose(tmp_path, model=tmp_path / name).find(np.zeros((64, 64, 3), np.uint8))
        assert caught.value.data == {"name": name}


def test_finding_people_prints_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, numpy as np\n"
        "from skimage import data\n"
        "from yogalab.vision.blazepose import BlazePose\n"
        "pose = BlazePose(pathlib.Path(sys.argv[1])); pose.find(np.zeros((64, 64, 3), np.uint8))\n"
        "print(len(pose.find(data.astronaut())))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"
    assert done.stderr == ""
