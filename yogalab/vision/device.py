"""Where PyTorch computes in this process."""

from __future__ import annotations

_withheld = False


def best_device() -> str:
    """Return "cuda" where there is a GPU for this process, else "cpu"."""
    import torch  # noqa: PLC0415 - two seconds; pages open before it is needed

    return "cuda" if torch.cuda.is_available() and not _withheld else "cpu"


def withhold_gpu(withheld: bool) -> None:
    """Say whether the GPU that PyTorch names is a pretended one, as on a Space that is lent one by the call."""
    global _withheld
    _withheld = withheld
