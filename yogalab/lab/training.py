"""From the label log to a version: split, fit, judge, keep. Long work, run as a job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from yogalab.errors import DamagedVersion, NothingNew, TooFewLabels
from yogalab.lab import lineage
from yogalab.lab.bodies import judged
from yogalab.lab.judging import Judge, Judged, Plan
from yogalab.lab.ledger import named
from yogalab.lab.parts import ENCODER, Parts
from yogalab.lab.served import Served
from yogalab.lab.snapshot import Snapshot
from yogalab.lab.traces import without
from yogalab.learning import ladder
from yogalab.learning.labels import fingerprint
from yogalab.ports import Progress
from yogalab.records import Consent, EncoderChange, Head, ModelVersion, TrainingSet, Verdict, base_of
from yogalab.reports import report_from_json


class Trainer:
    """Makes versions. One runs at a time; the jobs room sees to that."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._parts = parts
        self._served = served

    def plan(self, seen: Served | None = None) -> Plan:
        """Return what would be learnt now. Raises TooFewLabels, NothingNew.

        seen: the lab through another encoder than the one in use.
        """
        seen = seen or self._served
        with seen.steady():
            snapshot = seen.snapshot()
            # Of whom consent was taken back nothing is learnt any more, nor is anything judged by it.
            agreed = {i for i in snapshot.row if snapshot.photos[i].consent is not Consent.WITHDRAWN}
            answers = {i: a for i, a in named(snapshot.resolved).items() if i in agreed}
            held = {i: a for i, a in answers.items() if snapshot.photos[i].holdout}
            taught = {i: a for i, a in answers.items() if i not in held}
            for photo_id in self._known_by_heart(seen, snapshot):
                # A photo that moved to the hold-out after an encoder was tuned on it, or a copy of it.
                held.pop(photo_id, None)
            train, holdout = seen.training_set(taught), seen.training_set(held)
            poses = len(np.unique(train.y))
            if poses < 2:
                raise TooFewLabels(labels=len(train), poses=poses)
            prior = seen.prior
            unseen = seen.unseen(train)
        print_ = self._fingerprint(snapshot, train, prior)
        for version in self._parts.store.versions():
            if version.fingerprint == print_:
                raise NothingNew(number=version.number)
        return Plan(
            seq=snapshot.seq, train=train, unseen=unseen, holdout=holdout, prior=prior, fingerprint=print_
        )

    def run(self, payload: Mapping[str, object], who: str, progress: Progress) -> Mapping[str, object]:
        """Train, judge, keep, and make it active when the gate lets it. The result names the version."""
        return self.make(self._served, "R2", who, progress)

    def make(
        self, seen: Served, rung: str, who: str, progress: Progress, *, activate: bool = True
    ) -> Mapping[str, object]:
        """Learn from what an encoder sees, and let the gate decide. The result names the version.

        seen: the lab through that encoder; rung: what the version is called. activate: whether a version
        that the gate promotes is used at once, or waits for a person to say so.
        """
        progress(0.0, "train.labels")
        before = seen.snapshot()
        try:
            plan = self.plan(seen)
        except NothingNew as known:
            return self._done_before(int(str(known.data["number"])), who, activate=activate)
        head = ladder.retrain(
            plan.train,
            plan.prior,
            pool=None,
            unseen=None if plan.unseen is plan.train else plan.unseen,
            progress=lambda share, stage: progress(0.05 + 0.8 * share, stage),
        )
        head = replace(head, rung=rung, change=self._change(head.encoder))
        progress(0.86, "train.judge")
        judged = self._judged(plan, head, seen)
        if seen.encoder != head.encoder:
            # The lab sees through another encoder since: a version for the one before would take it back there.
            return self.make(seen, rung, who, progress, activate=activate)
        progress(0.95, "train.keep")
        version = self._keep(plan, head, judged, who)
        self._take_out_deleted(version, head, before)
        if judged.verdict.promoted and activate:
            self._activate(version, who)
        return {"version": version.number, "promoted": judged.verdict.promoted}

    def _judged(self, plan: Plan, head: Head, seen: Served) -> Judged:
        """Judged against what is in use when all is done: another training may have ended meanwhile."""
        judge = Judge(self._parts, self._served, seen)
        while True:
            judged = judge.judge(plan, head)
            now = self._served.active
            if judged.rival == (now.number if now else 0):
                return judged

    def _activate(self, version: ModelVersion, who: str) -> None:
        """Version and encoder change hands in one transaction: nobody ever meets the one without the other."""
        self._parts.store.activate(version.number, who=who, settings={ENCODER: version.encoder or ""})
        self._served.follow_encoder()

    def _change(self, encoder: str | None) -> EncoderChange | None:
        """How the encoder was tuned, for the version to carry along."""
        tuned = encoder is not None and base_of(encoder) != encoder
        return self._parts.changes.load(encoder) if encoder and tuned else None

    def _known_by_heart(self, seen: Served, snapshot: Snapshot) -> set[int]:
        """The photos that an encoder was tuned on, the candidate's or the one in use, and their copies."""
        tuned = np.array(sorted({*seen.tuned_on(), *self._served.tuned_on()}), dtype=np.int64)
        if not len(tuned):
            return set()
        groups = snapshot.groups[np.isin(snapshot.ids, tuned)]
        return set(snapshot.ids[np.isin(snapshot.groups, groups)].tolist())

    def _done_before(self, number: int, who: str, *, activate: bool) -> Mapping[str, object]:
        """Finish a training that was cut off after its version was kept. Raises NothingNew."""
        active = self._parts.store.active()
        version = next(v for v in self._parts.store.versions() if v.number == number)
        if not version.verdict.promoted or active not in {number, version.parent or 0}:
            raise NothingNew(number=number)
        if active != number and activate:
            self._activate(version, who)
        return {"version": number, "promoted": True}

    def adopt(self, fingerprint: str, *, who: str) -> ModelVersion:
        """Give a version that was pulled its row and number; the gate has not judged it here."""
        head, facts = self._parts.versions.load(fingerprint), self._parts.versions.facts(fingerprint)
        if head.change is not None:
            self._parts.changes.save(head.change)
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
        return fingerprint(
            (
                (
                    judged(snapshot.photos[photo_id].sha256, snapshot.resolved[photo_id].judged_by),
                    snapshot.poses[pose_id].slug,
                )
                for photo_id, pose_id in zip(train.photo_ids.tolist(), train.y.tolist(), strict=True)
            ),
            recipe=prior.recipe,
            encoder=prior.encoder,
            pose_model=self._parts.landmarker.name,
            learner=ladder.learner(prior),
        )

    def _take_out_deleted(self, version: ModelVersion, head: Head, before: Snapshot) -> None:
        """Photos that were deleted while it was made are not in the version: nobody else would look there."""
        gone = ~np.isin(before.ids, self._served.snapshot().ids)
        if gone.any():
            without(self._parts, head, before.x[gone], fingerprint=version.fingerprint)

    def _keep(self, plan: Plan, head: Head, judged: Judged, who: str) -> ModelVersion:
        parent = judged.rival or None
        facts = {
            "labels": len(plan.train),
            "holdout": len(plan.holdout),
            "seq": plan.seq,
            "parent": parent,
            "report": judged.report,
            "baseline": judged.baseline,
            "verdict": judged.verdict,
            "figures": judged.figures,
            "curve": lineage.curve(self._parts.store.versions(), plan, judged),
            "data": lineage.made_with(plan, self._served.snapshot()),
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


def _table(facts: Mapping[str, object], name: str) -> Mapping[str, Any]:
    table = facts[name]
    assert isinstance(table, Mapping)
    return table
