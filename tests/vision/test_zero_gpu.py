"""A GPU lent by the call: which photos go there, what happens without it, and that it is announced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from yogalab.settings import Settings
from yogalab.vision import zero_gpu
from yogalab.vision.device import best_device

ROOT = Path(__file__).parents[2]

# Run where the package is; what it prints is the test's.
PROGRAM = """
import json, os, sys
from pathlib import Path
import numpy as np
from yogalab.vision import zero_gpu

assert "torch" not in sys.modules
assert zero_gpu.borrow() and zero_gpu.borrow()
zero_gpu.announce()
import spaces, torch
from yogalab.vision.device import best_device
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.opening import open_encoder

from tests.vision.tiny import tiny

row = tiny(Path(sys.argv[1]))
encoder, plain = open_encoder(row, offline=True), OpenClipEncoder(row, offline=True)
photos = list(np.random.default_rng(0).integers(0, 256, (9, 40, 30, 3), dtype=np.uint8))
said = {"kind": type(encoder).__name__, "pretended": torch.cuda.is_available(), "device": best_device()}
lent = encoder.encode_photos(photos)
said["here"] = encoder._loaded is not None
said["workers"], said["me"] = list(spaces.workers), os.getpid()
few = encoder.encode_photos(photos[:7])
said["calls"] = len(spaces.asked)
spaces.refusing.append("ZeroGPU quota exceeded")
refused = encoder.encode_photos(photos)
again = encoder.encode_photos(photos)
said["calls_after_refusal"] = len(spaces.asked)
right = plain.encode_photos(photos)
said["gaps"] = [float(np.abs(one - right[: len(one)]).max()) for one in (lent, few, refused, again)]
said["asked"], said["startups"] = spaces.asked, spaces.startups
print(json.dumps(said))
"""


@pytest.mark.slow
def test_many_photos_go_to_the_lent_gpu_and_come_home_without_it(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (tmp_path / "path/spaces").mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("lent_gpu.py"), tmp_path / "path/spaces/__init__.py")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(models)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path / "path"), str(ROOT)))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    # PyTorch says that there is a GPU, and the program knows better.
    assert (said["pretended"], said["device"]) == (True, "cpu")
    assert said["kind"] == "BorrowingEncoder"
    assert len(said["workers"]) == 1 and said["workers"][0] != said["me"]
    assert not said["here"]
    # Few photos stay here; after a refusal nobody asks again for a while.
    assert (said["calls"], said["calls_after_refusal"]) == (1, 2)
    assert max(said["gaps"]) < 1e-5
    assert all(20 <= seconds <= 60 for seconds in said["asked"])
    # Declared once, and announced once, after that.
    assert said["startups"] == [0, 1]


def test_the_folder_of_that_name_is_not_taken_for_the_package() -> None:
    assert (ROOT / "spaces").is_dir()
    assert zero_gpu.borrow() is False
    assert not zero_gpu.lent()
    zero_gpu.announce()
    assert best_device() in {"cpu", "cuda"}
    assert not Settings.from_env({"SYSTEM": "spaces"}).zero_gpu
