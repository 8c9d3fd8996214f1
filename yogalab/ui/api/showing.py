"""Records of the lab as the shapes that programs get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yogalab import records
from yogalab.lab.arrivals import Added
from yogalab.records import Landmarks, Scored
from yogalab.skeleton import LANDMARK_NAMES
from yogalab.ui import present
from yogalab.ui.api import shapes
from yogalab.words import sentence, told

Known = Mapping[int, records.Pose]


def pose(one: records.Pose) -> shapes.Pose:
    return shapes.Pose(
        id=one.id,
        slug=one.slug,
        name=one.name,
        sanskrit=one.sanskrit,
        aliases=one.aliases,
        family=one.family6,
        sided=one.sided,
        hidden=one.hidden,
    )


def guesses(ranked: Sequence[Scored], poses: Known, most: int) -> tuple[shapes.Guess, ...]:
    """The first poses of a prediction."""
    return tuple(
        shapes.Guess(slug=one.slug, name=poses[one.pose_id].name, probability=one.probability)
        for one in ranked[:most]
        if one.pose_id in poses
    )


def landmarks(person: Landmarks) -> tuple[shapes.Landmark, ...]:
    rows = zip(LANDMARK_NAMES, person.points.astype(float).round(5).tolist(), strict=True)
    return tuple(
        shapes.Landmark(name=name, x=x, y=y, z=z, visibility=visibility) for name, (x, y, z, visibility) in rows
    )


def version(one: records.ModelVersion, answering: int) -> shapes.Version:
    low, high = one.report.interval
    return shapes.Version(
        number=one.number,
        fingerprint=one.fingerprint,
        labels=one.labels,
        poses=one.pose_count,
        top1=one.report.top1,
        low=low,
        high=high,
        judged_on=one.report.n,
        encoder=one.encoder,
        pose_model=one.pose_model,
        answering=one.number == answering,
        repo=one.hub_repo,
        tag=one.tag,
    )


def added(one: Added) -> shapes.Added:
    return shapes.Added(
        new=tuple(one.new),
        known=tuple(one.known),
        nobody=one.nobody,
        labelled=one.labelled,
        files=tuple(
            shapes.Arrived(
                file=file.name,
                new=file.new,
                known=file.known,
                refused=file.refused,
                alike=file.alike,
                errors=tuple(_trouble(error) for error in file.errors),
            )
            for file in one.files
        ),
    )


def card(one: records.Card, poses: Known) -> shapes.Card:
    prediction = one.prediction
    return shapes.Card(
        photo=one.photo.id,
        picture=f"/photo/{one.photo.id}",
        width=one.photo.width,
        height=one.photo.height,
        people=one.people,
        person=one.person,
        why=present.reason(one.asked),
        sample=one.sample,
        version=prediction.version if prediction else None,
        poses=guesses(prediction.ranked, poses, present.RANKED) if prediction else (),
        label=_label(one.label, poses) if one.label else None,
    )


def saved(one: records.Saved) -> shapes.Saved:
    return shapes.Saved(event=one.event.id, photo=one.event.photo_id, seq=one.event.seq or 0, again=one.again)


def job(one: records.Job) -> shapes.Job:
    trouble = shapes.Trouble(error=told(one.error, one.error_data), code=one.error) if one.error else None
    return shapes.Job(
        id=one.id,
        kind=one.kind,
        state=one.state,
        progress=one.progress,
        stage=one.stage,
        eta_seconds=one.eta_seconds,
        result=dict(one.result),
        trouble=trouble,
    )


def token(one: records.Token) -> shapes.Token:
    return shapes.Token(
        id=one.id,
        name=one.name,
        coach=one.coach,
        role=one.role,
        made_at=one.made_at,
        ends_at=one.ends_at,
        used_at=one.used_at,
    )


def _label(answer: records.Resolved, poses: Known) -> shapes.Label:
    named = poses.get(answer.pose_id) if answer.pose_id is not None else None
    return shapes.Label(
        kind=answer.kind,
        pose=named.slug if named else None,
        disputed=answer.disputed,
        coaches=answer.coaches,
    )


def _trouble(error: BaseException) -> shapes.Trouble:
    return shapes.Trouble(error=sentence(error), code=getattr(error, "code", "error"))
