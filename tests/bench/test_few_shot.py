"""The measurement itself, on drawn photos whose skeletons are known."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.fakes import Studio, StudioReader
from yogalab.bench import few_shot
from yogalab.bench.baselines import landmark_features
from yogalab.bench.few_shot import BASELINE, FewShotResult, run
from yogalab.bench.table import few_shot_table
from yogalab.errors import BadDataset

SLUGS = ("tree", "boat", "cobra", "triangle")
EACH = 6


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def drawn(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn photos in folders per pose, one of them of nobody, with a split in the manifest."""
    photos = tmp_path_factory.mktemp("drawn") / "photos"
    rows = ["file,pose,split"]
    for slug in SLUGS:
        (photos / slug).mkdir(parents=True)
        for seed in range(EACH):
            upload = studio.draw(slug, seed)
            (photos / slug / upload.name).write_bytes(upload.data)
            rows.append(f"{slug}/{upload.name},{slug},{'train' if seed < 4 else 'test'}")
    (photos / "tree" / "nobody.png").write_bytes(Studio().draw("bow", 0).data)
    rows.append("tree/nobody.png,tree,test")
    (photos / "manifest.csv").write_text("\n".join(rows))
    return photos


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    """The drawn photos, a copy for each test."""
    return Path(shutil.copytree(drawn, tmp_path / "photos"))


def measured(studio: Studio, folder: Path, *, draws: int = 3, seed: int = 0) -> FewShotResult:
    return run(
        StudioReader(studio),
        folder,
        folder=folder.parent / "seen",
        pose_model=studio.name,
        shots=(1, 2),
        draws=draws,
        seed=seed,
    )


def test_every_rung_is_measured_beside_the_baseline(studio: Studio, folder: Path) -> None:
    result = measured(studio, folder)
    assert (result.photos, result.poses, result.draws) == (len(SLUGS) * EACH + 1, len(SLUGS), 3)
    assert result.found == pytest.approx(24 / 25)
    assert {(row.learner, row.shots) for row in result.rows} == {
        ("R0", 0),
        *((learner, shots) for learner in (BASELINE, "R1", "R2") for shots in (1, 2, None)),
    }
    assert result.figure("R2", 2).top1.mean > 0.7
    ahead = result.figure("R2", 1).ahead
    lead = result.figure("R2", 1).top1.mean - result.figure(BASELINE, 1).top1.mean
    assert ahead is not None and ahead.mean == pytest.approx(lead)


def test_a_photo_in_which_nobody_is_found_counts_as_wrong(studio: Studio, folder: Path) -> None:
    result = measured(studio, folder)
    # Of the 9 official test photos one shows nobody.
    assert all(row.top1.mean <= 8 / 9 + 1e-9 for row in result.rows if row.shots is None)
    assert result.figure("R0", 0).top1.mean <= 24 / 25 + 1e-9


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(studio: Studio, folder: Path) -> None:
    one, again = measured(studio, folder), measured(studio, folder)
    assert one.to_json() == again.to_json()
    assert measured(studio, folder, seed=1).to_json() != one.to_json()


def test_photos_are_looked_at_once(studio: Studio, folder: Path) -> None:
    reader = StudioReader(studio)
    where = folder.parent / "seen"
    for _ in range(2):
        run(reader, folder, folder=where, pose_model=studio.name, shots=(1,), draws=1)
    assert len(reader.read) == len(SLUGS) * EACH + 1
    run(reader, folder, folder=where, pose_model="another/1", shots=(1,), draws=1)
    assert len(reader.read) == 2 * (len(SLUGS) * EACH + 1)


def test_copies_of_training_photos_are_never_in_the_test(
    studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = studio.draw("tree", 0)
    copies = [folder / "tree" / f"copy_{k}.png" for k in range(3)]
    rows = (folder / "manifest.csv").read_text()
    for path in copies:
        path.write_bytes(upload.data)
        rows += f"\ntree/{path.name},tree,"
    (folder / "manifest.csv").write_text(rows)
    overlaps: list[int] = []
    answers = few_shot._answers

    def watched(bench: few_shot._Bench, train: np.ndarray, test: np.ndarray) -> few_shot.Answers:
        if len(test) > 9:
            overlaps.append(len(np.intersect1d(bench.groups[train], bench.groups[test])))
        return answers(bench, train, test)

    monkeypatch.setattr(few_shot, "_answers", watched)
    result = measured(studio, folder)
    assert result.copies == 3
    assert overlaps and not any(overlaps)


def test_it_can_be_written_as_json_and_shown_as_a_table(studio: Studio, folder: Path) -> None:
    result = measured(studio, folder, draws=2)
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (1, "few-shot")
    assert written["rows"][0]["learner"] == "R0"
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(few_shot_table(result))
    text = console.export_text()
    assert "official split" in text and BASELINE in text and "R2" in text


def test_a_folder_without_photos_is_a_sentence(tmp_path: Path, studio: Studio) -> None:
    with pytest.raises(BadDataset):
        measured(studio, tmp_path)


def test_the_baseline_sees_what_the_design_says(studio: Studio) -> None:
    points = np.random.default_rng(0).random((2, 33, 4)).astype(np.float32)
    world = np.random.default_rng(1).random((2, 33, 3)).astype(np.float32)
    x = landmark_features(points, world, np.ones(2, np.float32))
    assert x.shape == (2, 66 + 99 + 12 + 33)
    moved = points + np.array([0.2, -0.1, 0, 0], dtype=np.float32)
    np.testing.assert_allclose(landmark_features(moved, world, np.ones(2, np.float32)), x, atol=1e-5)
