"""The client for programs, and every example that the page shows, against a lab that is served."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import yogalab.client
from tests.fakes import Studio, studio_lab
from tests.labs import POSES
from tests.ui.serving import serving
from yogalab import client as package
from yogalab.client import Lab as Client
from yogalab.client import LabError, calls, values
from yogalab.lab.lab import Lab
from yogalab.records import Role
from yogalab.settings import Settings
from yogalab.ui.api import examples, shapes

FOLDER = Path(yogalab.client.__file__).parent


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, studio: Studio) -> Iterator[Lab]:
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(lab, Settings(home=tmp_path_factory.mktemp("home"))) as served:
        yield served


@pytest.fixture(scope="module")
def key(lab: Lab) -> str:
    return lab.tokens.make(lab.people.enter("Anna"), "test", role=Role.COACH)[1]


@pytest.fixture(scope="module")
def photos(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("photos")
    drawn = [studio.draw(slug, seed) for seed in range(2) for slug in POSES]
    for one in drawn:
        (folder / one.name).write_bytes(one.data)
    return [folder / one.name for one in drawn]


def test_a_program_labels_and_trains(address: str, key: str, photos: list[Path]) -> None:
    client = Client(address, token=key)
    assert client.me() == values.Me(id="anna", name="Anna", role="coach")
    assert {"tree", "boat"} <= {pose.slug for pose in client.poses()}
    added = client.add(photos, consent="agreed", labels=[path.name.rpartition("_")[0] for path in photos[:9]])
    assert (len(added.new), added.labelled, len(added.files)) == (10, 9, 10)
    assert client.add(photos[:1], consent="agreed").known == added.new[:1]
    seen = client.predict(photos[0], top=2, landmarks=True)
    assert len(seen.poses) == 2 and isinstance(seen.poses[0], values.Guess)
    (card,) = client.queue(count=1)
    assert card.photo == added.new[9] and client.picture(card)[:2] == b"\xff\xd8"
    saved = client.label(card, photos[9].name.rpartition("_")[0], side="left", event="made-by-the-test")
    assert client.label(card, "tree", event="made-by-the-test") == values.Saved(
        event=saved.event, photo=card.photo, seq=saved.seq, again=True
    )
    client.undo(saved)
    assert client.photo(card.photo).label is None
    client.mark(card, "not_a_pose")
    with pytest.raises(LabError) as caught:
        client.train()
    assert caught.value.code == "people.not_allowed"
    owner = Client(address)
    job = owner.wait(owner.train(), every=0.05)
    assert job.state == "done"
    assert [version.number for version in client.versions()] == [job.result["version"]]


def test_a_refusal_is_an_error_with_the_labs_sentence_and_code(address: str) -> None:
    with pytest.raises(LabError) as caught:
        Client(address, token="yogalab_nobody").me()
    assert (caught.value.status, caught.value.code) == (401, "token.unknown")
    assert "token" in str(caught.value)
    with pytest.raises(LabError) as caught:
        Client(address).label(999, "tree")
    assert (caught.value.status, caught.value.code) == (404, "photo.not_found")


def test_what_the_client_reads_is_what_the_lab_says() -> None:
    """Field by field: a type that drifts from the lab's is found here."""
    for name in values.__dict__:
        kind = getattr(values, name)
        if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
            said = getattr(shapes, name)
            assert set(kind.__dataclass_fields__) == set(said.model_fields), name


class Failing(BaseHTTPRequestHandler):
    """Breaks off, then says it is busy, then answers; keeps what it was sent."""

    bodies: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.bodies.append(body)
        if len(self.bodies) == 1:
            self.connection.close()
            return
        busy = len(self.bodies) == 2
        event = json.loads(body)["event"]
        told = (
            {"error": "later", "code": "x"} if busy else {"event": event, "photo": 1, "seq": 1, "again": False}
        )
        self.send_response(503 if busy else 200)
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_label_is_sent_again_with_the_same_id_until_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PAUSE_SECONDS", 0.0)
    Failing.bodies = []
    with HTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        saved = Client(f"http://127.0.0.1:{server.server_port}").label(1, "tree")
        server.shutdown()
    assert len(Failing.bodies) == 3 and len(set(Failing.bodies)) == 1
    assert saved.event == json.loads(Failing.bodies[0])["event"]


def test_where_nobody_answers_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PAUSE_SECONDS", 0.0)
    with pytest.raises(LabError) as caught:
        Client("http://127.0.0.1:9", timeout=1).me()
    assert (caught.value.status, caught.value.code) == (0, "no_connection")


# --- examples ---------------------------------------------------------------------------------------


def test_the_python_example_runs_from_a_copy_of_the_folder_without_yogalab(
    address: str, key: str, photos: list[Path], tmp_path: Path
) -> None:
    shutil.copytree(FOLDER, tmp_path / "copied")
    shutil.copy(photos[0], tmp_path / "photo.jpg")
    text = examples.filled(examples.PYTHON, lab=address, token=key)
    (tmp_path / "example.py").write_text(text.replace("yogalab.client", "copied"))
    bare = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys; sys.path.insert(0, '.'); import runpy; runpy.run_path('example.py')",
    ]
    done = subprocess.run(bare, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("%") >= 3
    assert package.__all__ == sorted(package.__all__, key=str)


def test_the_curl_example_runs(address: str, key: str, photos: list[Path], tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    shutil.copy(photos[0], tmp_path / "photo.jpg")
    text = examples.filled(examples.CURL, lab=address, token=key)
    done = subprocess.run(
        ["bash", "-e", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert '"likely"' in done.stdout and '"known"' in done.stdout


def test_the_typescript_example_runs(address: str, key: str, photos: list[Path], tmp_path: Path) -> None:
    """With its types struck out, which not every Node does itself."""
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    text = examples.filled(examples.TYPESCRIPT, lab=address, token=key)
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("type "))
    for types in (": Blob", ": Promise<Prediction>", " as Trouble", " as Prediction"):
        assert types in plain
        plain = plain.replace(types, "")
    shutil.copy(photos[0], tmp_path / "photo.jpg")
    ask = (
        'import { readFile } from "node:fs/promises";\n'
        'const seen = await predict(new Blob([await readFile("photo.jpg")]), 2);\n'
        "console.log(seen.poses.length);"
    )
    (tmp_path / "example.mjs").write_text(plain + ask)
    done = subprocess.run(
        ["node", "example.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2"), done.stderr
