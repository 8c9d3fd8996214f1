"""The speed measurements measure what they say, on a lab of their own. Nothing here looks at the clock."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.lab_line import run
from tests.vision.minis import write_mini
from yogalab.bench import encoder_speed, grid, ingest, label, start, train
from yogalab.bench.crowd import add_crowd
from yogalab.bench.timing import spread
from yogalab.errors import NothingToMeasure
from yogalab.lab.grid import PhotoFilter
from yogalab.poses.figures import draw_person
from yogalab.poses.taxonomy import builtin_poses
from yogalab.settings import Settings
from yogalab.ui.photos import PhotosPage
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.opening import open_encoder
from yogalab.wiring import eyes, open_with_parts


def test_a_spread_is_what_it_says() -> None:
    figures = spread([0.3, 0.1, 0.2])
    assert (figures.n, figures.p50, figures.worst) == (3, 0.2, 0.3)
    assert figures.p95 == pytest.approx(0.29)


def test_labels_are_measured_in_a_lab_of_their_own(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    result = label.run(
        Settings(home=tmp_path / "home"), photos=300, labels=4, on_step=lambda *step: steps.append(step)
    )
    assert result.undo_exact and result.undo_off < 1e-5
    assert (result.commit.n, result.label.n, result.scored.n, result.ranked.n) == (4, 4, 4, 4)
    assert result.label.p50 <= result.scored.p50 <= result.ranked.p50
    assert result.new_pose > 0
    assert result.ratio_p50 == pytest.approx(result.label.p50 / result.commit.p50)
    assert replace(result, ratio_p50=5.0).bars == {"cheap": True}
    assert replace(result, ratio_p50=5.1).bars == {"cheap": False}
    assert steps[-1] == (300, 300)
    # Nothing stays behind in the home it borrowed the disk of.
    assert list((tmp_path / "home").iterdir()) == []
    assert json.loads(json.dumps(result.to_json()))["bench"] == "label"


def test_a_training_is_measured_from_the_click_to_the_version(tmp_path: Path) -> None:
    result = train.run(Settings(home=tmp_path / "home"), shots=2, many=0)
    assert (result.few.labels, result.many) == (2 * result.few.poses, None)
    assert result.few.seconds > 0
    assert list((tmp_path / "home").iterdir()) == []
    assert json.loads(json.dumps(result.to_json()))["bench"] == "train"


def test_the_grid_is_asked_through_the_server_what_it_is_asked_alone(tmp_path: Path) -> None:
    lab, parts = open_with_parts(Settings(home=tmp_path, encoder=""))
    slugs = add_crowd(parts, 420, seed=0)
    assert grid.furnish(parts, slugs, 0) == 39 + 2
    asked = grid.cases(lab)
    page = PhotosPage(lab)
    for name, wanted in asked.items():
        alone = lab.photos.grid(grid.WHO, wanted, count=grid.TILES)
        served = page.grid(grid.WHO, grid.wire(wanted))
        assert isinstance(served, dict)
        assert [tile["photo"] for tile in served["tiles"]] == [tile.photo.id for tile in alone.tiles], name
        assert (served["total"], served["photos"]) == (alone.total, alone.photos)
    # Made-up photos all show somebody, and so few come on one day.
    found = {name: lab.photos.grid(grid.WHO, one, count=0).photos for name, one in asked.items()}
    narrow = ("pose", "status", "sureness", "coach", "differ", "several")
    assert [name for name in narrow if not 0 < found[name] < 420] == []
    assert lab.photos.grid(grid.WHO, asked["copies as one"], count=0).total == 420 - 2 * grid.GROUPS
    newest = lab.photos.grid(grid.WHO, PhotoFilter(), count=1).tiles[0].photo.id
    assert lab.photos.picture(grid.WHO, newest, edge=160)[0]
    lab.close()


@pytest.mark.slow
def test_adding_is_measured_beside_the_bare_work(tmp_path: Path) -> None:
    poses = {pose.slug: pose for pose in builtin_poses()}
    for seed, slug in enumerate(("tree", "boat", "crow")):
        pixels, _ = draw_person(poses[slug], np.random.default_rng(seed))
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        (tmp_path / "photos" / slug).mkdir(parents=True)
        (tmp_path / "photos" / slug / f"{seed}.png").write_bytes(file.getvalue())
    result = ingest.run(Settings(home=tmp_path / "home"), tmp_path / "photos", count=10, rounds=1)
    assert (result.photos, result.refused, len(result.rounds)) == (3, 0, 1)
    assert result.ratio == pytest.approx(result.rounds[0].add_seconds / result.rounds[0].bare_seconds)


def test_a_folder_without_photos_has_nothing_to_measure(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    with pytest.raises(NothingToMeasure):
        ingest.run(Settings(home=tmp_path / "home"), tmp_path / "photos")
    done = run("--home", tmp_path / "home", "bench", "few-shot", tmp_path / "photos")
    assert done.status == 1 and done.err.strip()


def test_importing_the_package_is_measured_to_load_nothing_heavy() -> None:
    assert start._loads() == ()


def test_an_encoder_is_timed_beside_the_same_network_by_pytorch(tmp_path: Path) -> None:
    row = write_mini(tmp_path / "models")
    rng = np.random.default_rng(0)
    for n in range(17):
        folder = tmp_path / "photos" / ("tree", "boat")[n % 2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(folder / f"{n}.png")
    reader, _ = eyes(Settings(home=tmp_path / "home"))
    slow = OpenClipEncoder(row)
    which = str(row.folder)
    result = encoder_speed.run(
        open_encoder(row), which, reader, tmp_path / "photos", torch=slow, count=17, repeats=1
    )
    assert (result.photos, result.first.n, result.cost.together.n) == (17, 1, 1)
    assert result.alike == pytest.approx(1, abs=1e-4)
    assert result.torch is not None
    json.dumps(result.to_json())
