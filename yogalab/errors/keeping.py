"""The database, the disk, and packed labs."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


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


class PhotosUnreachable(YogaLabError):
    """The storage that YOGALAB_PHOTOS names does not answer, or does not do as it says. Data: `storage`."""

    code = "keeping.photos_unreachable"


class StorageMissing(YogaLabError):
    """Nothing that is installed can talk to such storages. Data: `protocol`, `package`."""

    code = "keeping.storage_missing"


class ServedElsewhere(YogaLabError):
    """Another machine serves this lab from the same SQLite file. Data: `machine`."""

    code = "keeping.served_elsewhere"
