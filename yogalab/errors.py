"""What can go wrong, as a code and data. The sentence a coach reads lives in `yogalab.words`."""

from __future__ import annotations

from typing import ClassVar


class YogaLabError(Exception):
    """Anything YogaLab can explain to the person in front of it.

    `code` names the sentence in the catalogue of words, `data` fills its blanks.
    """

    code: ClassVar[str] = "error"

    def __init__(self, **data: object) -> None:
        super().__init__(self.code, data)
        self.data = data

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.code}({details})"

    def __reduce__(self) -> tuple[object, ...]:
        # Errors cross process borders when photos are read in parallel.
        return (_rebuild, (type(self), self.data))


def _rebuild(kind: type[YogaLabError], data: dict[str, object]) -> YogaLabError:
    return kind(**data)


# --- photos -------------------------------------------------------------------------------------


class PhotoError(YogaLabError):
    """One file could not become a photo. Data: `name`."""


class UnreadablePhoto(PhotoError):
    """The bytes are no image, or a damaged one."""

    code = "photo.unreadable"


class UnsupportedPhoto(PhotoError):
    """The format is one we do not read. Data: `name`, `format`."""

    code = "photo.unsupported"


class EmptyFile(PhotoError):
    """Zero bytes."""

    code = "photo.empty"


class PhotoTooLarge(PhotoError):
    """More bytes or pixels than allowed. Data: `name`, `megabytes` or `megapixels`, `limit`."""

    code = "photo.too_large"


class PhotoWrongShape(PhotoError):
    """Too small or too elongated to show a person. Data: `name`, `width`, `height`."""

    code = "photo.wrong_shape"


class BadArchive(PhotoError):
    """A zip that cannot be unpacked; this very class: it is damaged. Data: `name`."""

    code = "photo.bad_archive"


class ArchiveLocked(BadArchive):
    """A zip that wants a password. Data: `name`."""

    code = "photo.archive_locked"


class ArchiveTooLarge(BadArchive):
    """A zip of more bytes than allowed, packed or unpacked. Data: `name`, `size`, `limit`."""

    code = "photo.archive_too_large"


class ArchiveTooMany(BadArchive):
    """A zip of more files than allowed. Data: `name`, `files`, `limit`."""

    code = "photo.archive_too_many"


class ArchiveBomb(BadArchive):
    """A zip that would unpack to far more than photos can. Data: `name`."""

    code = "photo.archive_bomb"


class ConsentMissing(YogaLabError):
    """Photos were offered without saying whether the people shown agree."""

    code = "photo.consent_missing"


class PhotoNotFound(YogaLabError):
    """No photo has this id (any more). Data: `photo_id`."""

    code = "photo.not_found"


# --- poses and labels ---------------------------------------------------------------------------


class PoseNotFound(YogaLabError):
    """No pose has this id, slug or name. Data: `pose`."""

    code = "pose.not_found"


class PoseExists(YogaLabError):
    """A pose of that name or alias is there already. Data: `name`, `existing`."""

    code = "pose.exists"


class BadPoseName(YogaLabError):
    """Empty, too long, or nothing that can be spelled as a slug. Data: `name`."""

    code = "pose.bad_name"


class BadPoseFile(YogaLabError):
    """A file about poses in models was edited into something that cannot be used. Data: `name`, `reason`."""

    code = "pose.bad_file"


class NothingToUndo(YogaLabError):
    """The coach has no label left to take back."""

    code = "label.nothing_to_undo"


class BadLabel(YogaLabError):
    """A label that cannot be understood. Data: `reason`."""

    code = "label.bad"


# --- learning and versions ----------------------------------------------------------------------


class TooFewLabels(YogaLabError):
    """Training needs two poses with labels. Data: `labels`, `poses`."""

    code = "training.too_few_labels"


class NothingNew(YogaLabError):
    """A version with exactly these labels exists. Data: `number`."""

    code = "training.nothing_new"


class TrainingBusy(YogaLabError):
    """Another training runs in this lab. Data: `job_id`."""

    code = "training.busy"


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


# --- encoders -----------------------------------------------------------------------------------


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


# --- keeping ------------------------------------------------------------------------------------


