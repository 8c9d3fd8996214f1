"""The measurement itself, on drawn photos whose skeletons are known."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.cli.lab_line import run as run_line
from tests.fakes import ColourEncoder, Studio, StudioReader
from yogalab.bench import few_shot
from yogalab.bench.collection import Collection, collect
from yogalab.bench.few_shot import BASELINE, FewShotResult, of_collection, plan, run
from yogalab.bench.learners import CEILING, CLIP, Task, learners
from yogalab.bench.table import few_shot_plot, few_shot_tables
from yogalab.errors import BadDataset

SPLIT = ("tree", "boat", "cobra")
UNSPLIT = "triangle"
EACH = 6
PHOTOS = 4 * EACH + 1
DRAWN_FOR = ("landmark SVM", "k-NN (MediaPipe)", "R1", "R2", "R2 without prior", "R2, test photos as pool")


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def drawn(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn photos with a manifest: three poses with a split, one without, and a photo of nobody."""
    photos = tmp_path_factory.mktemp("drawn") / "photos"
    rows = ["file,pose,split"]
    for slug in (*SPLIT, UNSPLIT):
        (photos / slug).mkdir(parents=True)
        for seed in range(EACH):
            upload = studio.draw(slug, seed)
            (photos / slug / upload.name).write_bytes(upload.data)
            side = "" if slug == UNSPLIT else "train" if seed < 4 else "test"
            rows.append(f"{slug}/{upload.name},{slug},{side}")
    (photos / "tree" / "nobody.png").write_bytes(Studio().draw("bow", 0).data)
    rows.append("tree/nobody.png,tree,test")
    (photos / "manifest.csv").write_text("\n".join(rows))
    return photos


@pytest.fixture
def folder(drawn: Path, tmp_path: Path) -> Path:
    """The drawn photos, a copy for each test."""
    return Path(shutil.copytree(drawn, tmp_path / "photos"))


def seen(studio: Studio, folder: Path, *, encoder: ColourEncoder | None = None) -> Collection:
    return collect(
        StudioReader(studio), folder, folder=folder.parent / "seen", pose_model=studio.name, encoder=encoder
    )


def measured(
    studio: Studio, folder: Path, *, draws: int = 3, seed: int = 0, processes: int = 1
) -> FewShotResult:
    return run(
        StudioReader(studio),
        folder,
        folder=folder.parent / "seen",
        pose_model=studio.name,
        shots=(1, 2),
        draws=draws,
        seed=seed,
        processes=processes,
    )


@pytest.fixture(scope="module")
def result(studio: Studio, drawn: Path) -> FewShotResult:
    return measured(studio, drawn)


def test_every_rung_is_measured_beside_every_baseline(result: FewShotResult) -> None:
    assert (result.photos, result.poses, result.copies, result.encoder) == (PHOTOS, 4, 0, None)
    assert result.found == pytest.approx((PHOTOS - 1) / PHOTOS)
    for test in ("all", "untuned"):
        for learner in DRAWN_FOR:
            for shots in (1, 2):
                assert result.figure(learner, shots, test).draws == 3
        assert result.figure("R0", 0, test).ahead is None
        assert result.figure(CEILING, None, test).top1.mean > 0.5
    assert result.figure("R2", 2).top1.mean > 0.7
    ahead = result.figure("R2", 1).ahead
    lead = result.figure("R2", 1).top1.mean - result.figure(BASELINE, 1).top1.mean
    assert ahead is not None and ahead.mean == pytest.approx(lead)


def test_the_official_split_is_learnt_and_asked_over_its_own_poses(result: FewShotResult) -> None:
    # Two test photos of each of three poses, and one of nobody.
    rows = [row for row in result.rows if row.test == "official"]
    assert {row.photos for row in rows} == {7} and {row.shots for row in rows} == {None}
    assert {*DRAWN_FOR} <= {row.learner for row in rows}


