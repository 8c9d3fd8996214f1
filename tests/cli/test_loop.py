"""The whole loop on the command line: drawn people in, labels, a version, the Hub, another lab."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.lab_line import Done, run
from tests.hub_server import HubServer
from tests.vision.clips import MOVING, STILL, clip
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses

POSES = {pose.slug: pose for pose in builtin_poses()}
Command = Callable[..., Done]
SHOWN = ("tree", "boat", "warrior_2")


def draw(slug: str, seed: int) -> bytes:
    pixels, _ = draw_person(POSES[slug], np.random.default_rng(seed))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lab with drawn figures, labelled and trained once; tests below only add to it."""
    home = tmp_path_factory.mktemp("lab")
    done = run("--home", home, "demo", "--count", 12, "--poses", 3, "--labelled", 0.7)
    assert done.status == 0, done.err
    assert run("--home", home, "train").status == 0
    return home


@pytest.fixture
def yogalab(home: Path) -> Command:
    def at_home(*words: object) -> Done:
        return run("--home", home, "--as", "Anna", *words)

    return at_home


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder a pose, with files beside them that are no photos."""
    root = tmp_path / "photos"
    for seed, slug in enumerate(SHOWN):
        (root / slug).mkdir(parents=True)
        (root / slug / f"{slug}.png").write_bytes(draw(slug, 100 + seed))
    (root / "tree" / "broken.jpg").write_bytes(b"<html>not a photo</html>")
    (root / "tree" / "empty.png").write_bytes(b"")
    (root / "manifest.csv").write_text("file,pose\n")
    return root


def test_the_demo_is_labelled_and_trains(home: Path) -> None:
    (version,) = run("--home", home, "versions", "--json").json
    assert version["number"] == 1
    assert version["pose_count"] == 3


def test_demo_again_adds_nothing(home: Path) -> None:
    done = run("--home", home, "demo", "--count", 12, "--poses", 3, "--labelled", 0.7)
    assert done.out.startswith("0 drawn figures")


def test_adding_names_what_is_no_photo_and_keeps_the_rest(yogalab: Command, photos: Path) -> None:
    done = yogalab("add", photos, "--labels", "folders", "--consent", "agreed", "--json")
    assert done.status == 0
    assert (done.json["new"], done.json["labelled"]) == (3, 3)
    refused = {one["file"]: one["error"] for one in done.json["refused"]}
    assert set(refused) == {"broken.jpg", "empty.png"}
    assert all("“" in sentence and sentence.endswith(".") for sentence in refused.values())
    again = yogalab("add", photos, "--labels", "folders", "--json").json
    assert (again["new"], again["known"], again["labelled"]) == (0, 3, 0)


def test_a_clip_is_added_as_its_frames(yogalab: Command, tmp_path: Path) -> None:
    clip(tmp_path / "flow.mp4", [MOVING, STILL, STILL])
    (tmp_path / "cut.mp4").write_bytes((tmp_path / "flow.mp4").read_bytes()[:900])
    done = yogalab("add", tmp_path, "--consent", "agreed", "--json").json
    assert (done["new"], done["alike"]) == (2, 1)
    assert [one["file"] for one in done["refused"]] == ["cut.mp4"]
    again = yogalab("add", tmp_path / "flow.mp4", "--consent", "agreed")
    assert "here already: 2" in again.out
    assert again.out.endswith("nothing new: 1\n")


def test_predict_gives_a_line_a_file_also_for_bad_ones(yogalab: Command, photos: Path) -> None:
    files = [photos / "boat" / "boat.png", photos / "tree" / "broken.jpg", photos / "nowhere.jpg"]
    done = yogalab("predict", *files, "--json")
    assert done.status == 1
    good, broken, missing = done.lines
    assert set(good) == {"file", "found", "poses", "landmarks", "encoder", "version"}
    assert good["version"] == 1 and good["encoder"] is None
    assert sum(pose["probability"] for pose in good["poses"]) <= 1 + 1e-6
    assert good["found"] is (good["landmarks"] is not None)
    if good["found"]:
        assert np.array(good["landmarks"]).shape == (33, 4)
    assert set(broken) == set(missing) == {"file", "error"}
    assert "nowhere.jpg" in missing["error"]


def test_what_is_labelled_leaves_the_queue_and_undo_brings_it_back(yogalab: Command) -> None:
    first = yogalab("queue", "--count", 1, "--json").json[0]
    assert first["why"]
    assert yogalab("label", first["photo"], "Tree").status == 0
    waiting = {card["photo"] for card in yogalab("queue", "--count", 50, "--json").json}
    assert first["photo"] not in waiting
    assert str(first["photo"]) in yogalab("undo").out
    waiting = {card["photo"] for card in yogalab("queue", "--count", 50, "--json").json}
    assert first["photo"] in waiting


def test_a_photo_is_also_known_by_its_file(yogalab: Command, photos: Path) -> None:
    yogalab("add", photos / "boat", "--consent", "agreed")
    done = yogalab("mark", photos / "boat" / "boat.png", "skip")
    assert done.status == 0, done.err
    assert yogalab("undo").status == 0


def test_poses_are_renamed_merged_and_hidden(tmp_path: Path) -> None:
    home = tmp_path / "lab"
    assert run("--home", home, "poses", "add", "Cactus Arms", "--sided").status == 0
    assert run("--home", home, "poses", "rename", "Cactus Arms", "Goal Post").status == 0
    assert run("--home", home, "poses", "add", "cactus arms").err.count("“") == 2
    assert run("--home", home, "poses", "hide", "goal post").status == 0
    names = [pose["name"] for pose in run("--home", home, "poses", "list", "--json").json]
    assert "Goal Post" not in names and "Tree" in names
    assert run("--home", home, "poses", "merge", "Goal Post", "Tree").status == 0


def test_export_and_the_lab_in_one_file(yogalab: Command, tmp_path: Path) -> None:
    done = yogalab("export", tmp_path / "set", "--format", "csv")
    assert done.status == 0, done.err
    assert len(list((tmp_path / "set" / "photos").iterdir())) >= 6
    assert yogalab("export", tmp_path / "set", "--format", "coco").status == 1
    third = ("--home", tmp_path / "third", "import", tmp_path / "set", "--json")
    first, again = run(*third).json, run(*third).json
    assert first["new"] == again["known"] == len(list((tmp_path / "set" / "photos").iterdir()))
    assert (first["refused"], again["new"], again["labelled"]) == ([], 0, 0) and first["labelled"] >= 6
    assert yogalab("pack", tmp_path / "lab.zip").status == 0
    other = tmp_path / "other"
    assert run("--home", other, "unpack", tmp_path / "lab.zip").status == 0
    assert run("--home", other, "versions", "--json").json == yogalab("versions", "--json").json


def test_a_version_travels_over_the_hub(
    yogalab: Command, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HubServer() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.setenv("HF_TOKEN", "hf_anna")
        done = yogalab("publish", "anna/poses")
        assert done.status == 0, done.err
        assert "v0001" in done.out
        other = tmp_path / "other"
        assert run("--home", other, "pull", "anna/poses").status == 0
        assert run("--home", other, "activate", 1).status == 0
        picture = photos / "boat" / "boat.png"
        # The other lab has no labels of its own: it answers by the version alone.
        pulled = run("--home", other, "predict", picture, "--json").json
        published = yogalab("predict", picture, "--model", "anna/poses", "--json").json
        for one in pulled["poses"]:
            same = next(p["probability"] for p in published["poses"] if p["pose"] == one["pose"])
            assert same == pytest.approx(one["probability"], abs=1e-4)
        assert yogalab("publish", "somebody-else/poses").status == 1


def test_a_version_that_could_not_be_published_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOGALAB_REPO", "anna/poses")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert run("--home", tmp_path, "demo", "--count", 24, "--poses", 3, "--labelled", 1).status == 0
    done = run("--home", tmp_path, "train")
    assert done.status == 1
    assert "Hub does not answer" in done.err
    assert "ersion 1" in done.out
    (version,) = run("--home", tmp_path, "versions", "--json").json
    assert version["active"] and version["tag"] is None
