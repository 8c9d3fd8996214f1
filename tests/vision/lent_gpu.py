"""Stands in for the package `spaces` on ZeroGPU: copied to a folder of that name, on a path of its own.

Like the real one it makes PyTorch pretend to have a GPU, runs the decorated function in a forked process where
that pretence ends, sends everything through pickle, and counts on being told that the program has started.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import types
import urllib.request
from collections.abc import Callable
from typing import Any

import torch

FORK = multiprocessing.get_context("fork")
really_available = torch.cuda.is_available
torch.cuda.is_available = lambda: True

# What happened, for the test to read.
startups: list[int] = []
asked: list[float] = []
workers: list[int] = []
refusing: list[str] = []


def GPU(task: Callable[..., Any], *, duration: Callable[..., float]) -> Callable[..., Any]:  # noqa: N802
    def lend(*args: Any) -> Any:
        asked.append(duration(*args))
        if refusing:
            raise RuntimeError(refusing[0])
        theirs, ours = FORK.Pipe()
        worker = FORK.Process(target=_work, args=(ours, task, pickle.dumps(args)))
        worker.start()
        pid, outcome = theirs.recv()
        worker.join()
        workers.append(pid)
        return outcome

    startups.append(0)
    return lend


def _work(ours: Any, task: Callable[..., Any], args: bytes) -> None:
    torch.cuda.is_available = really_available
    ours.send((os.getpid(), task(*pickle.loads(args))))


def gradio_auto_wrap(task: Any) -> Any:
    """What Gradio calls with every handler."""
    return task


def startup() -> None:
    startups.append(1)
    if address := os.environ.get("SPACES_ZERO_DEVICE_API_URL"):
        urllib.request.urlopen(f"{address}/startup-report", data=b"", timeout=30).close()


sys.modules["spaces.zero"] = types.ModuleType("spaces.zero")
vars(sys.modules["spaces.zero"])["startup"] = startup
