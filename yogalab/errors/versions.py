"""Training, versions and long work."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class TooFewLabels(YogaLabError):
    """Training needs two poses with labels. Data: `labels`, `poses`."""

    code = "training.too_few_labels"


class NothingNew(YogaLabError):
    """A version with exactly these labels exists. Data: `number`."""

    code = "training.nothing_new"


class TrainingBusy(YogaLabError):
    """Another training runs in this lab. Data: `job_id`."""

    code = "training.busy"


class NothingToTune(YogaLabError):
    """The lab works from skeletons alone: there is no encoder to tune."""

    code = "tuning.no_encoder"


class TooFewToTune(YogaLabError):
    """Tuning needs some poses with some labels each. Data: `poses`, `labels`, `ready` poses have them."""

    code = "tuning.too_few"


class TuningFailed(YogaLabError):
    """The figures of a tuning ran away (no number any more). Data: `reason`. Nothing was changed."""

    code = "tuning.failed"


class Cancelled(YogaLabError):
    """The coach stopped the work. Nothing was changed."""

    code = "job.cancelled"


class JobNotFound(YogaLabError):
    """No job has this id. Data: `job_id`."""

    code = "job.not_found"


class JobInterrupted(YogaLabError):
    """The work was cut off (power, kill) as often as it was tried. Data: `attempts`."""

    code = "job.interrupted"


class VersionNotFound(YogaLabError):
    """No such version. Data: `version`."""

    code = "version.not_found"


class NoVersionBefore(YogaLabError):
    """Nothing was trained before what answers now."""

    code = "version.none_before"


class UnknownFormat(YogaLabError):
    """A file written by a newer YogaLab. Data: `format`, `known`."""

    code = "version.unknown_format"


class DamagedVersion(YogaLabError):
    """A version whose files do not match their checksums. Data: `version`."""

    code = "version.damaged"


class OtherEncoder(YogaLabError):
    """A version made with another encoder or pose model than the lab's. Data: `version`, `encoder`."""

    code = "version.other_encoder"


class OtherRecipe(YogaLabError):
    """A version made by a YogaLab that sees photos differently. Data: `version`, `made_with`, `here`."""

    code = "version.other_recipe"