class DiskFull(YogaLabError):
    """No room to keep what was about to be written. Data: `folder`, `free_megabytes`."""

    code = "keeping.disk_full"


class OutOfMemory(YogaLabError):
    """Too little memory for the step. Data: `step`."""

    code = "keeping.out_of_memory"


class DatabaseNewer(YogaLabError):
    """The database was written by a newer YogaLab. Data: `revision`."""

    code = "keeping.database_newer"


class DatabaseBusy(YogaLabError):
    """Another process held the database too long."""

    code = "keeping.database_busy"


class DatabaseDamaged(YogaLabError):
    """The file is no database, or a torn one. Data: `file`."""

    code = "keeping.database_damaged"


class DatabaseUnreachable(YogaLabError):
    """The database server named by DATABASE_URL does not answer, or its driver is not installed."""

    code = "keeping.database_unreachable"


class NotWritable(YogaLabError):
    """The folder may not be written to. Data: `folder`."""

    code = "keeping.not_writable"


class BadBackup(YogaLabError):
    """A lab file that is damaged or not one of ours. Data: `name`."""

    code = "keeping.bad_backup"


class LabNotEmpty(YogaLabError):
    """A lab file is opened only into an empty lab. Data: `folder`."""

    code = "keeping.lab_not_empty"


# --- people -------------------------------------------------------------------------------------


class NotAllowed(YogaLabError):
    """The person's role does not permit this. Data: `role`, `needs`."""

    code = "people.not_allowed"


class BadCoachName(YogaLabError):
    """Empty or too long. Data: `name`."""

    code = "people.bad_name"


class PasswordNeeded(YogaLabError):
    """Listening beyond this machine without a password. Data: `host`."""

    code = "people.password_needed"


class PortTaken(YogaLabError):
    """Another program listens there already. Data: `port`."""

    code = "people.port_taken"


# --- hub ----------------------------------------------------------------------------------------


class HubError(YogaLabError):
    """Publishing or loading through the Hub did not work. Data: `repo`. Nothing local is lost."""

    code = "hub.error"


class HubOffline(HubError):
    """The Hub does not answer."""

    code = "hub.offline"


class HubTokenMissing(HubError):
    """No token, or one that the Hub does not know."""

    code = "hub.token_missing"


class HubForbidden(HubError):
    """The token may not write there."""

    code = "hub.forbidden"


class HubStale(HubError):
    """Somebody else published in the meantime."""

    code = "hub.stale"


class BadRepoName(HubError):
    """Not of the form owner/name."""

    code = "hub.bad_repo"


class HubPayment(HubError):
    """The Hub wants a paid plan for this, as for most Spaces."""

    code = "hub.payment"


class SourceMissing(YogaLabError):
    """Deploying needs YogaLab's source folder. Data: `folder`, `missing`."""

    code = "space.source_missing"


class HubRepoNotFound(HubError, VersionNotFound):
    """No such repository, or a private one that the token may not see. Data: `repo`."""

    code = "hub.not_found"


# --- formats in and out -------------------------------------------------------------------------


class FileMissing(PhotoError):
    """A file or folder that was named is not there, or may not be read. Data: `name`."""

    code = "photo.missing"


class BadTable(YogaLabError):
    """A CSV without the columns we look for, or not text at all. Data: `name`."""

    code = "exchange.bad_table"


class UnknownExport(YogaLabError):
    """No export of that kind. Data: `kind`, `known`."""

    code = "exchange.unknown"


class TargetTaken(YogaLabError):
    """The folder to write is there already and not empty. Data: `folder`."""

    code = "exchange.target_taken"


class NothingToMeasure(YogaLabError):
    """A folder without photos that can be looked at. Data: `folder`."""

    code = "bench.nothing"


class NothingToExport(YogaLabError):
    """No photo has a label yet."""

    code = "exchange.nothing"


class BadSetting(YogaLabError):
    """An environment variable that cannot be understood. Data: `name`, `value`."""

    code = "settings.bad"


class BadDataset(YogaLabError):
    """A folder that cannot be measured on: not there, or without photos of two poses. Data: `name`."""

    code = "bench.bad_dataset"
