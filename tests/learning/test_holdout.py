"""A fair draw that never changes."""

from __future__ import annotations

from math import sqrt

from yogalab.learning.holdout import SHARE, is_drawn


def test_the_share_is_kept() -> None:
    n = 20_000
    drawn = sum(is_drawn(f"photo {i}", salt="lab") for i in range(n))
    assert abs(drawn / n - SHARE) < 4 * sqrt(SHARE * (1 - SHARE) / n)


def test_a_photo_falls_the_same_way_again_and_independently_in_another_lab() -> None:
    here = [is_drawn(f"photo {i}", salt="here") for i in range(2_000)]
    assert here == [is_drawn(f"photo {i}", salt="here") for i in range(2_000)]
    both = sum(a and is_drawn(f"photo {i}", salt="there") for i, a in enumerate(here))
    # Independent draws meet in share² of the photos.
    assert abs(both - 2_000 * SHARE**2) < 4 * sqrt(2_000 * SHARE**2)


def test_a_drawn_photo_by_hand() -> None:
    # sha256("lab:a") begins with the bytes below; as a share of 2**64 they are compared with 15 %.
    import hashlib

    first = hashlib.sha256(b"lab:a").digest()[0]
    assert is_drawn("a", salt="lab", share=(first + 1) / 256)
    assert not is_drawn("a", salt="lab", share=first / 256)
