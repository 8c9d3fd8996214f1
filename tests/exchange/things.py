"""Photos with everything that can be known of one, drawn by Hypothesis, and how to compare two."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from yogalab.exchange.lines import photo_line
from yogalab.records import Consent, LabelKind, Landmarks, Outgoing, Photo, Pose, Said, Told
from yogalab.vision.photo import canonical

TREE = Pose(id=1, slug="tree", name="Tree", template={"knee": 90.0})
BOAT = Pose(id=2, slug="boat", name='Boat "Nāvāsana" <&>', aliases=("navasana",), sided=True)
LEAN = Pose(id=3, slug="lean", name="Leaning", merged_into=1)
POSES = {pose.slug: pose for pose in (TREE, BOAT, LEAN)}
MERGED = {"lean": "tree"}
WIDTH, HEIGHT = 40, 80

_words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_ids = st.text("abcdef0123456789-", min_size=8, max_size=36)
_times = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
_shares = st.floats(0, 1, allow_nan=False)
_numbers = st.floats(-2, 2, allow_nan=False, width=32)
_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _words | _shares,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3),
    max_leaves=6,
)


@cache
def jpeg(number: int) -> bytes:
    """A photo as a lab keeps it."""
    file = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (number % 256, number // 256, 0)).save(file, "JPEG")
    return canonical("x", file.getvalue()).data


@st.composite
def people(draw: st.DrawFn) -> Landmarks:
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    points = rng.uniform(-0.2, 1.2, (33, 4)).astype(np.float32)
    points[0, :3] = draw(st.tuples(_numbers, _numbers, _numbers))
    return Landmarks(
        points=points,
        world=rng.normal(size=(33, 3)).astype(np.float32),
        aspect=draw(st.floats(0.1, 10)),
        found_by=draw(st.sampled_from(["first", "bordered", "faint"])),
        person=draw(st.integers(0, 9)),
        trust=draw(_shares),
    )


@st.composite
def said(draw: st.DrawFn, order: int) -> Said:
    kind = draw(st.sampled_from(LabelKind))
    named = kind in {LabelKind.POSE, LabelKind.RULING}
    return Said(
        id=f"{draw(_ids)}-{order}",
        coach=draw(st.sampled_from(["anna", "ben", "zoë 山", "=sum(a1)"])),
        kind=kind,
        pose=draw(st.sampled_from(sorted(POSES))) if named else None,
        side=draw(st.sampled_from(["left", "right", None])) if named else None,
        person=draw(st.integers(0, 3)),
        undoes=draw(_ids) if kind is LabelKind.UNDO else None,
        shown=tuple(draw(st.lists(st.tuples(st.sampled_from(sorted(POSES)), _shares), max_size=2))),
        guess=draw(st.sampled_from(["boat", None])),
        lease=draw(st.sampled_from(["seat", None])),
        ms=draw(st.integers(0, 10**6) | st.none()),
        details=draw(st.dictionaries(_words, _json, max_size=2)),
        at=draw(_times),
        order=order,
    )


@st.composite
def outgoing(draw: st.DrawFn, number: int) -> Outgoing:
    data = jpeg(number)
    sha256, source = hashlib.sha256(data).hexdigest(), hashlib.sha256(b"s%d" % number).hexdigest()
    events = tuple(draw(said(order=10 * number + place)) for place in range(draw(st.integers(0, 4))))
    found = tuple(draw(st.lists(people(), max_size=2)))
    pose = draw(st.sampled_from([TREE, BOAT, None]))
    photo = Photo(
        id=number,
        source_sha256=source,
        sha256=sha256,
        key=f"{number}.jpg",
        name=draw(_words) or "x",
        width=WIDTH,
        height=HEIGHT,
        added_by=draw(st.sampled_from(["anna", "ben"])),
        added_at=draw(_times),
        source=draw(_words) or "upload",
        consent=draw(st.sampled_from(Consent)),
        group=draw(st.integers(1, 3)),
        holdout=draw(st.booleans()),
    )
    told = Told(
        sha256=sha256,
        source_sha256=source,
        name=photo.name,
        added_by=photo.added_by,
        added_at=photo.added_at,
        source=photo.source,
        consent=photo.consent,
        group=str(photo.group),
        holdout=photo.holdout,
        pose_model="blazepose-full/seven-1",
        people=draw(st.sampled_from([found, None])),
        said=events,
        poses=POSES,
        merged=MERGED,
    )
    return Outgoing(
        photo=photo,
        pose=pose,
        side=draw(st.sampled_from(["left", None])) if pose else None,
        coaches=("anna", "ben") if pose else (),
        labelled_at=draw(_times) if pose else None,
        people=found,
        read=lambda: data,
        told=told,
        answer="pose" if pose else draw(st.sampled_from(["", "nobody", "not_a_pose", "disputed"])),
    )


@st.composite
def data_sets(draw: st.DrawFn) -> Sequence[Outgoing]:
    return [draw(outgoing(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]


def everything(told: Told, data: bytes) -> Mapping[str, Any]:
    """All that is known of a photo, as values that can be compared."""
    poses = {slug: (pose.name, pose.aliases, dict(pose.template)) for slug, pose in told.poses.items()}
    return {**photo_line(told, ""), "poses": poses, "merged": dict(told.merged), "data": data}
