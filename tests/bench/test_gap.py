"""Whether texts of body parts teach a skeleton network anything."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.bench.bodies import drawn_bodies
from tests.fakes import ColourEncoder
from yogalab.bench import gap
from yogalab.bench.collection import Collection
from yogalab.bench.gap_networks import (
    ARMS,
    EXCHANGED,
    NO_TEXTS,
    PART_VIEW,
    R2,
    RANDOM,
    TEXTS,
    Effort,
    given,
    texts_of,
)
from yogalab.bench.gap_table import gap_tables
from yogalab.records import Matrix
from yogalab.training.part_encoder import Recipe

TINY = Recipe(hidden=(8, 4), steps=4, batch=32)
EFFORT = Effort(people=1, drawn=TINY, photos=replace(TINY, steps=40, rate=1e-2), few=TINY)


class Words(ColourEncoder):
    """A direction for each sentence, drawn from its letters."""

    def encode_texts(self, texts: Sequence[str]) -> Matrix:
        rows = [np.random.default_rng(_number(text)).normal(size=8) for text in texts]
        return np.stack([row / np.linalg.norm(row) for row in rows]).astype(np.float32)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def with_split(each: int = 6) -> Collection:
    bench = drawn_bodies(each)
    return replace(bench, split=np.array(["train", "test"] * (len(bench.y) // 2)))


def measured(folder: Path) -> gap.GapResult:
    return gap.of_collection(with_split(), Words(), folder=folder, shots=(1,), seeds=2, draws=1, effort=EFFORT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def result(folder: Path) -> gap.GapResult:
    return measured(folder)


def test_every_network_is_asked_in_every_way(result: gap.GapResult) -> None:
    asked = {(row.test, row.shots, row.learner) for row in result.rows}
    for arm in ARMS:
        assert {("drawn.alone", 0, arm), ("drawn.prior", 0, arm)} <= asked
        assert {(f"learnt.{way}", k, arm) for way in ("alone", "beside", "inside") for k in (1, None)} <= asked
    assert ("learnt.inside", None, R2) in asked


def test_test_photos_alone_are_asked_and_leads_are_over_the_network_without_texts(
    result: gap.GapResult,
) -> None:
    rows = {(row.test, row.learner): row for row in result.rows if row.shots is None}
    assert {row.photos for row in rows.values()} == {9}
    assert rows["learnt.alone", NO_TEXTS].ahead is None
    texts, base = rows["learnt.alone", TEXTS], rows["learnt.alone", NO_TEXTS]
    assert texts.ahead is not None
    assert texts.ahead.mean == pytest.approx(texts.top1.mean - base.top1.mean)
    assert texts.draws == 2 and base.top1.mean > 0.6


def test_parts_speak_by_texts_beside_templates_and_likeness(result: gap.GapResult) -> None:
    legs = {row.learner: row for row in result.rows if row.test == "parts.legs"}
    assert NO_TEXTS not in legs and legs[PART_VIEW].ahead is None
    assert legs[PART_VIEW].top1.mean > 0.6 and legs[TEXTS].ahead is not None


def test_a_run_that_was_cut_off_goes_on_and_says_the_same(result: gap.GapResult, folder: Path) -> None:
    (kept,) = folder.glob("gap-*.jsonl")
    everything = kept.read_text()
    kept.write_text(everything[: int(0.9 * len(everything))])
    assert measured(folder).to_json() == result.to_json()


def test_a_data_set_without_split_is_asked_few_labels_and_drawings(tmp_path: Path) -> None:
    bench = drawn_bodies(4)
    found = gap.of_collection(bench, Words(), folder=tmp_path, shots=(1,), seeds=1, draws=1, effort=EFFORT)
    assert {row.shots for row in found.rows} == {0, 1}


def test_each_arm_is_given_what_its_name_says() -> None:
    texts = texts_of(Words(), drawn_bodies(2).poses)
    assert given(texts, NO_TEXTS, 0) is None
    assert given(texts, TEXTS, 0) is texts
    exchanged, random = given(texts, EXCHANGED, 0), given(texts, RANDOM, 0)
    assert exchanged is not None and random is not None
    assert {one.tobytes() for one in exchanged.vectors["legs"]} == {
        one.tobytes() for one in texts.vectors["legs"]
    }
    assert not np.allclose(random.means("legs"), texts.means("legs"))


def test_it_can_be_written_and_shown(result: gap.GapResult) -> None:
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"], written["weight"]) == (1, "gap", 0.8)
    console = Console(width=160, record=True, file=io.StringIO())
    for table in gap_tables(result):
        console.print(table)
    text = console.export_text()
    assert TEXTS in text and PART_VIEW in text and "Legs" in text
