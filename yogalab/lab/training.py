"""From the label log to a version: split, fit, judge, keep. Long work, run as a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yogalab.errors import DamagedVersion, NothingNew, TooFewLabels
from yogalab.lab.ledger import named
from yogalab.lab.parts import Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.traces import without
from yogalab.learning import ladder
from yogalab.learning.evaluation import evaluate
from yogalab.learning.gate import judge
from yogalab.learning.labels import fingerprint
from yogalab.ports import Progress
from yogalab.records import Head, Matrix, ModelVersion, Report, TrainingSet, Verdict
from yogalab.reports import report_from_json

# Below this many judged photos the hold-out says too little, and leave-one-out decides.
ENOUGH_HOLDOUT = 50
# How often two versions differ is known to half a point from this many photos.
ENOUGH_OTHERS = 5000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """What a training would learn from, fixed at one event of the log."""

    seq: int
    train: TrainingSet
    holdout: TrainingSet
    prior: Head
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """A candidate's figures beside those of the version it wants to replace."""

    report: Report
    baseline: Report
    verdict: Verdict


class Trainer:
    """Makes versions. One runs at a time; the jobs room sees to that."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

    def plan(self) -> Plan:
        """Return what would be learnt now. Raises TooFewLabels, NothingNew."""
        snapshot = self._served.snapshot()
        answers = {i: a for i, a in named(snapshot.resolved).items() if i in snapshot.row}
        held = {i: a for i, a in answers.items() if snapshot.photos[i].holdout}
        taught = {i: a for i, a in answers.items() if i not in held}
        train, holdout = self._served.training_set(taught), self._served.training_set(held)
        poses = len(np.unique(train.y))
        if poses < 2:
            raise TooFewLabels(labels=len(train), poses=poses)
        prior = self._served.prior
        print_ = self._fingerprint(snapshot, train, prior)
        for version in self._parts.store.versions():
            if version.fingerprint == print_:
                raise NothingNew(number=version.number)
        return Plan(seq=snapshot.seq, train=train, holdout=holdout, prior=prior, fingerprint=print_)

    def run(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Train, judge, keep, and make it active when the gate lets it. The result names the version."""
        progress(0.0, "train.labels")
        snapshot = self._served.snapshot()
        try:
            plan = self.plan()
        except NothingNew as known:
            return self._done_before(int(str(known.data["number"])), who)
        head = ladder.retrain(
            plan.train,
            plan.prior,
            pool=None,
            progress=lambda share, stage: progress(0.05 + 0.8 * share, stage),
        )
        progress(0.86, "train.judge")
        judged = self._judge(plan, head)
        progress(0.95, "train.keep")
        version = self._keep(plan, head, judged, who, parent=snapshot.version or None)
        self._take_out_deleted(version, head, snapshot)
        if judged.verdict.promoted:
            self._parts.store.activate(version.number, who=who)
        return {"version": version.number, "promoted": judged.verdict.promoted}

    def _done_before(self, number: int, who: str) -> Mapping[str, object]:
        """Finish a training that was cut off after its version was kept. Raises NothingNew."""
        active = self._parts.store.active()
        version = next(v for v in self._parts.store.versions() if v.number == number)
        if not version.verdict.promoted or active not in {number, version.parent or 0}:
            raise NothingNew(number=number)
        if active != number:
            self._parts.store.activate(number, who=who)
        return {"version": number, "promoted": True}

    def adopt(self, fingerprint: str, *, who: str) -> ModelVersion:
        """Give a version that was pulled its row and number; the gate has not judged it here."""
        head, facts = self._parts.versions.load(fingerprint), self._parts.versions.facts(fingerprint)
        if not {"labels", "report", "baseline"} <= facts.keys():
            raise DamagedVersion(version=fingerprint)
        report = report_from_json(_table(facts, "report"))
        verdict = Verdict(
            promoted=False, early=False, reason="gate.pulled", difference=0.0, interval=(0.0, 0.0)
        )
        return self._parts.store.add_version(
            fingerprint=fingerprint,
            parent=None,
            who=who,
            labels=int(str(facts["labels"])),
            seq=0,
            pose_count=len(report.per_pose),
            encoder=head.encoder,
            pose_model=head.pose_model,
            report=report,
            baseline=report_from_json(_table(facts, "baseline")),
            verdict=verdict,
        )

    def _fingerprint(self, snapshot: Snapshot, train: TrainingSet, prior: Head) -> str:
        encoder = self._parts.encoder
        return fingerprint(
            (
                (snapshot.photos[int(photo_id)].sha256, snapshot.poses[int(pose_id)].slug)
                for photo_id, pose_id in zip(train.photo_ids, train.y, strict=True)
            ),
            recipe=self._served.pool.recipe,
            encoder=encoder.name if encoder else None,
            pose_model=self._parts.landmarker.name,
            learner=ladder.learner(prior),
        )

    def _judge(self, plan: Plan, head: Head) -> Judged:
        rival = self._served.head
        early = len(plan.holdout) < ENOUGH_HOLDOUT
        differing = None
        if early:
            photos = plan.train
            mine = ladder.leave_one_out(head, plan.train)
            theirs = self._rival_left_out(rival, plan)
            method = "leave-one-out"
        else:
            photos = plan.holdout
            mine, theirs = ladder.probabilities(head, photos.x), ladder.probabilities(rival, photos.x)
            method = "hold-out"
            differing = self._differing(plan, head, rival)
        mine, theirs = _columns(mine, head, head), _columns(theirs, rival, head)
        verdict = judge(
            mine,
            theirs,
            photos.y,
            head.poses,
            groups=photos.groups,
            differing=differing,
            early=early,
            seed=self._parts.seed,
        )
        return Judged(
            report=evaluate(mine, photos.y, head.poses, method=method),
            baseline=evaluate(theirs, photos.y, head.poses, method=method),
            verdict=verdict,
        )

    def _differing(self, plan: Plan, head: Head, rival: Head) -> NDArray[np.bool_]:
        """Where the two name different poses, among photos that show somebody and that nobody has named.

        Photos without anybody, and copies of photos that were taught or judged, say nothing of how they differ.
        """
        now = self._served.snapshot()
        said = np.isin(now.ids, np.fromiter(now.resolved, np.int64, len(now.resolved)))
        known = np.concatenate([plan.train.groups, plan.holdout.groups])
        rows = np.flatnonzero(now.found & ~said & ~np.isin(now.groups, known))
        rows = rows[np.unique(now.groups[rows], return_index=True)[1]]
        drawn = np.random.default_rng(self._parts.seed).permutation(rows)[:ENOUGH_OTHERS]
        x = self._served.features_of([int(photo_id) for photo_id in now.ids[drawn]])
        mine, theirs = (ladder.probabilities(one, x) for one in (head, rival))
        return np.asarray(mine.argmax(axis=1) != _columns(theirs, rival, head).argmax(axis=1))

    def _rival_left_out(self, rival: Head, plan: Plan) -> Matrix:
        """The active version's answers on photos it was not taught, the others left out in turn.

        Judged on what it has learnt by heart, an old version could never be beaten.
        """
        active = self._served.active
        answers = ladder.probabilities(rival, plan.train.x)
        if active is None:
            return answers
        taught = self._served.ledger.known_at(active.seq)
        seen = np.array([int(photo_id) in taught for photo_id in plan.train.photo_ids], dtype=bool)
        if seen.any():
            answers[seen] = ladder.leave_one_out(rival, plan.train.only(seen))
        return answers

    def _take_out_deleted(self, version: ModelVersion, head: Head, before: Snapshot) -> None:
        """Photos that were deleted while it was made are not in the version: nobody else would look there."""
        gone = ~np.isin(before.ids, self._served.snapshot().ids)
        if gone.any():
            without(self._parts, head, before.x[gone], fingerprint=version.fingerprint)

    def _keep(self, plan: Plan, head: Head, judged: Judged, who: str, *, parent: int | None) -> ModelVersion:
        facts = {
            "labels": len(plan.train),
            "holdout": len(plan.holdout),
            "seq": plan.seq,
            "parent": parent,
            "report": judged.report,
            "baseline": judged.baseline,
            "verdict": judged.verdict,
        }
        self._parts.versions.save(head, fingerprint=plan.fingerprint, facts=facts)
        return self._parts.store.add_version(
            fingerprint=plan.fingerprint,
            parent=parent,
            who=who,
            labels=len(plan.train),
            seq=plan.seq,
            pose_count=len(np.unique(plan.train.y)),
            encoder=head.encoder,
            pose_model=head.pose_model,
            report=judged.report,
            baseline=judged.baseline,
            verdict=judged.verdict,
        )


def _columns(probabilities: Matrix, head: Head, like: Head) -> Matrix:
    """Reorder a head's columns to another's poses; a pose the head does not know gets 0."""
    place = {pose.id: k for k, pose in enumerate(head.poses)}
    out = np.zeros((len(probabilities), len(like.poses)), np.float32)
    for k, pose in enumerate(like.poses):
        if pose.id in place:
            out[:, k] = probabilities[:, place[pose.id]]
    return out


def _table(facts: Mapping[str, object], name: str) -> Mapping[str, Any]:
    table = facts[name]
    assert isinstance(table, Mapping)
    return table
