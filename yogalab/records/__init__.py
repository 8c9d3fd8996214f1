"""The values that cross rooms: frozen, without behaviour beyond what follows from their fields.

Arrays are float32 unless said. A value that holds arrays compares by identity.
Times are aware and in UTC. Absence is a value: nobody found is `None`.
"""

from __future__ import annotations

from yogalab.records.accounts import Account, Entry, Invitation
from yogalab.records.archives import ArchivePart, EncodedFile, PartDone
from yogalab.records.arrays import Matrix
from yogalab.records.computation import Computation, Step
from yogalab.records.encoders import ENCODER_FACTS, ENCODER_WEIGHTS
from yogalab.records.intake import NO_POSE, VIDEO, Intake, NewPhoto, Outgoing, Upload
from yogalab.records.job_log import JobLine
from yogalab.records.labels import FIRST, LabelEvent, LabelKind, Resolved
from yogalab.records.learning import (
    EncoderInfo,
    Head,
    ModelVersion,
    PoseRef,
    PoseReport,
    Report,
    TrainingSet,
    Verdict,
)
from yogalab.records.photos import (
    FAINT,
    CanonicalPhoto,
    Consent,
    Encodings,
    Framing,
    Landmarks,
    Photo,
    persons,
)
from yogalab.records.poses import Descriptions, Pose
from yogalab.records.predictions import Prediction, Scored
from yogalab.records.renting import Hire, Machine, Terms
from yogalab.records.safekeeping import BroughtBack, Last, Safekeeping, VaultCheck
from yogalab.records.sharing import DataOutline, PublishedData, SharedPhoto, VersionOutline
from yogalab.records.showing import Advice, Asked, Card, Sample, Saved, Telling, Tellings
from yogalab.records.spaces import Deployed, SpaceItem, SpaceSecret, SpaceTurn, SpaceWish
from yogalab.records.tokens import Token
from yogalab.records.told import Said, Told
from yogalab.records.tuning import (
    EncoderChange,
    Tuned,
    TunedName,
    TuningRequest,
    base_of,
    read_tuned_name,
    tuned_name,
)
from yogalab.records.work import Coach, Job, JobState, Role

__all__ = [
    "ENCODER_FACTS",
    "ENCODER_WEIGHTS",
    "FAINT",
    "FIRST",
    "NO_POSE",
    "VIDEO",
    "Account",
    "Advice",
    "ArchivePart",
    "Asked",
    "BroughtBack",
    "CanonicalPhoto",
    "Card",
    "Coach",
    "Computation",
    "Consent",
    "DataOutline",
    "Deployed",
    "Descriptions",
    "EncodedFile",
    "EncoderChange",
    "EncoderInfo",
    "Encodings",
    "Entry",
    "Framing",
    "Head",
    "Hire",
    "Intake",
    "Invitation",
    "Job",
    "JobLine",
    "JobState",
    "LabelEvent",
    "LabelKind",
    "Landmarks",
    "Last",
    "Machine",
    "Matrix",
    "ModelVersion",
    "NewPhoto",
    "Outgoing",
    "PartDone",
    "Photo",
    "Pose",
    "PoseRef",
    "PoseReport",
    "Prediction",
    "PublishedData",
    "Report",
    "Resolved",
    "Role",
    "Safekeeping",
    "Said",
    "Sample",
    "Saved",
    "Scored",
    "SharedPhoto",
    "SpaceItem",
    "SpaceSecret",
    "SpaceTurn",
    "SpaceWish",
    "Step",
    "Telling",
    "Tellings",
    "Terms",
    "Token",
    "Told",
    "TrainingSet",
    "Tuned",
    "TunedName",
    "TuningRequest",
    "Upload",
    "VaultCheck",
    "Verdict",
    "VersionOutline",
    "base_of",
    "persons",
    "read_tuned_name",
    "tuned_name",
]
