"""Copies are found; other people in the same pose are not copies."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tests.learning.bodies import POSES, mirrored, person
from yogalab.asking.duplicates import group, is_sibling, mirrored_hash
from yogalab.poses.figures import draw_person
from yogalab.records import Encodings, Matrix
from yogalab.skeleton import MIRROR
from yogalab.vision.hashing import image_hash


def drawn(slug: str, seed: int) -> tuple[np.ndarray, Matrix]:
    pixels, landmarks = draw_person(POSES[slug], np.random.default_rng(seed))
    return pixels, landmarks.points


def points(one: Encodings) -> Matrix:
    assert one.landmarks is not None
    return one.landmarks.points


def sibling(hash_: int, skeleton: Matrix | None, other_hash: int, other: Matrix | None) -> bool:
    return bool(is_sibling(hash_, skeleton, np.array([other_hash], dtype=np.uint64), [other])[0])


def test_a_photo_made_smaller_is_a_copy() -> None:
    pixels, skeleton = drawn("tree", 0)
    small = np.asarray(Image.fromarray(pixels).resize((240, 320), Image.Resampling.LANCZOS))
    shaken = skeleton + np.random.default_rng(0).normal(0, 0.003, skeleton.shape).astype(np.float32)
    assert sibling(image_hash(pixels), skeleton, image_hash(small), shaken)


def test_a_mirrored_photo_is_a_copy() -> None:
    pixels, skeleton = drawn("warrior_2", 1)
    turned = np.ascontiguousarray(pixels[:, ::-1])
    other = skeleton[list(MIRROR)].copy()
    other[:, 0] = 1 - other[:, 0]
    assert sibling(image_hash(pixels), skeleton, image_hash(turned), other)


def test_the_hash_of_a_mirror_image_follows_from_the_hash() -> None:
    pixels, _ = drawn("chair", 2)
    turned = image_hash(np.ascontiguousarray(pixels[:, ::-1]))
    apart = int(mirrored_hash(np.uint64(image_hash(pixels)))) ^ turned
    # Cells of equal brightness are "not darker" both ways round, so a few bits may differ.
    assert apart.bit_count() <= 8
    assert mirrored_hash(mirrored_hash(np.uint64(0x0123456789ABCDEF))) == np.uint64(0x0123456789ABCDEF)


def test_the_same_pose_by_somebody_else_is_no_copy() -> None:
    assert not sibling(7, points(person("tree", 1)), 7, points(person("tree", 2)))


def test_the_same_body_before_another_picture_is_no_copy() -> None:
    body = points(person("tree", 1))
    assert not sibling(0, body, 0xFFFFFFFF, body)


def test_without_bodies_only_all_but_equal_pictures_are_copies() -> None:
    assert sibling(0b111, None, 0, None)
    assert not sibling(0b11111, None, 0, None)
    assert not sibling(0, None, 0, points(person("tree", 1)))


def test_nothing_known_has_no_siblings() -> None:
    assert is_sibling(1, None, np.zeros(0, dtype=np.uint64), []).tolist() == []


def test_groups_join_links_of_links() -> None:
    hashes = np.array([0, 0b111, 0b111111, 0x0F0F0F0F0F0F0F0F], dtype=np.uint64)
    groups = group(hashes, [None] * 4)
    assert groups[0] == groups[1] == groups[2] != groups[3]
    assert group(np.zeros(0, dtype=np.uint64), []).shape == (0,)


def test_a_body_and_its_mirror_image_in_one_picture_are_one_group() -> None:
    one = person("triangle", 4)
    turned = mirrored(one)
    hash_ = np.uint64(0x123456789ABCDEF0)
    hashes = np.array([hash_, mirrored_hash(hash_)], dtype=np.uint64)
    groups = group(hashes, [points(one), points(turned)])
    assert groups[0] == groups[1]
