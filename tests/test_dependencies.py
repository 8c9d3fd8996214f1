"""No library with a known hole comes along; where nobody can be asked about them, that is said, not passed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
# Advisory -> why it does no harm here. Empty is how it should be.
EXPLAINED: dict[str, str] = {}


def audited(*what: str) -> Sequence[dict[str, Any]]:
    """What the Python Packaging Authority's audit says of each library that it knows."""
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", *what],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if not done.stdout:
        pytest.skip(f"advisories cannot be had: {done.stderr.strip().splitlines()[-1][:200]}")
    known = [one for one in json.loads(done.stdout)["dependencies"] if "skip_reason" not in one]
    if not known:
        pytest.skip("the package index here has no advisories: nothing was audited")
    return known


def holes(known: Sequence[dict[str, Any]]) -> list[str]:
    """What is known and not explained, with the versions that mend it."""
    return [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or '-'}"
        for one in known
        for hole in one["vulns"]
        if not {hole["id"], *hole["aliases"]} & EXPLAINED.keys()
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    [
        pytest.param(("--local", "--skip-editable"), id="installed here"),
        pytest.param(("--no-deps", "--disable-pip", "-r", "spaces/requirements.txt"), id="pinned for a Space"),
    ],
)
def test_no_library_has_a_known_hole(what: tuple[str, ...]) -> None:
    assert holes(audited(*what)) == []


def test_a_hole_is_told_with_what_mends_it() -> None:
    hole = {"id": "PYSEC-2099-1", "aliases": ["CVE-2099-1"], "fix_versions": ["2.0"]}
    assert holes([{"name": "leaky", "version": "1.0", "vulns": [hole]}, {"name": "fine", "vulns": []}]) == [
        "leaky 1.0: PYSEC-2099-1, mended in 2.0"
    ]
