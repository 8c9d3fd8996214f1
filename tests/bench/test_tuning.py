"""Tuned encoders beside R2 on the same labels, by tuners whose outcome is known."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.bench.seen_photos import DIM, embedded_bodies, unit
from yogalab.bench import tuning
from yogalab.bench.collection import Collection
from yogalab.bench.draws import asking, drawn
from yogalab.bench.tuning import of_collection, unseen
from yogalab.bench.tuning_table import tuning_table
from yogalab.bench.workshop import BASE, Contender, Workshop
from yogalab.records import EncoderChange, Tuned, TuningRequest, tuned_name

POSES = 3


class Looking:
    """Sees the row and the pose that a photo's pixels hold, more or less clearly."""

    def __init__(self, name: str, noise: float, fingerprint: str = "") -> None:
        self.name, self._noise = name, noise
        self.dim = DIM
        self.text_scale, self.taught, self.fingerprint = 100.0, None, fingerprint

    def encode_photos(self, photos: list[np.ndarray]) -> np.ndarray:
        return np.stack([self._seen(int(photo[0, 0, 0]), int(photo[0, 0, 1])) for photo in photos])

    def encode_texts(self, texts: list[str]) -> np.ndarray:
        return unit(np.ones((len(texts), DIM)))

    def _seen(self, row: int, pose: int) -> np.ndarray:
        rng = np.random.default_rng([row, 7])
        clear = np.eye(DIM)[pose]
        return unit((clear + self._noise * rng.normal(size=DIM))[None])[0]


@dataclass
class Fake:
    """Makes an encoder that sees with `noise`, and says which request it got.

    Of the photos it was tuned on, all that it hands over is clear: only the gate can notice noise.
    """

    noise: float
    asked: list[TuningRequest] = field(default_factory=list)

    def tune(
        self, request: TuningRequest, *, pixels: Callable[[int], np.ndarray], folder: Path, progress: object
    ) -> Tuned:
        self.asked.append(request)
        assert folder.is_dir()
        encoder = Looking("left-out", 0.01)
        photos = [pixels(int(row)) for row in request.photo_ids]
        change = EncoderChange(
            name=tuned_name(request.encoder, request.rung, request.fingerprint),
            base=request.encoder,
            rung=request.rung,
            method="projection",
            arrays={"noise": np.array([self.noise], np.float32)},
        )
        left_out = encoder.encode_photos(photos)
        left_out[0] = 0
        return Tuned(change=change, left_out=left_out)


def workshop(bench: Collection, **noises: float) -> tuple[Workshop, dict[str, Fake]]:
    fakes = {name: Fake(noise) for name, noise in noises.items()}

    def pixels(row: int) -> np.ndarray:
        return np.array([[[row, bench.y[row], 0]]], np.uint8)

    contenders = tuple(Contender(name=name, rung="R3", tuner=fake) for name, fake in fakes.items())
    encoder = Looking("base", 5.0)
    return Workshop(
        encoder=encoder,
        contenders=contenders,
        open_changed=lambda change: Looking(change.name, float(change.arrays["noise"][0])),
        pixels=pixels,
    ), fakes


@pytest.fixture(scope="module")
def bodies() -> Collection:
    return embedded_bodies(16).without_templates()


@pytest.fixture(scope="module")
def result(bodies: Collection, tmp_path_factory: pytest.TempPathFactory) -> tuning.TuningResult:
    shop, _ = workshop(bodies, clear=0.01, blind=50.0)
    return of_collection(bodies, shop, folder=tmp_path_factory.mktemp("kept"), shots=(2,), draws=3, hold_out=12)


def row(result: tuning.TuningResult, learner: str) -> tuning.TuningRow:
    return next(one for one in result.rows if one.learner == learner)


def test_a_contender_stands_beside_r2_on_the_same_labels_and_photos(result: tuning.TuningResult) -> None:
    base, clear = row(result, BASE), row(result, "clear")
    assert (base.labels, base.photos) == (clear.labels, clear.photos) == (2 * POSES, 48 - 6 - 12)
    assert base.ahead is None and clear.ahead is not None
    assert clear.ahead.mean == pytest.approx(clear.top1.mean - base.top1.mean)
    assert clear.methods == {"projection": 3} and clear.seconds.mean > 0


def test_what_a_coach_gets_has_passed_the_gate(result: tuning.TuningResult) -> None:
    base, blind = row(result, BASE), row(result, "blind")
    assert row(result, "clear").served.mean >= base.top1.mean
    # A gate that lets everything through would serve what it is right on less often.
    assert blind.promoted == 0 and blind.top1.mean < base.top1.mean
    assert blind.served.mean == pytest.approx(base.top1.mean)
    assert blind.served_ahead is not None and blind.served_ahead.mean == pytest.approx(0)


def test_labels_hold_out_and_asked_photos_share_no_copies(bodies: Collection) -> None:
    draw = drawn(bodies, 2, 0, hold_out=9, asked=10, seed=0)
    assert (len(draw.train), len(draw.hold_out), len(draw.test)) == (6, 9, 10)
    groups = bodies.groups[draw.shown]
    assert len(np.unique(groups)) == len(groups)
    few = drawn(bodies, 14, 0, hold_out=100, asked=100, seed=0)
    assert len(few.hold_out) == 2 and len(few.test) == 4


def test_blends_are_chosen_on_photos_the_tuning_left_out(bodies: Collection) -> None:
    shop, _ = workshop(bodies, clear=0.01)
    train = np.arange(4)
    seen = shop.as_seen_by(Looking("tuned", 0.0), bodies.without_encoder(), train)
    left_out = unit(np.arange(1.0, 1 + 4 * DIM).reshape(4, DIM))
    left_out[1] = 0
    change = EncoderChange(name="n", base="b", rung="R3", method="projection", arrays={})
    kept = unseen(seen, train, Tuned(change=change, left_out=left_out))
    assert kept is not None and kept.photo_ids.tolist() == [0, 2, 3]
    np.testing.assert_array_equal(kept.x[:, -DIM:], left_out[[0, 2, 3]])
    np.testing.assert_array_equal(kept.x[:, :-DIM], seen.x[[0, 2, 3], :-DIM])
    assert unseen(seen, train, Tuned(change=change, left_out=0 * left_out)) is None


def test_what_was_measured_is_not_measured_again(bodies: Collection, tmp_path: Path) -> None:
    shop, fakes = workshop(bodies, clear=0.01)
    once = of_collection(bodies, shop, folder=tmp_path, shots=(2,), draws=1)
    asked = fakes["clear"].asked
    assert len(asked) == 1 and asked[0].encoder == "base" and len(asked[0].captions) == POSES
    assert of_collection(bodies, shop, folder=tmp_path, shots=(2,), draws=1) == once
    of_collection(bodies, shop, folder=tmp_path, shots=(2,), draws=2)
    assert len(asked) == 2 and asked[0].fingerprint != asked[1].fingerprint
    assert not list((tmp_path / "tuning").iterdir())
    # Other weights under the same name.
    renewed = replace(shop, encoder=Looking("base", 5.0, fingerprint="new"))
    of_collection(bodies, renewed, folder=tmp_path, shots=(2,), draws=1)
    assert len(asked) == 3


def test_where_there_is_a_split_only_its_test_photos_are_used(bodies: Collection) -> None:
    assert set(asking(bodies).split) == {"test"}


def test_it_can_be_written_and_shown(result: tuning.TuningResult) -> None:
    written = json.loads(json.dumps(result.to_json()))
    assert (written["format"], written["bench"]) == (1, "tuning")
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(tuning_table(result))
    text = console.export_text()
    assert "blind" in text and "R2" in text
