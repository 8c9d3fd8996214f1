"""Many files at once: in order, each with its own fate."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision import files
from yogalab.errors import EmptyFile, PoseModelMissing, UnreadablePhoto
from yogalab.records import Upload
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.intake import ParallelReader
from yogalab.vision.photo import canonical
from yogalab.vision.worker import Worker, WorkerDied


@pytest.fixture(scope="module")
def upload(person: np.ndarray) -> Upload:
    return Upload(name="person.jpg", data=files.jpeg(Image.fromarray(person)), label="tree")


def crowd(upload: Upload, count: int) -> list[Upload]:
    return [Upload(name=f"{n}.jpg", data=upload.data, label=str(n)) for n in range(count)]


@pytest.mark.parametrize("handful", [100, 0])
def test_here_and_in_processes_the_answers_are_the_same(
    blazepose: BlazePose, upload: Upload, handful: int
) -> None:
    reader = ParallelReader(blazepose, processes=2, handful=handful)
    offered = [
        upload,
        Upload(name="x/zero.jpg", data=b"", label="crow"),
        Upload(name="b.jpg", data=b"\xff\xd8\xff"),
    ]
    offered += [Upload(name="e.jpg", data=b"", error=UnreadablePhoto(name="e.jpg")), upload]
    first, zero, bad, passed_on, last = reader.read_many(offered)
    here = blazepose.find(canonical("a", upload.data).pixels)
    for intake in (first, last):
        assert intake.error is None
        assert intake.photo is not None
        assert (intake.name, intake.label, intake.photo.width) == ("person.jpg", "tree", 512)
        np.testing.assert_array_equal(intake.people[0].points, here[0].points)
        np.testing.assert_array_equal(intake.photo.pixels, canonical("a", upload.data).pixels)
        assert intake.image_hash
    assert isinstance(zero.error, EmptyFile)
    assert (zero.name, zero.label, zero.photo) == ("zero.jpg", "crow", None)
    assert isinstance(bad.error, UnreadablePhoto)
    assert isinstance(passed_on.error, UnreadablePhoto)


def test_answers_come_in_order_and_lazily(blazepose: BlazePose, upload: Upload) -> None:
    taken: list[str] = []

    def coming() -> Iterator[Upload]:
        for one in crowd(upload, 200):
            taken.append(one.name)
            yield one

    reading = ParallelReader(blazepose, processes=2, handful=2).read_many(coming())
    names = [next(reading).name for _ in range(5)]
    assert names == [f"{n}.jpg" for n in range(5)]
    assert len(taken) < 100
    reading.close()


def test_a_killed_process_costs_no_photo(blazepose: BlazePose, upload: Upload) -> None:
    worker = Worker(blazepose.folder, None)
    try:
        assert worker.look(upload).people
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            worker.look(upload)
        assert worker.look(upload).people
    finally:
        worker.close()
    assert worker.pid is None


def test_a_file_that_kills_is_refused_and_the_rest_go_on(
    blazepose: BlazePose, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yogalab.vision import worker as worker_module

    # The children of this test die at one name, as a fault in a decoder would make them.
    deadly = (
        "import json, os, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "from yogalab.vision import worker\n"
        "look = worker.look\n"
        "worker.look = lambda one, *how: os._exit(9) if one.name == 'deadly.jpg' else look(one, *how)\n"
        "worker.serve()"
    )
    monkeypatch.setattr(worker_module, "_START", deadly)
    offered = [*crowd(upload, 3), Upload(name="deadly.jpg", data=upload.data), *crowd(upload, 3)]
    answers = list(ParallelReader(blazepose, processes=2, handful=0).read_many(offered))
    assert [intake.name for intake in answers] == [one.name for one in offered]
    assert [type(intake.error) for intake in answers if intake.error] == [UnreadablePhoto]
    assert answers[3].error is not None


def test_without_a_pose_model_nothing_is_read(tmp_path: Path, upload: Upload) -> None:
    pose = BlazePose(tmp_path, model=tmp_path / "missing.task")
    for handful in (100, 0):
        with pytest.raises(PoseModelMissing):
            list(ParallelReader(pose, processes=1, handful=handful).read_many([upload]))


def test_a_file_that_takes_too_long_is_given_up(blazepose: BlazePose, upload: Upload) -> None:
    worker = Worker(blazepose.folder, None, patience=0.01)
    with pytest.raises(WorkerDied):
        worker.look(upload)
    worker.close()
