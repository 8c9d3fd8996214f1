"""Each lab sees at a glance what other processes changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
import pytest

from tests.keeping.things import MODEL, POSES, label, new, version
from yogalab.keeping.store import SqlStore
from yogalab.records import Consent

CHANGES: dict[str, tuple[Callable[[SqlStore], object], set[str]]] = {
    "a label": (lambda s: s.append(label(1, "x")), {"seq"}),
    "a photo": (lambda s: s.add_photos([new("more")]), {"photos", "looked"}),
    "a deletion": (lambda s: s.delete_photo(1, who="ana"), {"photos", "purges"}),
    "the hold-out": (lambda s: s.set_holdout([1]), {"photos"}),
    "a group": (lambda s: s.set_group([1], 2), {"photos"}),
    "consent": (lambda s: s.set_consents({1: Consent.WITHDRAWN}), {"photos"}),
    "the same consent": (lambda s: s.set_consents({1: Consent.AGREED}), set()),
    "a second look": (lambda s: s.put_landmarks(1, MODEL, []), {"looked"}),
    "an embedding": (lambda s: s.put_embeddings("c", "r", {1: np.ones(2, np.float32)}), {"embeddings"}),
    "the same photo again": (lambda s: s.add_photos([new("a")]), set()),
    "a version that serves": (
        lambda s: s.activate(s.add_version(**version("aa")).number, who="ana"),
        {"activation"},
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_moves_its_own_counters_and_no_other(store: SqlStore, change: str) -> None:
    store.put_poses(POSES)
    store.add_photos([new("a"), new("b")])
    before = asdict(store.pulse())
    make, moved = CHANGES[change]
    make(store)
    after = asdict(store.pulse())
    assert {name for name in after if after[name] > before[name]} == moved


def test_a_new_lab_has_seen_nothing(store: SqlStore) -> None:
    assert set(asdict(store.pulse()).values()) == {0}
