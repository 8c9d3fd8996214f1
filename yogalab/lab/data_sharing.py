"""The data desk: the labelled photos as a data set on the Hub, when the owner asks for it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from yogalab.errors import BadRepoName, NothingToExport
from yogalab.lab.outgoing import agreed, outgoing
from yogalab.lab.parts import Parts, require
from yogalab.lab.patience import when_free
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.tags import settled_tag
from yogalab.ports import Progress
from yogalab.records import Coach, Consent, DataOutline, Job, Photo, PublishedData, Role, SharedPhoto

PUBLISH_DATA: Final = "publish-data"
# Setting: the secret that photos' marks in data sets are made with.
_SALT: Final = "data-salt"
# Setting: what was published where, as JSON.
_PUBLISHED: Final = "data-published"
_MARK: Final = 16
# With these recorded nobody may publish a picture.
_UNSHOWN: Final = frozenset({Consent.AGREED, Consent.UNKNOWN, Consent.WITHDRAWN})


class DataDesk:
    """Labels and landmarks for everybody; pixels only of whom that was agreed with."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

    def outline(self, who: Coach, *, pixels: bool = False) -> DataOutline:
        """What publishing would send, by counts. Raises NothingToExport."""
        require(who, Role.OWNER)
        return self._outline(who.id, pixels=pixels)

    def publish(
        self, who: Coach, repo: str, *, pixels: bool = False, licence: str = "", forget: bool = False
    ) -> Job:
        """Start publishing the data set. licence: a name of the Hub's, such as cc-by-4.0, "" for none.

        forget: leave nothing on the Hub of what was published there before.
        Raises BadRepoName, NothingToExport.
        """
        self.outline(who)
        if repo.count("/") != 1 or not all(repo.split("/")):
            raise BadRepoName(repo=repo)
        wish = {"repo": repo, "pixels": pixels, "licence": licence.strip().lower(), "forget": forget}
        return self._parts.start(PUBLISH_DATA, wish, who)

    def publish_now(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Write the data set and send it: one commit and one tag; again, it finds them there. Run as a job."""
        repo, hub, pause = str(payload["repo"]), self._parts.hub, self._parts.pause
        outline = self._outline(who, pixels=bool(payload["pixels"]))
        with TemporaryDirectory(prefix="yogalab-data-") as folder:
            target = Path(folder) / "data"
            ids, shown = self._written(target, who, outline.pictured, progress)
            outline = replace(outline, pictured={i: outline.pictured[i] for i in shown})
            progress(0.5, "publish.ask")
            digest = hub.digest(target)
            tag = when_free(
                lambda: settled_tag(self._parts, repo, digest, kind="dataset"), progress, share=0.5, pause=pause
            )
            progress(0.6, "publish.send_data")
            facts = self._facts(outline, str(payload["licence"]))
            commit = when_free(
                lambda: hub.publish_data(target, repo, tag=tag, facts=facts, private=True),
                progress,
                share=0.6,
                pause=pause,
            )
            if payload["forget"]:
                commit = when_free(lambda: hub.forget_history(repo, tag=tag), progress, share=0.9, pause=pause)
        self._note(repo, tag=tag, commit=commit, ids=ids, shown=shown, forget=bool(payload["forget"]))
        return {"repo": repo, "tag": tag, "commit": commit, "photos": len(ids), "pictured": len(shown)}

    def published(self, who: Coach) -> Sequence[PublishedData]:
        """What is on the Hub, and how much of it was deleted here since, or is not agreed to any more."""
        require(who, Role.OWNER)
        # Not from what is served: a version that is damaged serves nothing, and the page must still open.
        here = {photo_id: consent for photo_id, (_, _, consent) in self._parts.store.sides().items()}
        return [
            PublishedData(
                repo=repo,
                tag=one["tag"],
                commit=one["commit"],
                at=datetime.fromisoformat(one["at"]),
                photos=one["count"],
                pictured=one["pictured"],
                gone=sum(photo_id not in here for photo_id in _unpacked(one["photos"])),
                withdrawn=sum(_withdrawn(one, here)),
            )
            for repo, one in self._known().items()
        ]

    def holding(self, who: Coach, photo_ids: Collection[int]) -> Sequence[str]:
        """Where on the Hub something of these photos lies: data sets that hold them, versions made since.

        Deleting a photo takes it out of neither; publishing anew does.
        """
        require(who, Role.VIEWER)
        photos = self._served.snapshot().photos
        asked = {photo_id for photo_id in photo_ids if photo_id in photos}
        if not asked:
            return []
        data = [repo for repo, one in self._known().items() if asked & set(_unpacked(one["photos"]))]
        since = min(photos[photo_id].added_at for photo_id in asked)
        made = [one for one in self._parts.store.versions() if one.hub_repo and one.created_at >= since]
        return [*data, *dict.fromkeys(f"{one.hub_repo} {one.tag}" for one in made)]

    def showing(self, who: Coach, photo_ids: Collection[int]) -> Sequence[str]:
        """The data sets on the Hub in which, or in whose history, the pictures of some of these can be seen."""
        require(who, Role.VIEWER)
        asked = set(photo_ids)
        return [repo for repo, one in self._known().items() if asked & _shown(one)]

    def _outline(self, publisher: str, *, pixels: bool) -> DataOutline:
        snapshot = self._served.snapshot()
        ids = _ids(snapshot)
        photos = [snapshot.photos[photo_id] for photo_id in ids]
        pictured = {one.id: one.name for one in photos if pixels and may_show(one, publisher)}
        held = [one for one in photos if pixels and one.id not in pictured]
        answers = [snapshot.resolved[photo_id] for photo_id in ids]
        return DataOutline(
            photos=len(ids),
            test=sum(one.holdout for one in photos),
            poses=len({self._served.final_pose(answer.pose_id or 0) for answer in answers}),
            coaches=len({coach for answer in answers for coach in answer.coaches}),
            consent=Counter(one.consent.value for one in photos),
            pictured=pictured,
            withheld=Counter(one.consent.value for one in held),
        )

    def _written(
        self, target: Path, publisher: str, pictured: Mapping[int, str], progress: Progress
    ) -> tuple[Sequence[int], Sequence[int]]:
        """The photos that were written, and those of them whose pictures were."""
        shown: list[int] = []
        snapshot = self._served.snapshot()
        ids = _ids(snapshot)
        key = self._parts.store.settle_setting(_SALT, secrets.token_hex(32)).encode()

        def shared() -> Iterator[SharedPhoto]:
            def on_step(done: int, total: int) -> None:
                progress(0.5 * done / total, "publish.write_data")

            for out in outgoing(self._parts, self._served, snapshot, ids, on_step):
                mark = hmac.new(key, out.photo.sha256.encode(), hashlib.sha256).hexdigest()[:_MARK]
                pixels = False
                if out.photo.id in pictured:
                    # Asked again for each: what was agreed with may have changed since it was counted.
                    out = replace(out, photo=self._parts.store.photo(out.photo.id))
                    pixels = may_show(out.photo, publisher)
                shown.extend([out.photo.id] if pixels else [])
                yield SharedPhoto(out=out, mark=mark, pixels=pixels)

        self._parts.exchange.write_shared(shared(), target)
        return ids, shown

    def _facts(self, outline: DataOutline, licence: str) -> dict[str, Any]:
        photos = self._served.snapshot().photos
        pictured = Counter(photos[one].consent.value for one in outline.pictured if one in photos)
        return {
            **asdict(outline),
            "pictured": len(outline.pictured),
            "consent_pictured": pictured,
            "pose_model": self._parts.landmarker.name,
            "licence": licence,
        }

    def _known(self) -> dict[str, Any]:
        return dict(json.loads(self._parts.store.setting(_PUBLISHED) or "{}"))

    def _note(
        self, repo: str, *, tag: str, commit: str, ids: Sequence[int], shown: Sequence[int], forget: bool
    ) -> None:
        known = self._known()
        # The history of a data set goes on showing what the newest version does not.
        before = set() if forget or repo not in known else _shown(known[repo])
        known[repo] = {
            "tag": tag,
            "commit": commit,
            "at": self._parts.clock().isoformat(),
            "count": len(ids),
            "photos": _packed(ids),
            "pictured": len(shown),
            "shown": _packed(sorted(before.union(shown))),
        }
        self._parts.store.put_setting(_PUBLISHED, json.dumps(known))


def may_show(photo: Photo, publisher: str) -> bool:
    """Whether a photo's recorded consent lets its pixels be published by this person.

    "They agreed" was asked for its use here and does not; "it is me" does for whoever said so.
    """
    if photo.consent is Consent.MYSELF:
        return photo.added_by == publisher
    return photo.consent in {Consent.PUBLIC, Consent.DRAWN}


def _ids(snapshot: Snapshot) -> list[int]:
    """The photos whose pose is known, without those of people who do not agree. Raises NothingToExport."""
    ids = [
        photo_id
        for photo_id, photo in sorted(snapshot.photos.items())
        if photo.consent is not Consent.WITHDRAWN and agreed(snapshot, photo_id)
    ]
    if not ids:
        raise NothingToExport()
    return ids


def _shown(one: Mapping[str, Any]) -> set[int]:
    """The photos whose pictures a data set shows, or its history. Of one from before that was noted: any."""
    return set(_unpacked(one.get("shown", one["photos"] if one["pictured"] else [])))


def _withdrawn(one: Mapping[str, Any], here: Mapping[int, Consent]) -> Iterator[bool]:
    """For each photo of a data set, whether less is agreed to now than what is told of it there."""
    shown = _shown(one)
    for photo_id in shown.union(_unpacked(one["photos"])):
        less = _UNSHOWN if photo_id in shown else {Consent.WITHDRAWN}
        yield here.get(photo_id) in less


def _packed(ids: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as [first, last] of their runs: a hundred thousand are a few."""
    runs: list[list[int]] = []
    for number in ids:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _unpacked(runs: Sequence[Sequence[int]]) -> Iterator[int]:
    for first, last in runs:
        yield from range(first, last + 1)
