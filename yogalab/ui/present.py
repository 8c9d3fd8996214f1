"""Records as the plain values that the page's scripts draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

from yogalab.lab.grid import Tile
from yogalab.lab.tuning import Prospect
from yogalab.lab.versions import PoseChange
from yogalab.records import (
    FIRST,
    Advice,
    Asked,
    Card,
    EncoderInfo,
    Job,
    Landmarks,
    ModelVersion,
    Pose,
    Prediction,
    Report,
    Resolved,
    Sample,
    Telling,
    Tellings,
    Verdict,
    read_tuned_name,
)
from yogalab.words import decimal, say, told

# As many as there are number keys.
RANKED = 9
# So much of its content's hash tells a photo from any other that may get its number.
CONTENT = 16

Poses = Mapping[int, Pose]


def letter(one: Pose) -> str:
    """A pose's first letter in a ring, for poses nobody has drawn, as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" font-family="Georgia, serif">'
        '<circle cx="50" cy="50" r="37" fill="none" stroke="currentColor" stroke-width="3"/>'
        '<text x="50" y="64" text-anchor="middle" font-size="42" fill="currentColor">'
        f"{escape(one.name[:1])}</text></svg>"
    )


def points(landmarks: Landmarks | None) -> list[list[float]] | None:
    """33 x [x, y, visibility], x in widths and y in heights of the photo; None when nobody was found."""
    if landmarks is None:
        return None
    rounded: list[list[float]] = np.round(landmarks.points[:, [0, 1, 3]].astype(float), 4).tolist()
    return rounded


def pose(one: Pose) -> dict[str, object]:
    """A pose as lists and buttons show it."""
    return {
        "id": one.id,
        "slug": one.slug,
        "name": one.name,
        "sanskrit": one.sanskrit,
        "family": one.family6,
        "sided": one.sided,
        "hidden": one.hidden,
    }


def ranked(prediction: Prediction | None, poses: Poses, *, most: int = RANKED) -> list[dict[str, Any]]:
    """The first poses of a prediction with names and probabilities."""
    if prediction is None:
        return []
    return [
        {**pose(poses[one.pose_id]), "probability": one.probability}
        for one in prediction.ranked[:most]
        if one.pose_id in poses
    ]


def parts(prediction: Prediction | None, poses: Poses) -> list[dict[str, object]]:
    """What single parts of the body look like; against: another pose than the whole does."""
    if prediction is None:
        return []
    return [
        {
            "part": part,
            "pose": pose(poses[vote.pose_id]),
            "against": vote.pose_id != prediction.best.pose_id,
            "says": say(f"part.{part}.says", pose=poses[vote.pose_id].name),
        }
        for part, vote in prediction.parts.items()
        if vote.pose_id in poses
    ]


def label(answer: Resolved | None, poses: Poses) -> dict[str, object] | None:
    """What coaches said of a photo."""
    if answer is None:
        return None
    named = poses.get(answer.pose_id) if answer.pose_id is not None else None
    return {
        "kind": answer.kind.value,
        "pose": pose(named) if named else None,
        "disputed": answer.disputed,
        "coaches": list(answer.coaches),
    }


def advice(given: Advice | None) -> str:
    """Why the coach could stop labelling, as a sentence; empty while more labels pay."""
    return say(given.reason, **given.data).replace(" %", "\u202f%") if given else ""


def reason(asked: Asked | None) -> str:
    """Why a photo is asked, as a sentence; empty for a photo nobody asked about."""
    # A line must not break between a number and its percent sign.
    return say(asked.reason, **asked.data).replace(" %", "\u202f%") if asked else ""


def telling(one: Telling) -> str:
    """One figure of a body as a coach reads it: "front knee 92°, usually 90°"."""
    if one.way != "angle":
        return say(f"telling.{one.part}.{one.way}")
    part = say(f"telling.{one.part}")
    return say("telling.angle", part=part, measured=round(one.measured), target=round(one.target))


def tellings(one: Tellings) -> dict[str, list[str]]:
    """What speaks for the first guess, and what against it."""
    return {"fits": [telling(each) for each in one.fits], "strays": [telling(each) for each in one.strays]}


def notes(one: Card) -> list[str]:
    """What a coach should know before answering: who is judged, and if it may be none of the known poses."""
    told: list[str] = []
    if one.people > 1 and one.person != FIRST:
        told = [say("review.turned", people=one.people, number=one.person + 1)]
    elif one.people > 1:
        told = [say("review.several", people=one.people)]
    if one.alone:
        guessing = one.prediction is not None or one.sample is Sample.HIDDEN
        told = [say("review.alone" if guessing else "review.alone_unseen")]
    # Where the reason says so already, twice would be a quarrel.
    known = one.asked is not None and one.asked.reason in {"ask.first", "ask.strange"}
    strange = one.prediction is not None and one.prediction.strange and not known
    return [*told, say("review.strange")] if strange else told


