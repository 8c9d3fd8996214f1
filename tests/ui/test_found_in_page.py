"""Poses are found in the browser as in the lab: else names would move under a coach's fingers."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from yogalab.poses.taxonomy import builtin_poses, search

NODE = shutil.which("node")
ASKED = """
import { readFileSync } from "node:fs";
import { PoseFinder } from "./pose_finder.js";
const { poses, typed } = JSON.parse(readFileSync(0, "utf8"));
const finder = new PoseFinder(poses);
console.log(JSON.stringify(typed.map((text) => finder.find(text).map((pose) => pose.slug))));
"""
# Nothing is spelled so; the lab finds what is meant, the page waits for it.
MISSPELLED = ("warior 2", "triangel", "trikonasna")
SAYS_NOTHING = ("", "  ", "pose", "the pose", "!?", "·")


@pytest.mark.skipif(NODE is None, reason="node is not here")
def test_the_page_finds_what_the_lab_finds_in_the_same_order(tmp_path: Path) -> None:
    poses = builtin_poses()
    names = [name for pose in poses for name in (pose.name, pose.sanskrit, *pose.aliases) if name]
    begun = [name[:length] for place, name in enumerate(names) for length in (1, 2, 4, 9) if place % 5 == 0]
    middle = [name[2:7] for name in names[::11]]
    typed = [
        *(*names[::9], *begun, *middle, *MISSPELLED, *SAYS_NOTHING),
        *("Warrior II", "WARRIOR  two", "vṛkṣāsana", "vrksasana", "seers", "dog down", "Köpfe", "ß", "i", "3"),
    ]
    found = _in_node(tmp_path, poses=[_row(pose) for pose in poses], typed=typed)
    told = dict(zip(typed, found, strict=True))
    assert [told.pop(text) for text in MISSPELLED] == [[], [], []]
    assert all(search(text, poses) for text in MISSPELLED)
    assert told == {text: [pose.slug for pose in search(text, poses, limit=8)] for text in told}
    assert sum(map(bool, told.values())) > 100


def _row(pose: object) -> dict[str, object]:
    return {name: getattr(pose, name) for name in ("id", "slug", "name", "sanskrit", "aliases")}


def _in_node(folder: Path, **given: object) -> list[list[str]]:
    script = files("yogalab.ui").joinpath("assets", "pose_finder.js").read_text(encoding="utf-8")
    (folder / "pose_finder.js").write_text(script, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "asked.js").write_text(ASKED)
    assert NODE is not None
    done = subprocess.run(
        [NODE, "asked.js"],
        cwd=folder,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: list[list[str]] = json.loads(done.stdout)
    return found
