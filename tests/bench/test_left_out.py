"""Few labels of poses that an encoder never saw."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.bench.bodies import drawn_bodies
from tests.bench.seen_photos import unit, vectors_of
from yogalab.bench import left_out
from yogalab.bench.collection import Collection
from yogalab.bench.dataset import Sample
from yogalab.bench.folds import Unseen
from yogalab.bench.folds import left_out as said_by
from yogalab.bench.left_out import FUSED, PROBE, SKELETON, TWIN, Fold, fold_of, of_folds
from yogalab.bench.left_out_table import left_out_tables
from yogalab.errors import BadDataset, NothingLeftOut


def fold(bench: Collection, poses: tuple[int, ...], name: str) -> Fold:
    """An encoder that tells the poses it never saw apart, beside a twin that sees noise."""
    unseen = np.isin(bench.y, poses)
    twin = unit(np.random.default_rng(9).normal(size=(len(bench.y), 8)))
    return fold_of(bench, unseen, name=name, embeddings=vectors_of(bench, noise=0.2, seed=3), twin=twin)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> left_out.LeftOutResult:
    bench = drawn_bodies(8)
    folds = [fold(bench, (0, 1), "first"), fold(bench, (1, 2), "second")]
    return of_folds(folds, folder=tmp_path_factory.mktemp("kept"), shots=(1, 3), draws=3)


def test_only_poses_that_were_left_out_are_taught_and_asked(result: left_out.LeftOutResult) -> None:
    assert (result.folds, result.poses, result.photos) == (2, 4, 32)
    # Eight photos a pose, some of them labelled, over two encoders of two poses each.
    for shots, asked in ((1, 4 * 7), (3, 4 * 5)):
        rows = {row.learner: row for row in result.rows if row.shots == shots}
        assert rows[FUSED].photos == asked and rows[FUSED].draws == 3
    assert [one.photos for one in result.per_fold] == [16] * 4


def test_fused_stands_beside_the_skeleton_and_the_probe_beside_its_twin(
    result: left_out.LeftOutResult,
) -> None:
    rows = {(row.learner, row.shots): row for row in result.rows}
    assert rows[SKELETON, 3].ahead is None and rows[TWIN, 3].ahead is None
    lead = rows[PROBE, 3].ahead
    assert lead is not None and lead.mean > 0.2
    assert lead.mean == pytest.approx(rows[PROBE, 3].top1.mean - rows[TWIN, 3].top1.mean)
    assert rows[FUSED, 1].ahead is not None


def test_answers_of_one_encoder_are_never_right_for_another(result: left_out.LeftOutResult) -> None:
    measured = [
        {"truth": [0, 1], "answers": {name: [[0, 1], [1, 0]] for name in names()}},
        {"truth": [0, 0], "answers": {name: [[1, 0], [-1, -1]] for name in names()}},
    ]
    row = left_out._pooled(measured, [2, 2], 5)[0]
    assert row.photos == 4 and row.top1.mean == pytest.approx(2 / 4)
    assert row.top5 == pytest.approx(3 / 4)


def names() -> list[str]:
    return [name for baseline, others in left_out.BESIDE.values() for name in (baseline, *others)]


def test_copies_of_photos_of_other_poses_are_not_asked() -> None:
    bench = drawn_bodies(6)
    # The first boat is a copy of the first cobra, which the encoder was trained on.
    boat, cobra = (int(np.flatnonzero(bench.y == column)[0]) for column in (0, 1))
    groups = bench.groups.copy()
    groups[boat] = groups[cobra]
    one = fold(replace(bench, groups=groups), (0, 2), "first")
    assert (~one.alone).sum() == 1


def test_the_same_draws_give_the_same_figures_and_are_kept(tmp_path: Path) -> None:
    folds = [fold(drawn_bodies(6), (0, 1), "first")]
    once = of_folds(folds, folder=tmp_path, shots=(1,), draws=2)
    assert len(list(tmp_path.glob("left-out-first-*.jsonl"))) == 1
    assert of_folds(folds, folder=tmp_path, shots=(1,), draws=2).to_json() == once.to_json()
    assert of_folds(folds, folder=tmp_path, shots=(1,), draws=2, seed=1).to_json() != once.to_json()


def test_no_sentence_speaks_of_poses_that_the_encoder_never_saw() -> None:
    embeddings = fold(drawn_bodies(4), (0, 1), "first").bench.embeddings
    assert embeddings is not None and embeddings.texts is None
    assert not [name for name in names() if "text" in name]


def test_one_pose_is_too_few_to_choose_from() -> None:
    with pytest.raises(BadDataset):
        fold(drawn_bodies(4), (0,), "first")


def test_it_can_be_written_and_shown(result: left_out.LeftOutResult) -> None:
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (1, "left-out")
    console = Console(width=140, record=True, file=io.StringIO())
    for table in left_out_tables(result):
        console.print(table)
    text = console.export_text()
    assert "never saw" in text and PROBE in text and "second" in text


def test_an_encoders_folder_says_what_it_never_saw(tmp_path: Path) -> None:
    (tmp_path / "open_clip_config.json").write_text('{"left_out": ["nonsense"]}')
    with pytest.raises(NothingLeftOut):
        said_by(tmp_path)
    photo = tmp_path / "a.png"
    photo.write_bytes(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    facts = {"left_out": ["tree"], "left_out_photos": [digest]}
    (tmp_path / "training.json").write_text(json.dumps(facts))
    unseen = said_by(tmp_path)
    assert unseen == Unseen(poses=frozenset({"tree"}), photos=frozenset({digest}))
    other = tmp_path / "open_clip_config.json"
    photos = [Sample(path=photo, pose="boat"), Sample(path=other, pose="tree")]
    assert unseen.of(photos).tolist() == [True, True]
    assert unseen.of([Sample(path=other, pose="boat")]).tolist() == [False]


def test_what_a_first_course_left_out_and_a_second_was_taught_counts_as_seen(tmp_path: Path) -> None:
    facts = {"left_out": ["boat", "cobra"], "photographed": ["tree", "cobra"], "before": {"left_out": ["tree"]}}
    (tmp_path / "training.json").write_text(json.dumps(facts))
    assert said_by(tmp_path).poses == {"boat"}
    facts["left_out"] = []
    (tmp_path / "training.json").write_text(json.dumps(facts))
    with pytest.raises(NothingLeftOut):
        said_by(tmp_path)
