"""Where an encoder's weights lie: beside the table, in the Hub's cache on this machine, or on the Hub."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Final

from yogalab.errors import EncoderMissing
from yogalab.records import ENCODER_WEIGHTS
from yogalab.vision.encoders import EncoderRow

# Safetensors only: the .bin files beside them are pickles, which run code when they are opened.
WEIGHTS: Final = (ENCODER_WEIGHTS, "open_clip_pytorch_model.safetensors")
HUB_PATIENCE_SECONDS: Final = 2.0
_HUB: Final = "https://huggingface.co"


def weights_here(row: EncoderRow) -> Path | None:
    """Return the file with the encoder's weights if this machine has it, without asking any network."""
    if row.folder is not None:
        return next((row.folder / name for name in WEIGHTS if (row.folder / name).is_file()), None)
    # Imported late: importing it takes half a second, and local rows do without.
    from huggingface_hub import try_to_load_from_cache  # noqa: PLC0415

    for name in WEIGHTS:
        found = try_to_load_from_cache(row.hub, name)
        if isinstance(found, str) and Path(found).is_file():
            return Path(found)
    return None


def find_weights(row: EncoderRow, *, offline: bool = False, endpoint: str | None = None) -> Path:
    """Return the file with the encoder's weights, downloaded when the Hub answers within two seconds.

    open_clip's own download tries for 46 seconds before it gives up; here the Hub is asked once.

    Raises:
        EncoderMissing: the weights are not on this machine, and no hub has or sends them.
    """
    found = weights_here(row)
    if found is not None:
        return found
    if offline or not row.hub:
        raise EncoderMissing(encoder=row.name)
    name = _answering(row.hub, endpoint or _HUB)
    if name is None:
        raise EncoderMissing(encoder=row.name)
    from huggingface_hub import hf_hub_download  # noqa: PLC0415 - late, as above

    try:
        return Path(hf_hub_download(row.hub, name, endpoint=endpoint, etag_timeout=HUB_PATIENCE_SECONDS))
    except Exception as error:
        # Network, permission and disk trouble come in a dozen classes; in each case the weights are not here.
        raise EncoderMissing(encoder=row.name) from error


def _answering(repo: str, endpoint: str) -> str | None:
    """Return the name under which the Hub has the weights, None when it has none or is silent for too long.

    Looking up an address has no time limit of its own, so the question is asked on the side.
    """
    answers: list[str] = []

    def ask() -> None:
        for name in WEIGHTS:
            request = urllib.request.Request(f"{endpoint}/{repo}/resolve/main/{name}", method="HEAD")
            try:
                with urllib.request.urlopen(request, timeout=HUB_PATIENCE_SECONDS):
                    answers.append(name)
                    return
            except urllib.error.HTTPError:
                continue
            except (OSError, ValueError):
                return

    asking = threading.Thread(target=ask, daemon=True, name="hub-question")
    asking.start()
    asking.join(HUB_PATIENCE_SECONDS)
    return answers[0] if answers else None
