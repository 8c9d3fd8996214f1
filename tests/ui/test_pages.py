"""Handlers called as functions: who asks, what they sent, what they are told."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from tests.fakes import AGREED, Studio
from yogalab.errors import BadLabel, NotAllowed, NotYours, OtherCoach, PhotoNotFound
from yogalab.lab.lab import Lab
from yogalab.records import Coach, JobState, LabelKind, Role
from yogalab.settings import Settings
from yogalab.ui.models import ModelsPage
from yogalab.ui.pages import build_app
from yogalab.ui.panel import answering
from yogalab.ui.photos import PhotosPage
from yogalab.ui.review import ReviewPage
from yogalab.ui.sessions import SCOPE_KEY
from yogalab.words import say

POSES = ("tree", "warrior_2", "downward_dog")
ANNA = Coach(id="anna", name="Anna")
BEN = Coach(id="ben", name="Ben")
VIEWER = Coach(id="vera", name="Vera", role=Role.VIEWER)
EVENT = "0b2c4f00-0000-4000-8000-00000000000{}"


def fill(lab: Lab, studio: Studio, *, each: int = 2, labelled: bool = False) -> list[int]:
    uploads = [studio.draw(s, n, label=s if labelled else None) for n in range(each) for s in POSES]
    return lab.photos.add(ANNA, uploads, consent=AGREED).new


def request_of(who: Coach | None) -> SimpleNamespace:
    return SimpleNamespace(scope={SCOPE_KEY: who} if who else {})


# --- server functions -----------------------------------------------------------------------------


def test_a_server_function_answers_errors_with_their_sentence() -> None:
    def lose(who: Coach, asked: object) -> object:
        raise PhotoNotFound(photo_id=3)

    told = answering(lose)({}, request_of(ANNA))
    assert told == {"error": say("photo.not_found"), "code": "photo.not_found"}


def test_a_server_function_never_shows_what_it_did_not_expect(caplog: pytest.LogCaptureFixture) -> None:
    def fall(who: Coach, asked: object) -> object:
        raise RuntimeError("/home/anna/secret")

    assert answering(fall)(None, request_of(ANNA)) == {"error": say("error"), "code": "error"}
    assert "secret" in caplog.text


def test_a_server_function_serves_nobody_without_an_identity() -> None:
    answer = answering(lambda who, asked: "seen")({}, request_of(None))
    assert answer["code"] == NotAllowed.code


def test_gradio_offers_two_tools_and_no_event_beside_the_server_functions(lab: Lab, tmp_path: Path) -> None:
    demo = build_app(lab, Settings(home=tmp_path))
    assert sorted(str(fn.api_name) for fn in demo.fns.values()) == ["list_poses", "predict_pose"]
    offered = {name for block in demo.blocks.values() for name in getattr(block, "_server_names", ())} | {
        fn.__name__ for block in demo.blocks.values() for fn in getattr(block, "server_fns", ())
    }
    assert {"label", "undo", "train", "publish", "shaped", "delete", "merge"} <= offered


# --- review ---------------------------------------------------------------------------------------


def test_a_label_sent_again_is_the_same_label(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio)
    page = ReviewPage(lab)
    asked = {"photo": photo, "pose": lab.poses.pose(ANNA, "tree").id, "event": EVENT.format(1), "ms": 800}
    first, again = page.label(ANNA, asked), page.label(ANNA, asked)
    assert (first["again"], again["again"]) == (False, True)  # type: ignore[index]
    assert len(lab.review.history(ANNA, photo)) == 1


def test_what_was_suggested_is_kept_with_the_label(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    page = ReviewPage(lab)
    card = page.queue(ANNA, {})["cards"][0]  # type: ignore[index]
    shown = [{key: pose[key] for key in ("id", "slug", "probability")} for pose in card["ranked"]]
    page.label(ANNA, {"photo": card["photo"], "pose": shown[1]["id"], "event": EVENT.format(2), "shown": shown})
    (event,) = lab.review.history(ANNA, card["photo"])
    assert [(one.pose_id, one.probability) for one in event.shown] == [
        (pose["id"], pose["probability"]) for pose in shown
    ]


@pytest.mark.parametrize("event", ["", "x", "a" * 65, "../../etc/passwd", None, 7])
def test_an_id_that_is_none_is_no_label(lab: Lab, studio: Studio, event: object) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    with pytest.raises(BadLabel):
        ReviewPage(lab).mark(ANNA, {"photo": photo, "kind": "skip", "event": event})


@pytest.mark.parametrize("kind", ["undo", "pose", "ruling", "nonsense", ""])
def test_only_marks_can_be_marked(lab: Lab, studio: Studio, kind: str) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    with pytest.raises(BadLabel):
        ReviewPage(lab).mark(ANNA, {"photo": photo, "kind": kind, "event": EVENT.format(1)})


def test_every_mark_is_kept_and_undone(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio)
    page = ReviewPage(lab)
    for number, kind in enumerate(("skip", "not_a_pose", "nobody", "wrong_skeleton")):
        page.mark(ANNA, {"photo": photo, "kind": kind, "event": EVENT.format(number)})
        page.undo(ANNA, {"target": EVENT.format(number), "event": EVENT.format(number + 4)})
    kinds = [event.kind for event in lab.review.history(ANNA, photo)]
    assert kinds[::2] == [LabelKind.SKIP, LabelKind.NOT_A_POSE, LabelKind.NOBODY, LabelKind.WRONG_SKELETON]
    assert set(kinds[1::2]) == {LabelKind.UNDO}


def test_two_coaches_do_not_get_the_same_photo(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, each=6)
    page = ReviewPage(lab)
    mine = {card["photo"] for card in page.queue(ANNA, {})["cards"]}  # type: ignore[index]
    theirs = {card["photo"] for card in page.queue(BEN, {})["cards"]}  # type: ignore[index]
    assert mine and theirs and not mine & theirs


def test_a_photo_asked_without_a_guess_brings_none_and_its_answer_says_so(lab: Lab, studio: Studio) -> None:
    lab.photos.add(ANNA, [studio.draw(slug, n) for slug in POSES for n in range(12)], consent=AGREED)
    page = ReviewPage(lab)
    seen: dict[str, str] = {}
    while cards := page.queue(ANNA, {})["cards"]:  # type: ignore[index]
        for card in cards:
            event = f"{card['photo']:08}"
            pose = lab.poses.pose(ANNA, "tree").id
            page.label(ANNA, {"photo": card["photo"], "pose": pose, "event": event, "sample": card["sample"]})
            (kept,) = lab.review.history(ANNA, card["photo"])
            assert kept.details.get("sample") == card["sample"]
            assert bool(card["ranked"]) == (card["sample"] != "hidden")
            seen.setdefault(card["sample"], card["reason"])
    assert seen["hidden"] == seen["shown"] == say("ask.check")
    told = page.card(ANNA, {"photo": card["photo"]})
    assert told["sample"] is None and told["ranked"]  # type: ignore[index]


@pytest.mark.parametrize("since", ["", "yesterday", "2026-11-20T00:00:00", None, 5])
def test_a_day_that_is_none_counts_as_the_labs(lab: Lab, studio: Studio, since: object) -> None:
    (photo, *_) = fill(lab, studio)
    page = ReviewPage(lab)
    page.mark(ANNA, {"photo": photo, "kind": "nobody", "event": EVENT.format(1)})
    (event,) = lab.review.history(ANNA, photo)
    assert event.at is not None
    begins = event.at.astimezone(timezone(timedelta(hours=5, minutes=45))).replace(hour=0, minute=0)
    assert page.queue(ANNA, {"since": begins.isoformat()})["tally"]["today"] == 1  # type: ignore[index]
    assert page.queue(ANNA, {"since": since})["tally"]["today"] == 0  # type: ignore[index]
    assert [pose["slug"] for pose in page.own(ANNA, {})["poses"]] == []  # type: ignore[index]


def test_every_asked_photo_says_why(lab: Lab, studio: Studio) -> None:
    fill(lab, studio)
    cards = ReviewPage(lab).queue(ANNA, {})["cards"]  # type: ignore[index]
    assert all(card["reason"] and "{" not in card["reason"] for card in cards)


# --- photos ---------------------------------------------------------------------------------------


def test_the_grid_shows_what_passes_the_filter(lab: Lab, studio: Studio) -> None:
    fill(lab, studio, labelled=True)
    page = PhotosPage(lab)
    tree = lab.poses.pose(ANNA, "tree").id
    asked = {"pose": tree, "status": "labelled", "order": "least_sure", "bones": True}
    tiles = page.grid(ANNA, asked)["tiles"]  # type: ignore[index]
    assert [tile["label"]["pose"]["slug"] for tile in tiles] == ["tree", "tree"]
    assert all(len(tile["skeleton"]) == 33 for tile in tiles)
    assert page.grid(ANNA, {"status": "disputed"})["total"] == 0  # type: ignore[index]


def test_only_an_owner_deletes_what_others_added(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio, each=1)
    page = PhotosPage(lab)
    with pytest.raises(NotYours):
        page.delete(Coach(id="c", name="C", role=Role.COACH), {"photos": [photo]})
    assert page.delete(ANNA, {"photos": [photo]}) == {"deleted": 1}
    with pytest.raises(PhotoNotFound):
        page.photo(ANNA, {"photo": photo})


def test_an_upload_tells_each_trouble_once_and_keeps_the_rest(client: TestClient, studio: Studio) -> None:
    files = [
        ("files", ("a.png", studio.draw("tree", 1).data)),
        ("files", ("broken.jpg", b"\xff\xd8\xff")),
        ("files", ("../../b.png", studio.draw("boat", 1).data)),
        ("files", ("empty.png", b"")),
    ]
    answer = client.post("/lab/photos", data={"consent": "drawn", "labels": ["", "", "boat", ""]}, files=files)
    steps = [json.loads(line) for line in answer.text.splitlines()]
    last = steps[-1]
    assert (last["done"], last["new"], last["seen"], last["labelled"]) == (True, 2, 4, 1)
    told = [(file["file"], trouble) for step in steps for file in step["files"] for trouble in file["troubles"]]
    assert [place for place, _ in told] == [1, 3]
    assert "broken.jpg" in told[0][1] and "empty.png" in told[1][1]
    # Each file's own end is told, and only files with news take part in a step.
    ends = {file["file"]: file["new"] for step in steps for file in step["files"]}
    assert ends == {0: 1, 1: 0, 2: 1, 3: 0}


@pytest.mark.parametrize("consent", ["", "unknown", "withdrawn", "yes", None])
def test_without_an_answer_on_consent_nothing_is_kept(
    client: TestClient, lab: Lab, studio: Studio, consent: str | None
) -> None:
    data = {} if consent is None else {"consent": consent}
    answer = client.post("/lab/photos", data=data, files=[("files", ("a.png", studio.draw("tree", 1).data))])
    assert (answer.status_code, answer.json()["error"]) == (400, say("photo.consent_missing"))
    assert lab.review.tally(ANNA).photos == 0


# --- models ---------------------------------------------------------------------------------------


def test_the_models_page_says_what_is_missing_before_a_training(lab: Lab, tmp_path: Path) -> None:
    state = ModelsPage(lab, Settings(home=tmp_path)).state(ANNA, {})
    assert state["plan"]["ready"] is False  # type: ignore[index]
    assert "two poses" in state["plan"]["why"]  # type: ignore[index]
    assert state["untrained"] is True  # type: ignore[index]


def trained(page: ModelsPage, lab: Lab) -> dict[str, object]:
    job = page.train(ANNA, {})
    lab_job = lab.versions.job(ANNA, job["id"])  # type: ignore[index]
    while lab_job.state in {JobState.WAITING, JobState.RUNNING}:
        lab_job = lab.versions.job(ANNA, lab_job.id)
    assert lab_job.state is JobState.DONE
    (version, *_) = page.state(ANNA, {})["versions"]  # type: ignore[index]
    return version  # type: ignore[no-any-return]


def test_a_version_shows_figures_with_n_interval_verdict_and_changes(
    lab: Lab, studio: Studio, tmp_path: Path
) -> None:
    fill(lab, studio, each=4, labelled=True)
    page = ModelsPage(lab, Settings(home=tmp_path))
    version = trained(page, lab)
    report = version["report"]
    assert report["n"] > 0 and report["low"] - 1e-9 <= report["top1"] <= report["high"] + 1e-9  # type: ignore[index]
    assert version["verdict"] and "{" not in str(version["verdict"])
    rows = page.changes(ANNA, {"number": 1})["rows"]  # type: ignore[index]
    assert {row["name"] for row in rows} <= {lab.poses.pose(ANNA, slug).name for slug in POSES}


def test_activate_roll_back_and_download(lab: Lab, studio: Studio, client: TestClient, tmp_path: Path) -> None:
    fill(lab, studio, each=4, labelled=True)
    page = ModelsPage(lab, Settings(home=tmp_path))
    trained(page, lab)
    page.activate(ANNA, {"number": 1})
    assert page.state(ANNA, {})["untrained"] is False  # type: ignore[index]
    assert page.rollback(ANNA, {}) == {"active": 0}
    file = client.get("/lab/versions/1.zip")
    assert "model.safetensors" in " ".join(zipfile.ZipFile(io.BytesIO(file.content)).namelist())
    assert "yogalab-v0001.zip" in file.headers["content-disposition"]
    missing = client.get("/lab/versions/9.zip")
    assert (missing.status_code, missing.json()["error"]) == (404, say("version.not_found", version=9))


def test_who_only_looks_cannot_teach_or_publish(lab: Lab, studio: Studio, tmp_path: Path) -> None:
    fill(lab, studio, each=4, labelled=True)
    page = ModelsPage(lab, Settings(home=tmp_path))
    for handler, asked in ((page.train, {}), (page.publish, {"number": 1}), (page.pull, {"repo": "a/b"})):
        with pytest.raises(NotAllowed):
            handler(VIEWER, asked)


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "0", "tree", "٣"])
def test_a_number_that_is_no_photos_is_answered_in_a_sentence(client: TestClient, number: str) -> None:
    answer = client.get(f"/photo/{number}")
    assert (answer.status_code, answer.json()["error"]) == (404, say("photo.not_found"))


def test_an_answer_that_waited_is_never_kept_under_another_name(lab: Lab, studio: Studio) -> None:
    (photo, *_) = fill(lab, studio)
    page = ReviewPage(lab)
    named = {"photo": photo, "pose": lab.poses.pose(ANNA, "tree").id, "event": EVENT.format(7), "coach": "Anna"}
    marked = {"photo": photo, "kind": "skip", "event": EVENT.format(8), "coach": "Anna"}
    for handler, asked in ((page.label, named), (page.mark, marked), (page.undo, marked)):
        with pytest.raises(OtherCoach):
            handler(BEN, asked)
    assert lab.review.history(ANNA, photo) == ()
    page.label(ANNA, named)
    assert [event.coach for event in lab.review.history(ANNA, photo)] == [ANNA.id]
