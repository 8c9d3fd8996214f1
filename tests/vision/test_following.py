"""The real BlazePose on a drawn clip, in its mode for moving pictures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import POSES
from yogalab.errors import PhotoTooLarge, PhotoWrongShape, UnreadablePhoto
from yogalab.poses.geometry import describe
from yogalab.poses.moving import Clip, Still
from yogalab.poses.templates import target_matrix, template_scores
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.photo import LONG_EDGE, MOST_FRAME_BYTES, frame


@pytest.fixture(scope="module")
def clip() -> list[Still]:
    poses = [POSES["mountain"], POSES["tree"]]
    return list(Clip(poses, np.random.default_rng(1), hold=1.0, way=0.5, per_second=8))


def test_a_drawn_person_is_followed_where_they_are(blazepose: BlazePose, clip: list[Still]) -> None:
    watcher = blazepose.follow()
    seen = [watcher.see(still.pixels, 125 * k) for k, still in enumerate(clip)]
    watcher.close()
    assert all(one is not None for one in seen)
    found = [one for one in seen if one is not None]
    held = [k for k, still in enumerate(clip) if still.slug]
    off = [np.abs(found[k].points[11:29, :2] - clip[k].landmarks.points[11:29, :2]).mean() for k in held]
    assert np.median(off) < 0.02
    assert {one.found_by for one in found} == {"followed"} and found[0].aspect == pytest.approx(640 / 480)
    # Whoever is seen again and again is likelier there.
    assert found[7].trust > found[0].trust
    poses = [pose for pose in POSES.values() if pose.template]
    scores = template_scores(describe(np.stack([found[k].world for k in held])), *target_matrix(poses))
    named = [poses[k].slug for k in np.nanargmax(scores, axis=1)]
    assert np.mean([name == clip[k].slug for name, k in zip(named, held, strict=True)]) >= 0.9


def test_two_watchers_do_not_mix_people_up_and_a_closed_one_sees_nobody(
    blazepose: BlazePose, clip: list[Still]
) -> None:
    one, other = blazepose.follow(), blazepose.follow()
    empty = np.full_like(clip[0].pixels, 200)
    assert one.see(clip[0].pixels, 0) is not None
    assert other.see(empty, 0) is None
    # Times that stand still or go back are no failure: clocks of pages do.
    assert one.see(clip[1].pixels, 0) is not None
    assert one.see(clip[2].pixels, -50) is not None
    for watcher in (one, other, one):
        watcher.close()
    assert one.see(clip[0].pixels, 99) is None


def test_a_frame_is_a_small_jpeg_as_it_is(clip: list[Still]) -> None:
    from yogalab.bench.clips import jpeg

    data = jpeg(clip[0].pixels, quality=90, edge=480)
    assert frame("x", data).shape == (360, 480, 3)
    for hostile in (b"", b"\x89PNG\r\n\x1a\n", data[:300], data[:20] + b"\xff" * 200):
        with pytest.raises(UnreadablePhoto):
            frame("x", hostile)
    with pytest.raises(PhotoTooLarge):
        frame("x", jpeg(np.zeros((300, LONG_EDGE + 1, 3), np.uint8), quality=20))
    with pytest.raises(PhotoTooLarge):
        frame("x", data + b"\x00" * MOST_FRAME_BYTES)
    with pytest.raises(PhotoWrongShape):
        frame("x", jpeg(np.zeros((16, 160, 3), np.uint8), quality=20))
