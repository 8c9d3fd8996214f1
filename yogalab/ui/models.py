"""The models page: retrain, compare, activate, roll back, publish, download."""

from __future__ import annotations

import gradio as gr

from yogalab.errors import DamagedVersion, YogaLabError
from yogalab.lab.data_sharing import PUBLISH_DATA
from yogalab.lab.encoders import ENCODE
from yogalab.lab.lab import Lab
from yogalab.lab.looking import LOOK
from yogalab.lab.parts import TUNE
from yogalab.lab.versions import PUBLISH, TRAIN
from yogalab.records import Coach, Job
from yogalab.settings import Settings
from yogalab.ui import learning, present
from yogalab.ui.panel import Ask, panel, text, whole
from yogalab.ui.renting import RentingPart
from yogalab.ui.sharing import Sharing
from yogalab.words import say, sentence


class ModelsPage:
    """Handlers get who is asking and what the script sent, and answer with plain values."""

    def __init__(self, lab: Lab, settings: Settings) -> None:
        self._lab = lab
        self._repo = settings.hub_repo or ""
        self._sharing = Sharing(lab)

    def state(self, who: Coach, asked: Ask) -> object:
        """Everything on the page: what could be learnt, what is running, all versions."""
        names = self._names(who)
        coaches = {coach.id: coach.name for coach in self._lab.people.coaches(who)}
        answering, photos = self._answering(who)
        versions = [
            present.version(version, names, coaches, answering=answering)
            for version in self._lab.versions.list(who)
        ]
        return {
            "plan": self._plan(who),
            "deeper": self._deeper(who),
            "versions": versions,
            "untrained": answering == 0,
            "photos": photos,
            "repo": self._repo,
            "data": self._sharing.published(who),
            "encoder": self._lab.encoder() or "",
            "encoders": [present.encoder(one) for one in self._lab.encoders.list(who)],
            **self._work(who),
        }

    def progress(self, who: Coach, asked: Ask) -> object:
        """How far the work is; asked again and again while something runs, so it is cheap."""
        return self._work(who)

    def train(self, who: Coach, asked: Ask) -> object:
        """Start a training; it goes on when the page is closed."""
        return present.job(self._lab.versions.train(who))

    def tune(self, who: Coach, asked: Ask) -> object:
        """Start training deeper; it goes on when the page is closed."""
        return present.job(self._lab.tuning.tune(who, text(asked, "rung")))

    def cancel(self, who: Coach, asked: Ask) -> object:
        """Ask long work to stop."""
        return present.job(self._lab.versions.cancel(who, whole(asked, "job")))

    def changes(self, who: Coach, asked: Ask) -> object:
        """Pose by pose against the version before."""
        return {
            "rows": present.changes(self._lab.versions.changes(who, whole(asked, "number")), self._names(who))
        }

    def learning(self, who: Coach, asked: Ask) -> object:
        """How labelling pays, and what is mixed up: apart from the state, since it takes a while."""
        poses = self._lab.poses.by_id(who)
        return {
            "curve": learning.curve(self._lab.curves.curve(who)),
            "mixed": learning.mistakes(self._lab.mistakes.pairs(who), poses),
        }

    def activate(self, who: Coach, asked: Ask) -> object:
        """Serve this version; 0 is "before any training"."""
        number = whole(asked, "number")
        return self._served(number, self._lab.versions.activate(who, number))

    def rollback(self, who: Coach, asked: Ask) -> object:
        """Back to the version the active one grew from."""
        return self._served(*self._lab.versions.rollback(who))

    def publish(self, who: Coach, asked: Ask) -> object:
        """Start publishing a version."""
        repo = text(asked, "repo").strip() or None
        return present.job(self._lab.versions.publish(who, repo, number=whole(asked, "number")))

    def pull(self, who: Coach, asked: Ask) -> object:
        """Bring a published version into this lab."""
        version = self._lab.versions.pull(
            who, text(asked, "repo").strip(), revision=text(asked, "revision").strip() or None
        )
        return {"number": version.number}

    def choose_encoder(self, who: Coach, asked: Ask) -> object:
        """Change what sees the photos; an empty name is skeletons alone."""
        return present.job(self._lab.encoders.choose(who, text(asked, "encoder") or None))

    def build(self) -> gr.HTML:
        handlers = [
            *RentingPart(self._lab).handlers,
            *self._sharing.handlers,
            *(self.state, self.progress, self.train, self.tune, self.cancel, self.changes),
            *(self.activate, self.rollback, self.publish, self.pull, self.choose_encoder, self.learning),
        ]
        return panel("models", handlers, label="tab.models")

    def _plan(self, who: Coach) -> dict[str, object]:
        try:
            plan = self._lab.versions.plan(who)
        # The page has to be there for going back, whatever is wrong with the version in use.
        except DamagedVersion as error:
            damaged = error.data["version"]
            number = next((v.number for v in self._lab.versions.list(who) if v.fingerprint == damaged), None)
            # Coaches know versions by their numbers.
            why = say("models.damaged", number=number) if number else sentence(error)
            return {"ready": False, "why": why}
        except YogaLabError as error:
            return {"ready": False, "why": sentence(error)}
        return {
            "ready": True,
            "labels": len(plan.train),
            "poses": len(set(plan.train.y.tolist())),
            "holdout": len(plan.holdout),
        }

    def _deeper(self, who: Coach) -> dict[str, object]:
        try:
            return present.deeper(self._lab.tuning.prospect(who))
        except YogaLabError as error:
            return {"ready": False, "says": sentence(error), "ways": []}

    def _served(self, number: int, job: Job | None) -> dict[str, object]:
        """The version asked for, and the work that comes first, where its encoder has photos to see."""
        return {"active": number} if job is None else {"active": number, "job": present.job(job)}

    def _answering(self, who: Coach) -> tuple[int | None, int | None]:
        """The version that answers and how many photos there are; None while the one in use is damaged."""
        try:
            return self._lab.answering(who), self._lab.review.tally(who).photos
        except YogaLabError:
            return None, None

    def _work(self, who: Coach) -> dict[str, object]:
        """The last training, tuning, publishing, encoding and looking anew, running or over."""
        kinds = (TRAIN, TUNE, PUBLISH, PUBLISH_DATA, ENCODE, LOOK)
        newest = {kind: next(iter(self._lab.work(who, kind)), None) for kind in kinds}
        return {
            "training": present.job(newest[TRAIN]),
            "tuning": present.job(newest[TUNE]),
            "publishing": present.job(newest[PUBLISH]),
            "sharing": present.job(newest[PUBLISH_DATA]),
            "encoding": present.job(newest[ENCODE]),
            "looking": present.job(newest[LOOK]),
        }

    def _names(self, who: Coach) -> dict[str, str]:
        return {pose.slug: pose.name for pose in self._lab.poses.list(who, hidden=True)}