def test_a_photo_of_which_nothing_is_known_counts_as_wrong(result: FewShotResult) -> None:
    assert all(row.top1.mean <= 6 / 7 + 1e-9 for row in result.rows if row.test == "official")
    assert result.figure("R0", 0).top1.mean <= (PHOTOS - 1) / PHOTOS + 1e-9


def test_photos_that_templates_were_tuned_on_are_neither_asked_nor_missing(
    studio: Studio, drawn: Path, result: FewShotResult
) -> None:
    bench = seen(studio, drawn)
    names = [(bench.photos[row].pose, bench.split[row]) for row in np.flatnonzero(bench.untuned)]
    assert {*names} == {*((slug, "test") for slug in SPLIT), (UNSPLIT, "")}
    assert result.untuned == len(names) == 2 * 3 + 1 + EACH
    train = bench.draw(2, np.random.default_rng(0), among=bench.teachable)
    assert {(bench.photos[row].pose, str(bench.split[row])) for row in train} == {
        *((slug, "train") for slug in SPLIT),
        (UNSPLIT, ""),
    }
    # Of the pose without a split one photo is learnt and five are asked.
    assert result.figure("R2", 1, "untuned").photos == 7 + 5


def test_without_a_split_there_is_one_set_of_test_photos(studio: Studio, folder: Path) -> None:
    (folder / "manifest.csv").unlink()
    result = measured(studio, folder, draws=1)
    assert {row.test for row in result.rows} == {"all"}


def test_the_same_seed_gives_the_same_figures_and_another_seed_others(
    studio: Studio, folder: Path, result: FewShotResult
) -> None:
    assert measured(studio, folder).to_json() == result.to_json()
    assert measured(studio, folder, seed=1).to_json() != result.to_json()