def card(one: Card, poses: Poses) -> dict[str, object]:
    """Everything the review page shows of a photo."""
    return {
        "photo": one.photo.id,
        "content": one.photo.sha256[:CONTENT],
        "name": one.photo.name,
        "width": one.photo.width,
        "height": one.photo.height,
        "people": one.people,
        "skeleton": points(one.landmarks),
        "others": [points(person) for person in one.others],
        "person": one.person,
        "whose": [person.person for person in one.others],
        "alone": one.alone,
        "flag": one.flag,
        "ranked": [{**row, "side": one.sides.get(row["id"])} for row in ranked(one.prediction, poses)],
        "notes": notes(one),
        "version": one.prediction.version if one.prediction else 0,
        "sample": one.sample,
        "reason": reason(one.asked),
        "tellings": tellings(one.tellings),
        "label": label(one.label, poses),
    }


def tile(one: Tile, poses: Poses, skeleton: Landmarks | None) -> dict[str, object]:
    """A photo in the grid."""
    guess = poses.get(one.best.pose_id) if one.best else None
    return {
        "photo": one.photo.id,
        "name": one.photo.name,
        "width": one.photo.width,
        "height": one.photo.height,
        "status": one.status.value,
        "guess": pose(guess) if guess else None,
        "probability": one.best.probability if one.best else None,
        "label": label(one.label, poses),
        "copies": list(one.copies),
        "skeleton": points(skeleton),
    }


def report(one: Report) -> dict[str, object]:
    """A version's figures."""
    return {
        "n": one.n,
        "top1": one.top1,
        "top3": one.top3,
        "recall": one.macro_recall,
        "low": one.interval[0],
        "high": one.interval[1],
        "ece": one.ece,
        "method": say(f"models.method.{one.method}"),
    }


def verdict(one: Verdict, names: Mapping[str, str]) -> str:
    """The gate's answer as a sentence, poses under their names."""
    worse = {"poses": ", ".join(names.get(slug, slug) for slug in one.worse_poses)} if one.worse_poses else {}
    points = {"points": decimal(str(one.data["points"]))} if "points" in one.data else {}
    return say(one.reason, **{**one.data, **points, **worse})


def version(
    one: ModelVersion, names: Mapping[str, str], coaches: Mapping[str, str], *, answering: int | None
) -> dict[str, object]:
    """A version as its card shows it. answering: the version that answers; None where that cannot be told."""
    waits = one.active and answering not in (None, one.number)
    return {
        "number": one.number,
        "parent": one.parent,
        "at": one.created_at.isoformat(),
        "by": coaches.get(one.created_by, one.created_by),
        "labels": one.labels,
        "poses": one.pose_count,
        "encoder": encoder_name(one.encoder) if one.encoder else None,
        "active": one.active and not waits,
        "waits": waits,
        "early": one.verdict.early,
        "promoted": one.verdict.promoted,
        "verdict": verdict(one.verdict, names),
        "report": report(one.report),
        "baseline": report(one.baseline),
        "repo": one.hub_repo,
        "tag": one.tag,
    }


def changes(rows: Sequence[PoseChange], names: Mapping[str, str]) -> list[dict[str, object]]:
    """Pose by pose, before and after."""
    return [
        {"name": names.get(row.slug, row.slug), "n": row.n, "before": row.before, "after": row.after}
        for row in rows
    ]


def encoder_name(name: str, *, marked: bool = False) -> str:
    """What people call an encoder. marked: told apart from others that were tuned from the same one."""
    tuned = read_tuned_name(name)
    if tuned is None:
        return name
    told = say(f"encoder.tuned.{tuned.rung}", base=tuned.base)
    return say("encoder.tuned.marked", name=told, mark=tuned.mark[:4]) if marked else told


def deeper(one: Prospect) -> dict[str, object]:
    """What training deeper would learn from, and the ways there are."""
    ways = [
        {"rung": rung, "name": say(f"deeper.{rung}"), "takes": say(f"deeper.{rung}_takes")}
        for rung in one.rungs
    ]
    return {"ready": True, "says": say("deeper.ready", labels=one.labels, poses=one.poses), "ways": ways}


def encoder(one: EncoderInfo) -> dict[str, object]:
    """An encoder on offer."""
    return {
        "name": one.name,
        "label": encoder_name(one.name, marked=True),
        "licence": one.licence,
        "parameters": one.parameters,
        "suggested": one.suggested,
        "here": one.here,
    }


def job(one: Job | None) -> dict[str, object] | None:
    """Long work: how far, and how it ended."""
    if one is None:
        return None
    heard = one.heartbeat_at or one.created_at
    result = dict(one.result)
    if isinstance(result.get("encoder"), str):
        result["encoder"] = encoder_name(str(result["encoder"]))
    return {
        "id": one.id,
        "kind": one.kind,
        "version": one.payload.get("version"),
        "ended": heard.isoformat() if heard else "",
        "state": one.state.value,
        "progress": one.progress,
        "stage": say(one.stage) if one.stage else "",
        "eta": one.eta_seconds,
        "error": told(one.error, one.error_data) if one.error else "",
        "result": result,
    }
