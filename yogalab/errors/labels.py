"""Poses and labels."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class PoseNotFound(YogaLabError):
    """No pose has this id, slug or name. Data: `pose`."""

    code = "pose.not_found"


class PoseExists(YogaLabError):
    """A pose of that name or alias is there already. Data: `name`, `existing`."""

    code = "pose.exists"


class BadPoseName(YogaLabError):
    """Empty, too long, or nothing that can be spelled as a slug. Data: `name`."""

    code = "pose.bad_name"


class UnclearLooks(YogaLabError):
    """A description of a pose in which nothing was understood. Data: `text`."""

    code = "pose.unclear"


class NobodyToCopy(YogaLabError):
    """A pose should look like a photo in which nobody was found. Data: `photo_id`."""

    code = "pose.nobody_to_copy"


class BadPoseFile(YogaLabError):
    """A file about poses in models was edited into something that cannot be used. Data: `name`, `reason`."""

    code = "pose.bad_file"


class NothingToUndo(YogaLabError):
    """The coach has no label left to take back."""

    code = "label.nothing_to_undo"


class BadLabel(YogaLabError):
    """A label that cannot be understood. Data: `reason`."""

    code = "label.bad"


class LabBehind(YogaLabError):
    """The lab is an older one, restored: it lacks an answer that was kept before those now sent."""

    code = "label.behind"


class OtherLab(YogaLabError):
    """Labels given in another lab, at the same address."""

    code = "label.other_lab"


class OtherCoach(YogaLabError):
    """A label given under another name than the one signed in now. Data: `coach`, who gave it."""

    code = "label.other_coach"