def test_a_cut_off_run_goes_on_where_it_was(
    studio: Studio, folder: Path, result: FewShotResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, kept = seen(studio, folder), folder.parent / "kept"
    steps: list[str] = []
    measure = few_shot.measure

    def until_the_third(bench: Collection, step: few_shot.Step) -> object:
        if len(steps) == 3:
            raise KeyboardInterrupt
        steps.append(step.name)
        return measure(bench, step)

    monkeypatch.setattr(few_shot, "measure", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        of_collection(bench, folder=kept, shots=(1, 2), draws=3)

    def counted(bench: Collection, step: few_shot.Step) -> object:
        steps.append(step.name)
        return measure(bench, step)

    monkeypatch.setattr(few_shot, "measure", counted)
    again = of_collection(bench, folder=kept, shots=(1, 2), draws=3)
    assert again.to_json() == result.to_json()
    planned = [step.name for step in plan(bench, shots=(1, 2), draws=3, seed=0)]
    assert steps == planned
    # All is known now; more draws ask for those only, and whoever wants everything anew gets it.
    of_collection(bench, folder=kept, shots=(1, 2), draws=3)
    of_collection(bench, folder=kept, shots=(1,), draws=4)
    assert steps == [*planned, "draw:1:3"]
    of_collection(bench, folder=kept, shots=(1,), draws=1, anew=True)
    assert len(steps) == len(planned) + 1 + 4


def test_photos_are_looked_at_once(studio: Studio, folder: Path) -> None:
    reader = StudioReader(studio)
    for pose_model, looks in (("studio/1", 1), ("studio/1", 1), ("another/1", 2)):
        collect(reader, folder, folder=folder.parent / "looks", pose_model=pose_model)
        assert len(reader.read) == looks * PHOTOS


def test_copies_of_training_photos_are_never_in_the_test(studio: Studio, folder: Path) -> None:
    upload = studio.draw("tree", 0)
    rows = (folder / "manifest.csv").read_text()
    for k in range(3):
        (folder / "tree" / f"copy_{k}.png").write_bytes(upload.data)
        rows += f"\ntree/copy_{k}.png,tree,train"
    (folder / "manifest.csv").write_text(rows)
    bench = seen(studio, folder)
    assert len(np.unique(bench.groups)) == PHOTOS
    for draw in range(5):
        train = bench.draw(2, np.random.default_rng(draw), among=bench.teachable)
        assert len(np.intersect1d(bench.groups[train], bench.groups[bench.others(train)])) == 0


def test_the_pool_of_other_photos_never_holds_the_one_that_is_asked(
    studio: Studio, drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yogalab.learning import ladder

    bench = seen(studio, drawn)
    train = bench.draw(1, np.random.default_rng(0))
    task = Task(bench=bench, train=train, test=bench.others(train), seed=(0,))
    pools, retrain, probabilities = [], ladder.retrain, ladder.probabilities
    asked = []

    def watched(*args: object, pool: np.ndarray | None, **more: object) -> object:
        pools.append(np.zeros((0, bench.x.shape[1])) if pool is None else pool)
        return retrain(*args, pool=pool, **more)  # type: ignore[arg-type]

    def answering(head: object, x: np.ndarray) -> object:
        asked.append(x)
        return probabilities(head, x)  # type: ignore[arg-type]

    monkeypatch.setattr(ladder, "retrain", watched)
    monkeypatch.setattr(ladder, "probabilities", answering)
    learners(bench)["R2, other photos as pool"](task)
    assert len(pools) == 2 and sum(map(len, pools)) == sum(map(len, asked)) == len(task.test)
    for pool, some in zip(pools, asked, strict=True):
        gaps = np.abs(pool[:, None] - some[None]).max(axis=2)
        assert gaps[(np.abs(pool).max(axis=1) > 0)].min() > 0
    learners(bench)["R2, test photos as pool"](task)
    np.testing.assert_array_equal(pools[-1], bench.x[task.test])


def test_with_an_encoder_clips_learners_take_part_and_nobody_goes_unanswered(
    studio: Studio, folder: Path
) -> None:
    bench = seen(studio, folder, encoder=ColourEncoder())
    assert bench.embeddings is not None and bench.embeddings.photos.shape == (PHOTOS, 3)
    assert bench.answerable.all() and not bench.found.all()
    result = of_collection(bench, folder=folder.parent / "seen", shots=(1,), draws=2)
    assert result.encoder == "colour/1"
    assert result.figure(CLIP, 0).draws == 1
    for learner in ("Tip-Adapter", "CLIP linear probe"):
        assert result.figure(learner, 1).draws == 2
        assert result.figure(learner, None, "official").photos == 7


def test_it_can_be_written_shown_and_drawn(result: FewShotResult, tmp_path: Path) -> None:
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (2, "few-shot")
    assert {"learner", "test", "shots", "top1", "top5", "macro_recall", "ahead"} <= set(written["rows"][0])
    console = Console(width=140, record=True, file=io.StringIO())
    for table in few_shot_tables(result):
        console.print(table)
    text = console.export_text()
    assert "no template was tuned on" in text and "own split" in text
    assert BASELINE in text and "R2 without prior" in text and "3 draws" in text
    assert "left-out" not in text
    for table in few_shot_tables(replace(result, encoder="mini/1", taught=3)):
        console.print(table)
    told = " ".join(console.export_text().split())
    assert "mini/1 was trained" in told and "bench left-out" in told
    few_shot_plot(result, tmp_path / "few.svg")
    assert "R2 without prior" in (tmp_path / "few.svg").read_text()


def test_a_folder_without_photos_is_a_sentence(tmp_path: Path, studio: Studio) -> None:
    with pytest.raises(BadDataset):
        measured(studio, tmp_path)


def test_what_cannot_be_meant_is_said_before_minutes_of_measuring(drawn: Path, tmp_path: Path) -> None:
    for options in (("--shots", "1,many"), ("--shots", "0,1"), ("--plot", tmp_path / "few.jpg")):
        done = run_line("--home", tmp_path / "home", "bench", "few-shot", drawn, *options)
        # The message stands in a box, which folds a long path.
        assert done.status == 2 and str(options[1]) in re.sub(r"[\s│]", "", done.err)
    assert not (tmp_path / "home").exists()
