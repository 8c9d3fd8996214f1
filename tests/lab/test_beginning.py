"""How far somebody new is."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import AGREED, Studio, studio_lab
from yogalab.records import Coach, Role

ANNA = Coach(id="anna", name="Anna", role=Role.OWNER)
BEN = Coach(id="ben", name="Ben")


def test_the_steps_count_what_somebody_did_and_not_what_came_with_the_files(tmp_path: Path) -> None:
    studio = Studio()
    lab, _ = studio_lab(tmp_path, studio=studio)
    empty = lab.beginning.steps(ANNA)
    assert (empty.photos, empty.named, empty.wanted, empty.versions) == (0, 0, 10, 0)
    came_named = [studio.draw(slug, n, label=slug) for slug in ("tree", "boat") for n in (1, 2)]
    lab.photos.add(ANNA, came_named, consent=AGREED)
    steps = lab.beginning.steps(ANNA)
    assert (steps.photos, steps.named, steps.wanted) == (4, 0, 0)
    lab.versions.train(ANNA)
    added = lab.photos.add(ANNA, [studio.draw("camel", n) for n in range(3)], consent=AGREED)
    said = [lab.review.label(ANNA, photo_id, "camel").event.id for photo_id in added.new]
    lab.review.label(ANNA, added.new[0], "tree")
    lab.review.undo(ANNA, photo_id=added.new[1], target=said[1])
    steps = lab.beginning.steps(ANNA)
    assert (steps.photos, steps.named, steps.wanted, steps.versions) == (7, 2, 3, 1)
    assert (lab.beginning.steps(BEN).named, lab.beginning.steps(BEN).wanted) == (0, 1)
    lab.close()
