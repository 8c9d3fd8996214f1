"""The review page is measured by what was keyed and painted, and a lost key is found. Nothing here is timed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.lab_line import run
from tests.ui.browsing import CHROMIUM
from yogalab.bench import review
from yogalab.bench.album import add_album
from yogalab.bench.timing import spread
from yogalab.records import LabelEvent, LabelKind
from yogalab.settings import Settings
from yogalab.wiring import open_with_parts
from yogalab.words import say

RESULT = review.ReviewResult(
    latency=0.2,
    painted=spread([0.09, 0.1]),
    seconds=3.0,
    confirmed=3,
    keyed=5,
    stored=5,
    as_keyed=True,
    label=spread([0.01]),
)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_every_key_is_painted_and_kept(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    settings = Settings(home=tmp_path / "home", encoder="")
    result = review.run(settings, photos=6, seconds=2, on_step=lambda *step: steps.append(step))
    assert (result.painted.n, result.keyed, result.stored, result.label.n) == (6, 8, 8, review.BARE_LABELS)
    assert result.confirmed == 2
    assert result.as_keyed and result.bars["pace"] and result.bars["kept"]
    assert steps[-1][0] == steps[-1][1]
    assert list((tmp_path / "home").iterdir()) == []
    assert json.loads(json.dumps(result.to_json()))["bench"] == "review"


def test_the_bars_are_where_they_should_be() -> None:
    assert RESULT.bars == {"painted": True, "pace": True, "kept": True}
    assert not replace(RESULT, painted=spread([0.11])).bars["painted"]
    assert not replace(RESULT, confirmed=2).bars["pace"]
    assert not replace(RESULT, as_keyed=False).bars["kept"]


def test_a_key_that_is_lost_doubled_or_overtaken_is_found() -> None:
    names = {7: "Tree"}

    def event(seq: int, photo: int, kind: LabelKind = LabelKind.POSE, pose: int | None = 7) -> LabelEvent:
        return LabelEvent(id=f"e-{seq}", photo_id=photo, coach="anna", kind=kind, pose_id=pose, seq=seq)

    def told(*events: LabelEvent) -> Sequence[tuple[int, str | None]]:
        return review.as_keyed(events, names)

    keyed = [(1, "Tree"), (2, None)]
    no_pose = event(2, 2, LabelKind.NOT_A_POSE, None)
    assert told(no_pose, event(1, 1)) == keyed
    assert told(event(1, 1)) != keyed
    assert told(event(1, 1), no_pose, event(3, 2, LabelKind.NOT_A_POSE, None)) != keyed
    assert told(event(3, 1), no_pose) != keyed
    assert told(event(1, 1), event(2, 2, LabelKind.SKIP, None)) != keyed


def test_an_album_has_real_pictures_of_people_that_are_known(tmp_path: Path) -> None:
    lab, parts = open_with_parts(Settings(home=tmp_path, encoder=""))
    add_album(parts, 3, seed=0, edge=320)
    photos = parts.store.photos()
    assert [max(photo.width, photo.height) for photo in photos] == [320] * 3
    assert len(parts.store.landmarks(parts.landmarker.name)) == 3
    for photo in photos:
        with parts.files.open(photo.key) as file:
            assert file.read(2) == b"\xff\xd8"
    lab.close()


def test_without_a_browser_a_sentence_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    done = run("--home", tmp_path, "bench", "review")
    assert (done.status, done.err) == (1, say("bench.no_browser") + "\n")
