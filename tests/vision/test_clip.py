"""A tiny random CLIP through the real path: config and safetensors on disk, open_clip, unit vectors."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.vision.tiny import DIM, tiny
from yogalab.errors import EncoderDamaged, EncoderMissing, EncoderNeeds, EncoderRefused, EncoderUnknown
from yogalab.settings import Settings
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.embedding import BATCH
from yogalab.vision.encoders import EncoderRow, read_encoders
from yogalab.vision.shelf import OpenClipShelf
from yogalab.vision.weights import find_weights, weights_here

WEIGHTS = "open_clip_model.safetensors"


@pytest.fixture(scope="module")
def row(tmp_path_factory: pytest.TempPathFactory) -> EncoderRow:
    return tiny(tmp_path_factory.mktemp("models"))


def photos(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (40 + n % 3, 50, 3), dtype=np.uint8) for n in range(count)]


def test_photos_and_sentences_become_unit_vectors_of_one_space(row: EncoderRow) -> None:
    encoder = OpenClipEncoder(row)
    seen, said = encoder.encode_photos(photos(3)), encoder.encode_texts(["tree pose", "a yoga photo"])
    assert (encoder.name, encoder.dim) == ("tiny/random", DIM)
    for vectors, count in ((seen, 3), (said, 2)):
        assert vectors.shape == (count, DIM)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.abs(seen[0] - seen[1]).max() > 1e-3


def test_a_photo_alone_and_in_a_batch_is_the_same(row: EncoderRow) -> None:
    encoder = OpenClipEncoder(row)
    many = photos(BATCH + 5)
    together = encoder.encode_photos(many)
    alone = np.concatenate([encoder.encode_photos([photo]) for photo in (many[0], many[-1])])
    np.testing.assert_allclose(together[[0, -1]], alone, atol=1e-5)


def test_nothing_to_encode_is_an_empty_matrix(row: EncoderRow) -> None:
    encoder = OpenClipEncoder(row)
    assert encoder.encode_photos([]).shape == (0, DIM)
    assert encoder.encode_texts([]).shape == (0, DIM)


def test_it_is_the_network_on_disk(row: EncoderRow) -> None:
    import open_clip
    import torch

    network, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{row.folder}")
    network.eval()

    photo = photos(1)[0]
    with torch.inference_mode():
        bare = network.encode_image(prepare(Image.fromarray(photo))[None], normalize=True).numpy()
    np.testing.assert_allclose(OpenClipEncoder(row).encode_photos([photo]), bare, atol=1e-6)


def test_threads_share_one_loaded_model(row: EncoderRow) -> None:
    encoder = OpenClipEncoder(row)
    results: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: results.append(encoder.encode_photos(photos(2)))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for result in results:
        np.testing.assert_array_equal(result, results[0])


def test_nothing_is_loaded_before_it_is_used(tmp_path: Path) -> None:
    row = EncoderRow(name="gone", dim=DIM, image_size=32, licence="MIT", folder=tmp_path)
    encoder = OpenClipEncoder(row)
    assert encoder.dim == DIM
    with pytest.raises(EncoderMissing):
        encoder.encode_photos(photos(1))


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    row = tiny(tmp_path)
    path = tmp_path / "tiny" / WEIGHTS
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(EncoderDamaged) as caught:
        OpenClipEncoder(row).load()
    assert caught.value.data == {"encoder": "tiny/random", "file": WEIGHTS}


def test_weights_of_another_width_are_refused(tmp_path: Path) -> None:
    tiny(tmp_path)
    row = EncoderRow(name="wide", dim=DIM + 1, image_size=32, licence="MIT", folder=tmp_path / "tiny")
    with pytest.raises(EncoderDamaged):
        OpenClipEncoder(row).load()


def test_a_package_that_is_not_there_is_named(row: EncoderRow, tmp_path: Path) -> None:
    needy = EncoderRow(
        name="needy", dim=DIM, image_size=32, licence="MIT", folder=tmp_path, needs="no_such_package"
    )
    with pytest.raises(EncoderNeeds) as caught:
        OpenClipEncoder(needy).load()
    assert caught.value.data["package"] == "no_such_package"


@contextlib.contextmanager
def hub(asked: list[str], *, until: threading.Event | None = None) -> Iterator[str]:
    """A hub that has nothing, and keeps quiet until an event when one is given; yields its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            if until is not None:
                until.wait(30)
            with contextlib.suppress(OSError):
                self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


REMOTE = EncoderRow(name="far/away", dim=DIM, image_size=32, licence="MIT", hub="nobody/has-this")


def test_offline_asks_no_hub() -> None:
    asked: list[str] = []
    with hub(asked) as endpoint, pytest.raises(EncoderMissing):
        find_weights(REMOTE, offline=True, endpoint=endpoint)
    assert asked == []


def test_a_hub_without_the_weights_is_asked_once() -> None:
    asked: list[str] = []
    with hub(asked) as endpoint, pytest.raises(EncoderMissing):
        find_weights(REMOTE, endpoint=endpoint)
    assert len(asked) == len(set(asked)) == 2


def test_a_silent_hub_is_not_waited_for() -> None:
    # Not the clock is asserted here: the hub answers only after it was given up.
    given_up = threading.Event()
    asked: list[str] = []
    with hub(asked, until=given_up) as endpoint:
        with pytest.raises(EncoderMissing):
            find_weights(REMOTE, endpoint=endpoint)
        given_up.set()
    assert len(asked) == 1


def test_weights_in_the_cache_need_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.file_download

    monkeypatch.setattr(huggingface_hub.file_download.constants, "HF_HUB_CACHE", str(tmp_path))
    repo = tmp_path / "models--nobody--has-this"
    (repo / "refs").mkdir(parents=True)
    (repo / "refs" / "main").write_text("0" * 40)
    (repo / "snapshots" / ("0" * 40)).mkdir(parents=True)
    (repo / "snapshots" / ("0" * 40) / WEIGHTS).write_bytes(b"weights")
    assert weights_here(REMOTE) is not None
    assert find_weights(REMOTE, endpoint="http://127.0.0.1:9").read_bytes() == b"weights"


def test_the_shelf_offers_what_the_table_has_and_refuses_what_may_not_be_used(
    row: EncoderRow, tmp_path: Path
) -> None:
    assert row.folder is not None
    table = read_encoders(row.folder.parent / "encoders.toml")
    shelf = OpenClipShelf(Settings(home=tmp_path, offline=True), table=table)
    assert [(info.name, info.dim, info.here) for info in shelf.rows()] == [("tiny/random", DIM, True)]
    assert shelf.current is None
    shelf.use("tiny/random")
    first = shelf.current
    assert first is not None
    assert first.encode_texts(["tree pose"]).shape == (1, DIM)
    shelf.use("tiny/random")
    # Chosen again, it is not loaded again.
    assert shelf.current is first
    with pytest.raises(EncoderUnknown):
        shelf.use("no/such")
    assert shelf.current is first
    shelf.use(None)
    assert shelf.current is None
    with pytest.raises(EncoderRefused):
        OpenClipShelf(Settings(home=tmp_path)).open("MobileCLIP-S1/datacompdr")
