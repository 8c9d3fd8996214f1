"""The simulated coach: what is asked, what it costs, and what judges."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.bench.bodies import drawn_bodies
from tests.cli.lab_line import run as run_line
from yogalab.bench.asking import FULL, Setting, Step, measure, of_collection
from yogalab.bench.asking_table import asking_plot, asking_tables
from yogalab.bench.collection import Collection
from yogalab.bench.oracles import NAMES, available
from yogalab.bench.pools import drawn

BARE = Setting(prior=False, tailed=False)
STRATEGIES = ("random", "margin", "entropy", "CoreSet", "TypiClust", "UHerding", "YogaLab")


@pytest.fixture(scope="module")
def bench() -> Collection:
    return drawn_bodies(each=20)


def step(strategy: str, *, setting: Setting = BARE, labels: int = 25, draw: int = 0) -> Step:
    return Step(setting=setting, strategy=strategy, seed=0, draw=draw, labels=labels)


def test_pool_and_test_share_no_near_duplicates(bench: Collection) -> None:
    twins = replace(bench, groups=np.arange(len(bench.y)) // 2)
    for draw in range(5):
        photos = drawn(twins, seed=0, draw=draw, tailed=False)
        assert not set(twins.groups[photos.pool]) & set(twins.groups[photos.test])


def test_official_test_photos_judge_and_are_never_asked(bench: Collection) -> None:
    split = np.array(["test" if k % 4 == 0 else "train" for k in range(len(bench.y))])
    photos = drawn(replace(bench, split=split), seed=0, draw=0, tailed=False)
    assert set(photos.test) == set(np.flatnonzero(split == "test"))
    assert not set(photos.pool) & set(photos.test)


def test_a_tailed_pool_has_one_large_pose_and_small_ones(bench: Collection) -> None:
    photos = drawn(bench, seed=0, draw=0, tailed=True)
    sizes = sorted(np.bincount(bench.y[photos.pool], minlength=3))
    assert sizes[0] == 3 and sizes[2] > 3 * sizes[0]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_asks_as_often_as_it_may_and_learns(bench: Collection, strategy: str) -> None:
    curve = measure(bench, step(strategy))
    assert list(curve) == ["0", "25"]
    assert curve["25"][0] > 0.8 > curve["0"][0]


@pytest.mark.skipif(not available(), reason="scikit-activeml is not installed")
@pytest.mark.parametrize("strategy", NAMES)
def test_the_oracles_take_part(bench: Collection, strategy: str) -> None:
    assert measure(bench, step(strategy))["25"][0] > 0.8


def test_the_same_draw_gives_the_same_curve(bench: Collection) -> None:
    assert measure(bench, step("random")) == measure(bench, step("random"))
    one, other = (drawn(bench, seed=0, draw=draw, tailed=False) for draw in (0, 1))
    assert one.pool.tolist() != other.pool.tolist()


def test_a_photo_of_nobody_costs_a_label_in_the_pool_and_is_wrong_in_the_test(bench: Collection) -> None:
    x = bench.x.copy()
    x[::2] = 0
    blind = replace(bench, x=x)
    curve = measure(blind, step("YogaLab", labels=50))
    test = drawn(blind, seed=0, draw=0, tailed=False).test
    most = float(np.mean(np.abs(x[test]).max(axis=1) > 0))
    assert all(top1 <= most for top1, _ in curve.values())


def test_a_cut_off_run_goes_on_and_says_what_it_says_in_table_json_and_picture(
    bench: Collection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[float] = []
    settings = [BARE, Setting(prior=True, tailed=True)]

    def run() -> dict[str, object]:
        result = of_collection(
            bench,
            folder=tmp_path,
            strategies=["YogaLab"],
            settings=settings,
            labels=25,
            draws=2,
            on_progress=lambda share, stage: seen.append(share),
        )
        table = Console(file=io.StringIO(), width=200, record=True)
        for one in asking_tables(result):
            table.print(one)
        text = table.export_text()
        assert "YogaLab" in text and "random" in text and "{" not in text
        files = asking_plot(result, tmp_path / "asking.png")
        assert [file.name for file in files] == ["asking-bare.png", "asking-prior-tailed.png"]
        assert all(file.stat().st_size > 1000 for file in files)
        return result.to_json()

    first = run()
    assert seen[0] == 0 and seen[-1] == 1
    seen.clear()
    again = run()
    assert seen == [1], "nothing is measured twice"
    assert json.dumps(first) == json.dumps(again)


def test_full_labels_are_the_goal(bench: Collection) -> None:
    full = measure(bench, step(FULL))
    assert full["top1"] > 0.9
    assert full["pool"] + full["test"] <= len(bench.y)


def test_a_strategy_nobody_knows_is_said_before_minutes_of_measuring(tmp_path: Path) -> None:
    done = run_line(
        "--home", tmp_path / "home", "bench", "asking", tmp_path, "--strategies", "YogaLab,coin toss"
    )
    assert done.status == 2 and "coin toss" in done.err
    assert not (tmp_path / "home").exists()
