"""YogaLab: a yoga coach teaches a computer to name poses.

`yogalab.load("owner/name").predict("photo.jpg")` names the pose in a photo with a published version.
Importing this package loads none of the libraries that do the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yogalab.predictor import Predictor

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(source: str, *, revision: str | None = None) -> Predictor:
    """Return a predictor for a version: a Hub repository ("owner/name") or a folder on disk.

    Raises:
        VersionNotFound: there is no such repository, revision or folder.
        UnknownFormat: the version was written by a newer YogaLab.
    """
    from yogalab.predictor import load as load_predictor  # noqa: PLC0415 - keeps the import light

    return load_predictor(source, revision=revision)
