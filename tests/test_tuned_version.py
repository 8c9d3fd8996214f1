"""A version whose encoder was tuned answers elsewhere as it did in its lab: a real, tiny open_clip network."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from tests.fakes import AGREED, FakeHub, Studio, studio_lab
from tests.hub_server import HubServer
from tests.labs import ANNA
from tests.training.networks import picture, write
from yogalab.errors import EncoderRefused
from yogalab.lab.lab import Lab
from yogalab.lab.parts import TUNE
from yogalab.ports import Pixels, Progress
from yogalab.predictor import Predictor, load
from yogalab.publishing import contents
from yogalab.publishing.encoders import FolderEncoders
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import EncoderChange, Tuned, TuningRequest, Upload, tuned_name
from yogalab.settings import Settings
from yogalab.vision.blazepose import BlazePose
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import EncoderRow, Encoders
from yogalab.vision.shelf import OpenClipShelf

POSES = ("tree", "boat", "cobra")


class Nudge:
    """A tuner that moves the last matrix a little, without reason: here it matters only that it moved."""

    def __init__(self, row: EncoderRow) -> None:
        self._row = row

    def tune(
        self, request: TuningRequest, *, pixels: Callable[[int], Pixels], folder: Path, progress: Progress
    ) -> Tuned:
        rng = np.random.default_rng(1)
        change = EncoderChange(
            name=tuned_name(request.encoder, request.rung, request.fingerprint),
            base=request.encoder,
            rung=request.rung,
            method="projection",
            arrays={"visual.proj": (rng.standard_normal((32, 16)) / 8).astype(np.float16)},
            alpha=0.5,
            recipe={"seed": 1},
        )
        seen = [pixels(photo_id) for photo_id in request.photo_ids.tolist()]
        return Tuned(change=change, left_out=OpenClipEncoder(self._row, change=change).encode_photos(seen))


def bars(pose: int, number: int, *, label: bool = True) -> Upload:
    """A bar where the pose has it: nobody is in it."""
    file = io.BytesIO()
    Image.fromarray(picture(pose, number)).resize((128, 128), Image.Resampling.NEAREST).save(file, "PNG")
    return Upload(name=f"{pose}_{number}.png", data=file.getvalue(), label=POSES[pose] if label else None)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Encoders:
    return Encoders(rows=(write(tmp_path_factory.mktemp("networks"), "vit"),), refused=(("*bad*", "none"),))


@pytest.fixture(scope="module")
def lab(table: Encoders, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab that sees through the tiny network, tuned, and answers by version 1, whatever the gate said."""
    home = tmp_path_factory.mktemp("lab")
    studio = Studio()
    studio.name = BlazePose(Path()).name
    (row,) = table.rows
    changes = FolderEncoders(home / "encoders")
    shelf = OpenClipShelf(Settings(home=home, offline=True), table=table, chosen=row.name, changes=changes)
    lab, parts = studio_lab(home, studio=studio, hub=FakeHub(), tuner=Nudge(row), encoders=shelf)
    uploads = [bars(pose, number) for number in range(7) for pose in range(3)]
    lab.photos.add(ANNA, uploads, consent=AGREED)
    job = parts.jobs.run(parts.store.add_job(TUNE, payload(lab, row.name), who=ANNA.id).id)
    assert job.result.get("version") == 1, job.error
    assert lab.versions.activate(ANNA, 1) is None
    return lab


def payload(lab: Lab, encoder: str) -> dict[str, object]:
    return {"rung": "R3", "seq": lab._parts.store.pulse().seq, "encoder": encoder}


def folder_of(lab: Lab) -> Path:
    (version,) = lab.versions.list(ANNA)
    return lab._parts.versions.folder(version.fingerprint)


@pytest.fixture
def here(table: Encoders, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation whose table of encoders has the tiny one."""
    monkeypatch.setattr("yogalab.vision.shelf.read_encoders", lambda: table)


def said_in_lab(lab: Lab, upload: Upload) -> dict[str, float]:
    prediction = lab.photos.look(ANNA, upload.name, upload.data).prediction
    return {scored.slug: scored.probability for scored in prediction.ranked}


def said(model: Predictor, upload: Upload) -> dict[str, float]:
    return {scored.slug: scored.probability for scored in model.predict(upload.data).poses}


@pytest.mark.usefixtures("here")
def test_a_published_tuned_version_predicts_as_in_its_lab(lab: Lab, tmp_path: Path) -> None:
    zipped = lab.versions.download(ANNA, 1, tmp_path / "version.zip")
    ZipFile(zipped).extractall(tmp_path / "unzipped")
    photo = bars(1, 99, label=False)
    expected = said_in_lab(lab, photo)
    with HubServer() as server:
        settings = Settings(home=tmp_path, hub_endpoint=server.url, offline=False)
        hub = HuggingFaceHub(settings, token="hf_coach")
        hub.publish(folder_of(lab), "coach/tuned", tag="v0001", message="Version 1", private=False)
        published = load("coach/tuned", revision="v0001", settings=settings)
    for model in (load(tmp_path / "unzipped", settings=Settings(home=tmp_path, offline=True)), published):
        assert model.encoder == lab.encoder()
        assert said(model, photo) == pytest.approx(expected, abs=1e-3)


@pytest.mark.usefixtures("here")
def test_without_its_change_the_version_would_say_something_else(lab: Lab, tmp_path: Path) -> None:
    photo = bars(1, 99, label=False)
    head = contents.read(folder_of(lab))
    assert head.change is not None
    still = replace(head, change=replace(head.change, alpha=0.0))
    contents.write(tmp_path, still, fingerprint="still", facts={})
    other = said(load(tmp_path, settings=Settings(home=tmp_path, offline=True)), photo)
    expected = said_in_lab(lab, photo)
    assert max(abs(other[slug] - expected[slug]) for slug in other) > 1e-3


@pytest.mark.usefixtures("here")
def test_a_licence_that_forbids_an_encoder_forbids_what_is_tuned_from_it(lab: Lab, tmp_path: Path) -> None:
    head = contents.read(folder_of(lab))
    assert head.change is not None
    name = tuned_name("bad/one", "R3", "0" * 12)
    stolen = replace(head, encoder=name, change=replace(head.change, base="bad/one", name=name))
    contents.write(tmp_path, stolen, fingerprint="stolen", facts={})
    with pytest.raises(EncoderRefused):
        load(tmp_path, settings=Settings(home=tmp_path, offline=True))


def test_only_the_change_travels(lab: Lab) -> None:
    described = json.loads((folder_of(lab) / contents.HEAD).read_text())
    assert described["encoder_change"]["base"] == "tiny/vit"
    size = (folder_of(lab) / contents.ENCODER).stat().st_size
    assert size < 32 * 16 * 2 + 500
