"""What travels to a rented machine and back: a tuning request with its pictures, and what came of it.

Pictures are as the encoder is shown them: small ones without loss, whole photos as JPEG of high quality. Photos
are called by their numbers; no file name, no coach and no date goes along.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load as parse_tensors
from safetensors.numpy import save as tensor_bytes

from yogalab.ports import Pixels
from yogalab.publishing import changes
from yogalab.records import Tuned, TuningRequest, tuned_name

REQUEST: Final = "request.json"
RESULT: Final = "result"
_FORMAT: Final = 1
_CHANGE: Final = f"{RESULT}/encoder.json"
_ARRAYS: Final = f"{RESULT}/encoder.safetensors"
_LEFT_OUT: Final = f"{RESULT}/left_out.safetensors"
# Pixels up to which a picture is sent without loss, and JPEG's quality beyond.
_SMALL: Final = 512
_QUALITY: Final = 95
# Bytes after which another archive is begun: one that breaks off is sent again whole.
_ARCHIVE: Final = 32 * 2**20


def pack(
    request: TuningRequest, pixels: Callable[[int], Pixels], folder: Path, tell: Callable[[float], None]
) -> dict[str, Path]:
    """Write a request and its pictures into a folder and return path -> file.

    tell: the share done. Raises what `pixels` raises.
    """
    described = {
        "format": _FORMAT,
        "rung": request.rung,
        "encoder": request.encoder,
        "photo_ids": request.photo_ids.tolist(),
        "y": request.y.tolist(),
        "groups": request.groups.tolist(),
        "captions": request.captions,
        "fingerprint": request.fingerprint,
        "seed": request.seed,
    }
    (folder / REQUEST).write_text(json.dumps(described), encoding="utf-8")
    files = {REQUEST: folder / REQUEST}
    ids = request.photo_ids.tolist()
    place = 0
    while place < len(ids):
        name = f"pictures-{len(files):03d}.zip"
        files[name] = folder / name
        # Pictures are compressed already.
        with zipfile.ZipFile(files[name], "w", zipfile.ZIP_STORED) as archive:
            while place < len(ids) and (folder / name).stat().st_size < _ARCHIVE:
                archive.writestr(str(ids[place]), _picture(pixels(ids[place])))
                place += 1
                tell(place / len(ids))
    return files


def unpack(folder: Path) -> tuple[TuningRequest, Callable[[int], Pixels]]:
    """Return the request, and photo id -> (h, w, 3) RGB.

    Raises:
        ValueError: another YogaLab wrote it. KeyError, TypeError, OSError: this is none.
    """
    described = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    if described["format"] != _FORMAT:
        raise ValueError(f"format {described['format']}, and only {_FORMAT} is known here")
    archives = [zipfile.ZipFile(path) for path in sorted(folder.glob("pictures-*.zip"))]
    where = {name: archive for archive in archives for name in archive.namelist()}

    def pixels(photo_id: int) -> Pixels:
        with Image.open(io.BytesIO(where[str(photo_id)].read(str(photo_id)))) as image:
            return np.asarray(image.convert("RGB"))

    request = TuningRequest(
        rung=described["rung"],
        encoder=described["encoder"],
        photo_ids=np.array(described["photo_ids"], np.int64),
        y=np.array(described["y"], np.int64),
        groups=np.array(described["groups"], np.int64),
        captions=tuple(tuple(sentences) for sentences in described["captions"]),
        fingerprint=described["fingerprint"],
        seed=described["seed"],
    )
    return request, pixels


def pack_result(made: Tuned) -> Mapping[str, bytes]:
    """Return path -> bytes of what a tuning made."""
    return {
        _CHANGE: json.dumps(changes.describe(made.change)).encode(),
        _ARRAYS: changes.tensors(made.change),
        _LEFT_OUT: tensor_bytes({"left_out": np.ascontiguousarray(made.left_out, np.float32)}),
    }


def read_result(folder: Path, request: TuningRequest) -> Tuned:
    """Return what came back, if it is an answer to the request: another machine is trusted with nothing more.

    Raises:
        ValueError: it is none.
    """
    try:
        described: Any = json.loads((folder / _CHANGE).read_text(encoding="utf-8"))
        change = changes.parse(described, (folder / _ARRAYS).read_bytes())
        left_out = parse_tensors((folder / _LEFT_OUT).read_bytes())["left_out"]
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ValueError(f"no result: {error}") from error
    wanted = (tuned_name(request.encoder, request.rung, request.fingerprint), request.encoder, request.rung)
    if (change.name, change.base, change.rung) != wanted:
        raise ValueError(f"{change.name} was not asked for")
    whole = all(np.isfinite(array).all() for array in (left_out, *change.arrays.values()))
    if left_out.ndim != 2 or len(left_out) != len(request.photo_ids) or not whole:
        raise ValueError("its figures are none")
    return Tuned(change=change, left_out=np.asarray(left_out, np.float32))


def _picture(pixels: Pixels) -> bytes:
    file, image = io.BytesIO(), Image.fromarray(pixels)
    if max(image.size) <= _SMALL:
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
