"""Photos of which only the colour says what they are, and a lab that sees colours at work."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.labs import ANNA
from yogalab.lab.lab import Lab
from yogalab.lab.parts import Parts
from yogalab.records import Job, JobState, Upload

TINTS = {"tree": (1.0, 0.2, 0.2), "boat": (0.2, 0.2, 1.0), "cobra": (0.2, 1.0, 0.2)}
BASE = "colour/1"
Open = Callable[..., Lab]


def tinted(slug: str, seed: int, *, label: bool = True) -> Upload:
    """A photo without anybody in it, of which only the colour says what it is."""
    rng = np.random.default_rng([seed, *slug.encode()])
    blocks = (rng.integers(60, 256, (8, 8, 3)) * np.array(TINTS[slug])).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(blocks).resize((128, 128), Image.Resampling.NEAREST).save(file, "PNG")
    return Upload(name=f"{slug}_{seed}.png", data=file.getvalue(), label=slug if label else None)


def parts_of(lab: Lab) -> Parts:
    return lab._parts


def finished(lab: Lab, job_id: int) -> Job:
    """The job, done by the lab's own worker: a second one would take it away from a slow one."""
    parts = parts_of(lab)
    while (job := parts.store.job(job_id)).state in {JobState.WAITING, JobState.RUNNING}:
        parts.jobs.wake()
        time.sleep(0.02)
    return job


def tuned(lab: Lab, rung: str = "R3") -> Job:
    """A tuning from click to end."""
    job = finished(lab, lab.tuning.tune(ANNA, rung).id)
    assert job.state is JobState.DONE, job.error
    return job


def payload(lab: Lab) -> dict[str, object]:
    return {"rung": "R3", "seq": parts_of(lab).store.pulse().seq, "encoder": BASE}
