"""A version as a few files: what a folder on disk and a repository on the Hub have in common.

`model.safetensors` holds the head's arrays, `head.json` everything else a prediction needs, `training.json`
the facts of its training, `README.md` the card. Where the encoder was tuned, `encoder.safetensors` holds how it
differs from the one it comes from, and head.json says how to make it again. Never pickle: a version may come
from a stranger.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as tensor_bytes

from yogalab.errors import DamagedVersion, UnknownFormat, VersionNotFound
from yogalab.publishing import changes
from yogalab.publishing.plain import plain
from yogalab.records import EncoderChange, Head, Matrix, PoseRef

MODEL: Final = "model.safetensors"
HEAD: Final = "head.json"
TRAINING: Final = "training.json"
CARD: Final = "README.md"
FILES: Final = (MODEL, HEAD, TRAINING, CARD)
# Only in versions whose encoder was tuned.
ENCODER: Final = "encoder.safetensors"
ALL_FILES: Final = (*FILES, ENCODER)
FORMATS: Final = (1, 2)
# A YogaLab that cannot tune an encoder could not answer as such a version does, and says so by its number.
_TUNED: Final = 2

# The card is left out: it names the repository and tag, so the same version has several.
_SEALED: Final = (MODEL, TRAINING)
# Training facts are published with the version; who labelled is nobody else's business.
_PRIVATE: Final = frozenset({"created_by", "who", "coach", "coaches"})
# A fingerprint becomes a folder's name, and may come from a stranger's file.
_FINGERPRINT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,127}")


def write(folder: Path, head: Head, *, fingerprint: str, facts: Mapping[str, object]) -> None:
    """Write a version's model, head and training files into an existing, empty folder.

    Raises:
        ValueError: the fingerprint could not be the name of a folder.
        OSError: the disk is full or not writable.
    """
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise ValueError(f"{fingerprint!r} cannot be a version's fingerprint")
    # order="C" rather than ascontiguousarray, which would turn a scalar into a vector.
    arrays = {name: np.asarray(array, order="C") for name, array in sorted(head.arrays.items())}
    public = {name: value for name, value in facts.items() if name not in _PRIVATE}
    (folder / MODEL).write_bytes(tensor_bytes(arrays))
    (folder / TRAINING).write_bytes(_json(plain(public)))
    described = _describe(head, fingerprint)
    sealed: tuple[str, ...] = _SEALED
    if head.change is not None:
        (folder / ENCODER).write_bytes(changes.tensors(head.change))
        described |= {"format": _TUNED, "encoder_change": changes.describe(head.change)}
        sealed = (*_SEALED, ENCODER)
    described["files"] = {name: _sha256((folder / name).read_bytes()) for name in sealed}
    described["sha256"] = _seal(described)
    (folder / HEAD).write_bytes(_json(described))


def read(folder: Path, *, called: str | None = None) -> Head:
    """Return the head in a folder after checking every checksum. `called` names the version in errors.

    Raises:
        VersionNotFound: the folder holds no version.
        UnknownFormat: a newer YogaLab wrote it.
        DamagedVersion: a file is missing, or does not match its checksum.
    """
    name = called or folder.name
    described = _described(folder, name)
    try:
        tuned = described["format"] == _TUNED
        sealed = (*_SEALED, ENCODER) if tuned else _SEALED
        contents = {file: (folder / file).read_bytes() for file in sealed}
        if any(_sha256(contents[file]) != described["files"][file] for file in sealed):
            raise DamagedVersion(version=name)
        change = changes.parse(described["encoder_change"], contents[ENCODER]) if tuned else None
        if change is not None and change.name != described["encoder"]:
            raise DamagedVersion(version=name)
        return _head(described, parse_tensors(contents[MODEL]), change)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedVersion(version=name) from error


def read_fingerprint(folder: Path) -> str:
    """Return the identity of the version in a folder. Raises as `read` does."""
    fingerprint = _described(folder, folder.name).get("fingerprint")
    if not isinstance(fingerprint, str) or not _FINGERPRINT.fullmatch(fingerprint):
        raise DamagedVersion(version=folder.name)
    return fingerprint


def read_facts(folder: Path) -> dict[str, object]:
    """Return training.json. Raises DamagedVersion when it is missing or no JSON object."""
    try:
        facts = json.loads((folder / TRAINING).read_bytes())
    except (OSError, ValueError) as error:
        raise DamagedVersion(version=folder.name) from error
    if not isinstance(facts, dict):
        raise DamagedVersion(version=folder.name)
    return facts


def _describe(head: Head, fingerprint: str) -> dict[str, Any]:
    described: Any = plain(
        {
            "format": head.format,
            "fingerprint": fingerprint,
            "kind": head.kind,
            "rung": head.rung,
            "recipe": head.recipe,
            "encoder": head.encoder,
            "pose_model": head.pose_model,
            "temperature": head.temperature,
            "conformal": head.conformal,
            "settings": head.settings,
            "poses": head.poses,
        }
    )
    return dict(described)


def _described(folder: Path, name: str) -> dict[str, Any]:
    """Return head.json once its format is known and its own checksum holds."""
    try:
        described = json.loads((folder / HEAD).read_bytes())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise VersionNotFound(version=name) from error
    except (OSError, ValueError) as error:
        raise DamagedVersion(version=name) from error
    if not isinstance(described, dict):
        raise DamagedVersion(version=name)
    # Before the checksum: how a newer format is sealed is not known here.
    if described.get("format") not in FORMATS:
        raise UnknownFormat(format=described.get("format"), known=FORMATS[-1])
    if described.get("sha256") != _seal(described):
        raise DamagedVersion(version=name)
    return described


def _head(described: Mapping[str, Any], arrays: Mapping[str, Matrix], change: EncoderChange | None) -> Head:
    return Head(
        format=int(described["format"]),
        kind=str(described["kind"]),
        rung=str(described["rung"]),
        poses=tuple(
            PoseRef(id=int(pose["id"]), slug=str(pose["slug"]), name=str(pose["name"]))
            for pose in described["poses"]
        ),
        arrays=dict(arrays),
        recipe=str(described["recipe"]),
        encoder=None if described["encoder"] is None else str(described["encoder"]),
        pose_model=str(described["pose_model"]),
        temperature=float(described["temperature"]),
        conformal=tuple(float(score) for score in described["conformal"]),
        settings={str(name): float(value) for name, value in described["settings"].items()},
        change=change,
    )


def _seal(described: Mapping[str, Any]) -> str:
    """Return the checksum of head.json without its own field."""
    return _sha256(_json({name: value for name, value in described.items() if name != "sha256"}))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json(value: object) -> bytes:
    # Sorted and without floats JSON cannot spell, so that equal versions are equal bytes.
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return (text + "\n").encode()
