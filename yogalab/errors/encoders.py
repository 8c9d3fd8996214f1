"""Encoders and the pose model."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class EncoderError(YogaLabError):
    """An encoder cannot be used. Data: `encoder`. The lab goes on with skeletons."""


class EncoderRefused(EncoderError):
    """Weights whose licence forbids use in a product. Data: `encoder`, `licence`."""

    code = "encoder.refused"


class EncoderUnknown(EncoderError):
    """No row of models/encoders.toml has this name. Data: `encoder`, `known`."""

    code = "encoder.unknown"


class EncoderMissing(EncoderError):
    """The weights are not on this machine and no hub answers. Data: `encoder`."""

    code = "encoder.missing"


class EncoderNeeds(EncoderError):
    """A package that only this encoder wants is not installed. Data: `encoder`, `package`."""

    code = "encoder.needs"


class EncoderDamaged(EncoderError):
    """The file with the weights is damaged or of another encoder. Data: `encoder`, `file`."""

    code = "encoder.damaged"


class PoseModelMissing(YogaLabError):
    """BlazePose's model could not be found or made. Data: `reason`."""

    code = "pose_model.missing"


class PoseModelUnusable(PoseModelMissing):
    """The file given as pose model is not there, or is no pose landmarker. Data: `name`."""

    code = "pose_model.unusable"


class NothingLeftOut(EncoderError):
    """An encoder in a folder does not say what its training left out. Data: `name`."""

    code = "encoder.nothing_left_out"
