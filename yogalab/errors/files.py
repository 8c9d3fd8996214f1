"""Files in and out, and settings."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError
from yogalab.errors.photos import PhotoError


class FileMissing(PhotoError):
    """A file or folder that was named is not there, or may not be read. Data: `name`."""

    code = "photo.missing"


class BadTable(YogaLabError):
    """A CSV without the columns we look for, or not text at all. Data: `name`."""

    code = "exchange.bad_table"


class BadExport(YogaLabError):
    """A file of a data set that cannot be read, or says what none does. Data: `name`, `line`."""

    code = "exchange.damaged"


class NoDataSet(YogaLabError):
    """A folder or file that is no data set of the named format, or of none we know. Data: `name`, `known`."""

    code = "exchange.no_data_set"


class ExportNeeds(YogaLabError):
    """Writing this wants a package that is not installed. Data: `package`."""

    code = "export.needs"


class ExportDiffers(YogaLabError):
    """What was written answers otherwise than the version it was made of. Data: `most`, the difference."""

    code = "export.differs"


class UnknownExport(YogaLabError):
    """No export of that kind. Data: `kind`, `known`."""

    code = "exchange.unknown"


class TargetTaken(YogaLabError):
    """The folder to write is there already and not empty. Data: `folder`."""

    code = "exchange.target_taken"


class NothingToMeasure(YogaLabError):
    """A folder without photos that can be looked at. Data: `folder`."""

    code = "bench.nothing"


class LabNotServed(YogaLabError):
    """A lab to be measured was started and did not answer."""

    code = "bench.not_served"


class BrowserMissing(YogaLabError):
    """There is no Chromium to measure pages in, or nothing to steer it with."""

    code = "bench.no_browser"


class NothingToExport(YogaLabError):
    """No photo has a label yet."""

    code = "exchange.nothing"


class BadSetting(YogaLabError):
    """An environment variable that cannot be understood. Data: `name`, `value`."""

    code = "settings.bad"


class BadDataset(YogaLabError):
    """A folder that cannot be measured on: not there, or without photos of two poses. Data: `name`."""

    code = "bench.bad_dataset"


class UnknownPoses(YogaLabError):
    """A data set to train an encoder on shows poses that nothing here describes. Data: `names`."""

    code = "bench.unknown_poses"


class BadRecipe(YogaLabError):
    """A recipe to train an encoder by that cannot be read, or says what none does. Data: `name`, `reason`."""

    code = "schooling.bad_recipe"
