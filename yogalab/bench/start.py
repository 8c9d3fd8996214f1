"""How long it takes until something is there: the package, the command line's help, the first page."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from yogalab.bench.served_lab import served
from yogalab.bench.timing import Spread, machine, spread
from yogalab.errors import LabNotServed

HEAVY = ("torch", "gradio", "mediapipe", "open_clip", "sqlalchemy", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartResult:
    """Times in seconds.

    python: an empty program; package: `import yogalab` in a fresh process, beyond the empty program; predictor:
    the same with all that `yogalab.load` imports before it reads a version;
    loads: heavy libraries that this import loads (none should); page: from the command to the first page,
    in a fresh home, None when none came.
    """

    python: Spread
    package: Spread
    predictor: Spread
    help: Spread
    loads: tuple[str, ...]
    page: float | None

    def to_json(self) -> dict[str, object]:
        """Return what goes into a JSON file."""
        return {"format": 1, "bench": "start", "machine": machine(), **asdict(self)}


def run(*, repeats: int = 5) -> StartResult:
    """Measure in processes of their own."""
    return StartResult(
        python=spread([_seconds("pass") for _ in range(repeats)]),
        package=spread([_import_seconds("yogalab") for _ in range(repeats)]),
        predictor=spread([_import_seconds("yogalab.predictor") for _ in range(repeats)]),
        help=spread([_help_seconds() for _ in range(repeats)]),
        loads=_loads(),
        page=_page_seconds(),
    )


def _seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def _import_seconds(module: str) -> float:
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return float(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    )


def _help_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "yogalab", "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _loads() -> tuple[str, ...]:
    code = f"import yogalab, sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return tuple(done.stdout.split())


def _page_seconds() -> float | None:
    """Seconds from starting the server in an empty home until a page answers."""
    with TemporaryDirectory(prefix="yogalab-bench-") as home:
        try:
            with served(Path(home) / "lab") as lab:
                return lab.seconds
        except LabNotServed:
            return None
