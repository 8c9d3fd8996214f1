"""The test hub's machines: what is sent there is really run, in a process of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.hub_repos import Refused

ROOT = Path(__file__).parents[1]
OVER = {"COMPLETED", "CANCELED", "ERROR", "DELETED"}
# As the hub lists them; prices a minute.
HARDWARE = (
    ("a10g-large", "Nvidia A10G - large", "A10G", 0.025),
    ("cpu-basic", "CPU Basic", None, 0.000167),
    ("t4-small", "Nvidia T4 - small", "T4", 0.006667),
)


def hardware() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "prettyName": pretty,
            "cpu": "4 vCPU",
            "ram": "15 GB",
            "accelerator": {
                "type": "gpu",
                "model": model,
                "quantity": "1",
                "vram": "16 GB",
                "manufacturer": "Nvidia",
            }
            if model
            else None,
            "unitCostMicroUSD": round(price * 1e6),
            "unitCostUSD": price,
            "unitLabel": "minute",
        }
        for name, pretty, model, price in HARDWARE
    ]


class Machines:
    """Jobs of all accounts. `broke`: no credit; `limit`: seconds that stand for any time limit."""

    def __init__(self) -> None:
        self.jobs: dict[str, Machine] = {}
        self.broke = False
        self.limit: float | None = None

    def begin(self, owner: str, spec: Mapping[str, Any], hub_url: str) -> dict[str, Any]:
        if self.broke:
            raise Refused(402, "Payment required: add credit to your account")
        job = Machine(f"{len(self.jobs):024x}", owner, spec, hub_url, self.limit)
        self.jobs[job.id] = job
        return job.told()

    def job(self, owner: str, job_id: str) -> Machine:
        job = self.jobs.get(job_id)
        if job is None or job.owner != owner:
            raise Refused(404, "Job not found")
        return job

    def listed(self, owner: str, labels: list[str]) -> list[dict[str, Any]]:
        wanted = dict(label.split("=", 1) for label in labels)
        mine = [job for job in self.jobs.values() if job.owner == owner]
        return [job.told() for job in mine if wanted.items() <= job.labels.items()]

    def close(self) -> None:
        for job in self.jobs.values():
            job.end("CANCELED")


class Machine:
    """One job: a process, and what it says."""

    def __init__(
        self, job_id: str, owner: str, spec: Mapping[str, Any], hub_url: str, limit: float | None
    ) -> None:
        self.id, self.owner, self.spec = job_id, owner, spec
        self.labels: dict[str, str] = spec.get("labels", {})
        self.stage, self.message = "RUNNING", ""
        self.lines: list[str] = []
        self._lock = threading.Lock()
        self._scratch = tempfile.TemporaryDirectory(prefix="machine-")
        first, *rest = spec["command"]
        self._process = subprocess.Popen(
            # The machine's own Python is this one's.
            [sys.executable if first == "python" else first, *rest],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            env=self._environment(hub_url),
        )
        threading.Thread(target=self._read, daemon=True).start()
        seconds = limit or spec.get("timeoutSeconds", 1800)
        self._timer = threading.Timer(seconds, self.end, ("ERROR", "Job timeout"))
        self._timer.daemon = True
        self._timer.start()

    def _environment(self, hub_url: str) -> dict[str, str]:
        """A machine's own, with nothing of whoever runs the tests but what Python needs."""
        own = {name: os.environ[name] for name in ("PATH", "LANG", "OMP_NUM_THREADS") if name in os.environ}
        hub = {
            "HF_ENDPOINT": hub_url,
            "HF_HOME": self._scratch.name,
            "HOME": self._scratch.name,
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_HUB_DISABLE_UPDATE_CHECK": "1",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        return {**own, **hub, **self.spec.get("environment", {}), **self.spec.get("secrets", {})}

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.lines.append(line.rstrip("\n"))
        status = self._process.wait()
        self.end("COMPLETED" if status == 0 else "ERROR", f"exit code {status}" if status else "")

    def end(self, stage: str, message: str = "") -> None:
        with self._lock:
            if self.stage in OVER:
                return
            self.stage, self.message = stage, message
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        self._scratch.cleanup()

    def told(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "createdAt": _now(),
            "spaceId": self.spec.get("spaceId"),
            "command": self.spec["command"],
            "arguments": [],
            "environment": self.spec.get("environment", {}),
            # Their names alone: what they are is never told again.
            "secrets": dict.fromkeys(self.spec.get("secrets", {}), ""),
            "flavor": self.spec["flavor"],
            "labels": self.labels,
            "status": {"stage": self.stage, "message": self.message},
            "owner": {"id": self.owner, "name": self.owner, "type": "user"},
        }

    def log(self) -> Iterator[bytes]:
        """Everything said, as server-sent events, until the end."""
        told = 0
        while True:
            over = self.stage in OVER
            for line in self.lines[told:]:
                told += 1
                yield f"data: {json.dumps({'data': line, 'timestamp': _now()})}\n\n".encode()
            if over:
                return
            time.sleep(0.02)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
