"""What programs are promised: typed answers, troubles in one shape, keys that a person made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fakes import Studio, studio_lab
from tests.labs import POSES, worked_off
from tests.ui.role_table import ROUTES
from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.api import shapes
from yogalab.ui.live import LARGEST_PICTURE
from yogalab.ui.pages import build_app
from yogalab.ui.site import build_site

EVENT = "00000000-0000-4000-8000-{:012d}"


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, studio: Studio) -> Iterator[Lab]:
    made, _ = studio_lab(tmp_path_factory.mktemp("lab"), studio=studio)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    site = build_site(build_app(lab, settings), lab, settings)
    return TestClient(site, base_url="http://127.0.0.1:7860/api/v1/")


def key(client: TestClient, role: str) -> dict[str, str]:
    made = client.post("tokens", json={"name": role, "role": role})
    assert made.status_code == 201
    return {"authorization": f"Bearer {made.json()['token']}"}


def refused(answer: Any) -> tuple[int, str]:
    """(status, code); the answer is a trouble as the schema has it."""
    told = shapes.Trouble.model_validate(answer.json())
    assert told.error and answer.json().keys() == {"error", "code"}
    return answer.status_code, told.code


def test_a_coachs_program_goes_the_whole_way(client: TestClient, lab: Lab, studio: Studio) -> None:
    files = [studio.draw(slug, seed) for seed in range(3) for slug in POSES]
    form = [("files", (one.name, one.data)) for one in files]
    labels = [one.name.rpartition("_")[0] if "_0" in one.name else "" for one in files]
    added = client.post("photos", files=form, data={"consent": "agreed", "labels": labels}).json()
    assert (len(added["new"]), added["labelled"], len(added["files"])) == (15, 5, 15)
    again = client.post("photos", files=form[:2], data={"consent": "agreed"}).json()
    assert (again["new"], again["known"]) == ([], added["new"][:2])

    asked = client.post("queue", json={"count": 3, "seat": "one"}).json()
    other = client.post("queue", json={"count": 3, "seat": "other"}).json()
    first, second = ({card["photo"] for card in queue["cards"]} for queue in (asked, other))
    assert len(first) == len(second) == 3 and not first & second
    assert (asked["photos"], asked["labelled"], asked["waiting"]) == (15, 5, 10)

    card = asked["cards"][0]
    said = {"event": EVENT.format(1), "photo": card["photo"], "pose": "Boat Pose", "sample": card["sample"]}
    kept = client.post("labels", json={**said, "side": "left", "ms": 900}).json()
    assert (kept["event"], kept["again"]) == (EVENT.format(1), False)
    assert client.post("labels", json=said).json() == {**kept, "again": True}
    label = client.get(f"photos/{card['photo']}").json()["label"]
    assert (label["kind"], label["pose"], label["coaches"]) == ("pose", "boat", ["coach"])
    undone = {"event": EVENT.format(2), "target": EVENT.format(1), "photo": card["photo"]}
    assert client.post("labels/undo", json=undone).json()["again"] is False
    assert client.post("labels/undo", json=undone).json()["again"] is True
    assert client.get(f"photos/{card['photo']}").json()["label"] is None
    nobody = {"event": EVENT.format(3), "photo": card["photo"], "kind": "nobody"}
    assert client.post("labels", json=nobody).status_code == 200

    begun = client.post("trainings")
    assert begun.status_code == 202
    worked_off(lab, begun.json()["id"])
    done = client.get(f"jobs/{begun.json()['id']}").json()
    assert (done["state"], done["result"]["version"], done["trouble"]) == ("done", 1, None)
    versions = client.get("versions").json()
    assert [one["number"] for one in versions["versions"]] == [1]
    assert versions["answering"] == (1 if done["result"]["promoted"] else 0)


def test_a_picture_is_named_from_its_bytes_or_a_form_and_not_kept(
    client: TestClient, lab: Lab, studio: Studio
) -> None:
    before = client.post("queue", json={}).json()["photos"]
    data = studio.draw("tree", 77).data
    raw = client.post("predict", params={"top": 3}, content=data).json()
    formed = client.post("predict", params={"top": 3}, files={"picture": ("x.png", data)}).json()
    assert raw == formed
    assert len(raw["poses"]) == 3 and raw["landmarks"] is None
    assert raw["poses"] == sorted(raw["poses"], key=lambda one: -one["probability"])
    everything = client.post("predict", params={"top": 200}, content=data).json()
    assert sum(one["probability"] for one in everything["poses"]) == pytest.approx(1, abs=1e-5)
    assert {one["slug"] for one in everything["poses"]} >= set(everything["likely"]) >= {"tree"} - {""}
    assert client.post("queue", json={}).json()["photos"] == before


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    [
        ("GET", "nothing", {}, 404, "api.unknown"),
        ("GET", "predict", {}, 405, "api.method"),
        ("GET", "photos/999", {}, 404, "photo.not_found"),
        ("GET", "photos/0", {}, 422, "api.odd"),
        ("GET", f"photos/{2**70}", {}, 422, "api.odd"),
        ("GET", "jobs/999", {}, 404, "job.not_found"),
        ("POST", "predict", {"content": b""}, 422, "photo.empty"),
        ("POST", "predict", {"content": b"no picture"}, 415, "photo.unsupported"),
        ("POST", "predict?top=0", {"content": b"x"}, 422, "api.odd"),
        ("POST", "photos", {"data": {"labels": ""}, "files": {"files": b"x"}}, 422, "photo.consent_missing"),
        (
            "POST",
            "photos",
            {"content": b"--x", "headers": {"content-type": "multipart/form-data"}},
            400,
            "api.odd",
        ),
        ("POST", "labels", {"content": b"{"}, 422, "api.odd"),
        ("POST", "labels", {"json": {"photo": 1, "pose": "tree"}}, 422, "api.odd"),
        ("POST", "labels", {"json": {"event": EVENT.format(9), "photo": 1, "poze": "x"}}, 422, "api.odd"),
        (
            "POST",
            "labels",
            {"json": {"event": EVENT.format(9), "photo": 1, "pose": "?"}},
            404,
            "pose.not_found",
        ),
        ("POST", "labels", {"json": {"event": EVENT.format(9), "photo": 1}}, 404, "pose.not_found"),
        (
            "POST",
            "labels",
            {"json": {"event": EVENT.format(9), "photo": 999, "pose": 1}},
            404,
            "photo.not_found",
        ),
        ("POST", "labels/undo", {"json": {"event": EVENT.format(9), "target": EVENT.format(8)}}, 409, None),
        ("DELETE", "tokens/abc", {}, 404, "token.not_found"),
        ("POST", "tokens", {"json": {"name": "\u202e"}}, 422, "token.bad_name"),
    ],
)
def test_every_trouble_has_one_shape(
    client: TestClient, method: str, path: str, sent: dict[str, Any], status: int, code: str | None
) -> None:
    answer = client.request(method, path, **sent)
    assert refused(answer) == (status, code or answer.json()["code"])
    assert answer.headers["cache-control"] == "no-store"


def test_more_than_fits_is_refused_however_it_is_announced(client: TestClient) -> None:
    piece = b"x" * 2**20

    def unannounced(pieces: int) -> Iterator[bytes]:
        yield from [piece] * pieces

    # Where pictures are taken, room is left for a form and for base64.
    most = LARGEST_PICTURE * 4 // 3 // len(piece) + 2
    assert refused(client.post("predict", content=unannounced(most))) == (413, "page.too_large")
    assert refused(client.post("labels", content=unannounced(1))) == (413, "page.too_large")
    assert refused(client.post("labels", content=piece)) == (413, "page.too_large")
    form = {"content-type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="a"\r\n\r\n'
    endless = (part for part in (head, *[piece] * most))
    assert refused(client.post("predict", content=endless, headers=form)) == (413, "page.too_large")


def test_a_key_is_its_makers_and_taken_back_it_is_nobodys(client: TestClient) -> None:
    viewer = key(client, "viewer")
    assert client.get("me", headers=viewer).json() == {"id": "coach", "name": "Coach", "role": "viewer"}
    label = {"event": EVENT.format(20), "photo": 1, "pose": "tree"}
    assert refused(client.post("labels", json=label, headers=viewer)) == (403, "people.not_allowed")
    assert refused(client.post("trainings", headers=viewer)) == (403, "people.not_allowed")
    # Whoever has a key must not be able to make another, which would outlive it.
    for method, path in (("GET", "tokens"), ("POST", "tokens"), ("DELETE", "tokens/abc")):
        answer = client.request(method, path, headers=viewer, json={"name": "x"})
        assert refused(answer) == (403, "token.by_token")
    for one in client.get("tokens").json()["tokens"]:
        assert "token" not in one
        assert client.delete(f"tokens/{one['id']}").status_code == 204
    # Not as whoever sits at this machine, either.
    assert refused(client.get("me", headers=viewer)) == (401, "token.unknown")


def test_a_private_spaces_key_is_no_key_of_ours_and_leaves_room_for_one(client: TestClient) -> None:
    space = {"authorization": "Bearer hf_something"}
    assert client.get("me", headers=space).json()["role"] == "owner"
    ours = key(client, "coach")["authorization"].removeprefix("Bearer ")
    assert client.get("me", headers={**space, "x-yogalab-token": ours}).json()["role"] == "coach"
    assert refused(client.get("me", headers={**space, "x-yogalab-token": "hf_x"})) == (401, "token.unknown")


def test_a_key_opens_no_other_sites_page_and_no_other_host_name(client: TestClient) -> None:
    coach = key(client, "coach")
    assert refused(client.get("me", headers={**coach, "host": "evil.example"})) == (403, "people.foreign")
    elsewhere = {**coach, "origin": "https://evil.example", "sec-fetch-mode": "cors"}
    answer = client.get("me", headers=elsewhere)
    assert refused(answer) == (403, "people.foreign")
    assert "access-control-allow-origin" not in answer.headers


def test_the_schema_and_the_page_tell_of_every_route_and_need_no_other_host(client: TestClient) -> None:
    schema = client.get("openapi.json").json()
    routes = {(method, path) for path, ways in schema["paths"].items() for method in ways}
    assert ("post", "/predict") in routes and ("delete", "/tokens/{token_id}") in routes
    page = client.get("docs")
    text = page.text
    assert "connect-src 'self'" in page.headers["content-security-policy"]
    told = re.findall(r'<span class="method">([A-Z]+)</span> <code>/api/v1([^<]+)</code>', text)
    assert {(method.lower(), path) for method, path in told} == routes
    # The role that a route is said to need is the one that it is held to.
    for method, path in routes:
        needs = ROUTES[f"{method.upper()} /api/v1{path}"].needs
        assert needs is not None and schema["paths"][path][method]["x-role"] == needs.value
    loaded = re.findall(r'(?:src|href)="([^"#][^"]*)"', text)
    root = "http://127.0.0.1:7860"
    found = [client.get(root + one if one.startswith("/") else one) for one in loaded]
    assert found and {answer.status_code for answer in found} == {200}
    assert all(not address.startswith(("http:", "https:", "//")) for address in loaded)
    # Every type that a route names is explained.
    assert set(re.findall(r'href="#(\w+)"', text)) <= set(re.findall(r'id="(\w+)"', text))
    wrong = {name for name in ("TypeScript", "Python", "curl") if f"<h3>{name}</h3>" not in text}
    assert not wrong and "http://127.0.0.1:7860/api/v1/predict" in text


def test_the_page_offers_a_key_of_at_most_ones_own_role(client: TestClient) -> None:
    assert 'value="owner"' in client.get("docs").text
    assert 'value="owner"' not in client.get("docs", headers=key(client, "coach")).text


def test_every_answer_is_as_the_schema_says(client: TestClient, lab: Lab) -> None:
    """Read back with fields nobody declared forbidden: a field that the schema lacks would be found here."""
    for path, shape in (("me", shapes.Me), ("poses", shapes.Poses), ("versions", shapes.Versions)):
        told = client.get(path).json()
        assert shape.model_validate(told).model_dump(mode="json") == told
