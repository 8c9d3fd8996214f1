"""Runs a card's own lines where nothing is to be had but what its wheel asks for.

    python -I -S tests/bare.py FORBIDDEN.json SITE... < lines

SITE are the only folders that are searched; no `.pth` file in them is obeyed, so that no checkout is in reach.
Modules named in FORBIDDEN cannot be imported. Prints one line of JSON.
"""

from __future__ import annotations

import importlib.abc
import json
import sys
import time
from pathlib import Path


class Forbidden(importlib.abc.MetaPathFinder):
    """Says of every module that is not to be had that it is not installed."""

    def __init__(self, names: list[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r} here", name=fullname)


def main() -> None:
    sys.meta_path.insert(0, Forbidden(json.loads(Path(sys.argv[1]).read_text())))
    sys.path[:0] = sys.argv[2:]
    start = time.perf_counter()
    import yogalab

    imported = time.perf_counter() - start
    from yogalab.predictor import load

    loader = time.perf_counter() - start
    lines: dict[str, object] = {}
    exec(compile(sys.stdin.read(), "card", "exec"), lines)
    model = lines["model"]
    answer = model.predict("photo.jpg")  # type: ignore[attr-defined]
    told = {
        "from": yogalab.__file__,
        "poses": {scored.slug: scored.probability for scored in answer.poses},
        "found": answer.found,
        "loaded": sorted({"gradio", "sqlalchemy", "torch", "open_clip"} & set(sys.modules)),
        "seconds": {"import yogalab": imported, "with all that load() needs": loader},
        "load": load.__module__,
    }
    # MediaPipe writes to standard output as it likes.
    print("\n" + json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
