"""The labelled photos as a data set: what goes, what never goes, and what happens when a photo is deleted."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from huggingface_hub import DatasetCard

from tests.fakes import Studio, studio_lab
from tests.hub_repos import Repo
from tests.hub_server import HubServer
from tests.labs import ANNA, BEN, worked_off
from tests.publishing.conftest import small_package
from yogalab.errors import BadRepoName, NotAllowed, NothingToExport
from yogalab.lab.lab import Lab
from yogalab.publishing.hub import HuggingFaceHub
from yogalab.records import Coach, Consent, Job, JobState, Role, Upload
from yogalab.settings import Settings

REPO = "coach/photos"
VIEWER = Coach(id="vera", name="Vera", role=Role.VIEWER)
# Who is shown, and whose pixels Anna may publish.
SHOWN = {Consent.PUBLIC: True, Consent.DRAWN: True, Consent.AGREED: False, Consent.UNKNOWN: False}


@pytest.fixture
def lab(server: HubServer, tmp_path: Path) -> Iterator[Lab]:
    """A lab with two labelled photos of each consent; "myself" once Anna's and once Ben's."""
    studio = Studio()
    hub = HuggingFaceHub(
        Settings(home=tmp_path, hub_endpoint=server.url), token="hf_coach", package=small_package
    )
    lab, _ = studio_lab(tmp_path, studio=studio, hub=hub)
    for seed, consent in enumerate(Consent):
        for who, slug in ((ANNA, "tree"), (BEN, "boat")):
            offered = studio.draw(slug, seed, label=slug)
            name = f"Zoe_Example_{consent}_{who.id}.png"
            lab.photos.add(who, [Upload(name=name, data=offered.data, label=slug)], consent=consent)
    yield lab
    lab.close()


def publish(lab: Lab, **wish: Any) -> Job:
    return worked_off(lab, lab.data.publish(ANNA, REPO, **wish).id)


def repo_of(server: HubServer) -> Repo:
    repo = server.repos.get("dataset", REPO)
    assert repo is not None
    return repo


def rows_of(repo: Repo, commit: str | None = None) -> list[dict[str, Any]]:
    tree = repo.commits[commit].tree if commit else repo.head.tree
    files = [blob.data for path, blob in sorted(tree.items()) if path.endswith(".parquet")]
    return [row for data in files for row in pq.read_table(io.BytesIO(data)).to_pylist()]


def test_labels_and_landmarks_go_and_no_pixel_and_no_name(lab: Lab, server: HubServer) -> None:
    job = publish(lab)
    repo = repo_of(server)
    rows = rows_of(repo)
    assert (job.state, job.result["photos"], job.result["tag"]) == (JobState.DONE, 10, "v0001")
    assert repo.private
    assert repo.tags == {"v0001": repo.head.oid}
    assert {row["pose"] for row in rows} == {"tree", "boat"}
    assert all(row["image"] is None for row in rows)
    assert all(len(row["landmarks"]) == 132 and len(row["world"]) == 99 for row in rows)
    everything = b"".join(blob.data for blob in repo.head.tree.values()) + json.dumps(rows).encode()
    photos = lab._parts.store.photos()
    for hidden in ("Zoe", ANNA.id, BEN.id, photos[0].sha256, photos[0].source_sha256, "\\xff\\xd8\\xff"):
        assert hidden.encode() not in everything


def test_pixels_go_only_where_consent_to_publishing_is_recorded(lab: Lab, server: HubServer) -> None:
    outline = lab.data.outline(ANNA, pixels=True)
    publish(lab, pixels=True, licence="CC-BY-4.0")
    rows = rows_of(repo_of(server))
    by_consent: dict[str, list[bool]] = {}
    for row in rows:
        by_consent.setdefault(row["consent"], []).append(row["image"] is not None)
    assert {consent: by_consent[consent] for consent in SHOWN} == {one: [ok, ok] for one, ok in SHOWN.items()}
    # Only Anna's own word for herself is hers to give.
    assert sorted(by_consent[Consent.MYSELF]) == [False, True]
    assert len(outline.pictured) == sum(row["image"] is not None for row in rows) == 5
    assert outline.withheld == {"agreed": 2, "myself": 1, "unknown": 2}
    files = {photo.sha256 for photo in lab._parts.store.photos() if photo.id in outline.pictured}
    assert {hashlib.sha256(row["image"]["bytes"]).hexdigest() for row in rows if row["image"]} == files
    card = DatasetCard(repo_of(server).head.tree["README.md"].data.decode())
    assert card.data.license == "cc-by-4.0"
    assert "5 of the photos are here themselves" in card.text


def test_publishing_the_same_again_is_publishing_it_once(lab: Lab, server: HubServer) -> None:
    server.fail(r"POST .*/tag/", "lose")
    assert publish(lab).state is JobState.FAILED
    for _ in range(2):
        assert publish(lab).state is JobState.DONE
    repo = repo_of(server)
    assert (len(repo.commits) - 1, list(repo.tags)) == (1, ["v0001"])


def test_a_photo_deleted_later_is_told_of_and_gone_from_the_next_version(lab: Lab, server: HubServer) -> None:
    publish(lab)
    old = repo_of(server).head.oid
    photo = lab._parts.store.photos()[0].id
    assert lab.data.holding(ANNA, [photo]) == [REPO]
    assert lab.data.published(ANNA)[0].gone == 0
    lab.photos.delete(ANNA, [photo])
    assert lab.data.published(ANNA)[0].gone == 1
    publish(lab)
    (now,) = lab.data.published(ANNA)
    repo = repo_of(server)
    assert (now.gone, now.photos, now.tag) == (0, 9, "v0002")
    marks = {row["photo"] for row in rows_of(repo)}
    # The others keep their marks; git keeps the one that went.
    assert marks < {row["photo"] for row in rows_of(repo, old)}
    assert len(marks) == 9


def test_consent_taken_back_takes_the_picture_out_of_what_is_published_next(
    lab: Lab, server: HubServer
) -> None:
    publish(lab, pixels=True)
    photos = {photo.id: photo for photo in lab._parts.store.photos()}
    shown = [i for i, photo in photos.items() if photo.consent in {Consent.PUBLIC, Consent.DRAWN}]
    hidden = next(i for i, photo in photos.items() if photo.consent is Consent.AGREED)
    assert (lab.data.showing(ANNA, shown[:1]), lab.data.showing(ANNA, [hidden])) == ([REPO], [])
    lab.consents.record(ANNA, {shown[0]: Consent.AGREED, shown[1]: Consent.WITHDRAWN})
    assert lab.data.published(ANNA)[0].withdrawn == 2
    publish(lab, pixels=True)
    pictures = {
        hashlib.sha256(row["image"]["bytes"]).hexdigest() for row in rows_of(repo_of(server)) if row["image"]
    }
    assert pictures & {photos[i].sha256 for i in shown} == {photos[i].sha256 for i in shown[2:]}
    # Of somebody who does not agree not even the skeleton goes.
    assert len(rows_of(repo_of(server))) == 9
    # History still shows it, until that goes, too.
    assert (lab.data.showing(ANNA, shown[:1]), lab.data.published(ANNA)[0].withdrawn) == ([REPO], 2)
    publish(lab, pixels=True, forget=True)
    assert (lab.data.showing(ANNA, shown[:1]), lab.data.published(ANNA)[0].withdrawn) == ([], 0)


def test_a_no_that_comes_while_the_data_set_is_written_is_heard(lab: Lab, server: HubServer) -> None:
    def heard(share: float, stage: str) -> None:
        if stage == "publish.write_data":
            lab.consents.record(ANNA, dict.fromkeys(lab._parts.store.sides(), Consent.WITHDRAWN))

    wish = {"repo": REPO, "pixels": True, "licence": "", "forget": False}
    told = lab.data.publish_now(wish, ANNA.id, heard)
    pictured = [row["photo"] for row in rows_of(repo_of(server)) if row["image"]]
    assert len(pictured) == told["pictured"] < len(lab._parts.store.photos())
    # Only what was written before anybody said no.
    assert len(pictured) <= 1


def test_what_was_published_before_can_be_forgotten(lab: Lab, server: HubServer) -> None:
    publish(lab)
    old = repo_of(server).head.oid
    lab.photos.delete(ANNA, [lab._parts.store.photos()[0].id])
    job = publish(lab, forget=True)
    repo = repo_of(server)
    assert job.state is JobState.DONE
    assert old not in repo.commits
    assert len(repo.commits) == 1
    assert repo.tags == {"v0002": repo.head.oid}
    assert len(rows_of(repo)) == 9
    again = publish(lab, forget=True)
    assert (again.state, repo_of(server).tags) == (JobState.DONE, {"v0002": repo.head.oid})


def test_only_the_owner_publishes_and_only_what_is_labelled(lab: Lab, tmp_path: Path) -> None:
    for call in (lambda: lab.data.outline(VIEWER), lambda: lab.data.publish(VIEWER, REPO)):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(BadRepoName):
        lab.data.publish(ANNA, "nowhere")
    empty, _ = studio_lab(tmp_path / "empty")
    with pytest.raises(NothingToExport):
        empty.data.publish(ANNA, REPO)
    empty.close()
