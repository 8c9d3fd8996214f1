"""The words of a small encoder: open_clip's byte-pair encoding, cut short.

Byte-pair encoding (Sennrich et al., Neural Machine Translation of Rare Words with Subword Units,
arXiv 1508.07909, section 3.2) learns its merges one after the other, each standing on those before it. So the
first N merges of CLIP's 48,894 are an encoding of their own: every text is still written, a rare word only in
more pieces. The table of words shrinks from 49,408 rows to N + 514, which in a small text tower is nearly all
of its weights.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, Final

MERGES: Final = "merges.txt.gz"
CONFIG: Final = "open_clip_config.json"

# One token for each byte, each byte at a word's end, the start and the end of a text.
_BARE_TOKENS: Final = 2 * 256 + 2


def vocabulary(merges: int) -> int:
    """Return how many tokens an encoding of so many merges has: `vocab_size` in the model's config."""
    return merges + _BARE_TOKENS


def write_merges(folder: Path, count: int) -> Path:
    """Write the first `count` merges of open_clip's own encoding into a model's folder; return the file.

    The same count always gives the same bytes.

    Raises:
        ValueError: open_clip has fewer merges, or `count` is negative.
    """
    from open_clip.tokenizer import default_bpe  # noqa: PLC0415 - loads torch, two seconds

    with gzip.open(default_bpe(), "rt", encoding="utf-8") as file:
        heading, *merges = file.read().splitlines()
    # The file goes on after CLIP's last merge; open_clip leaves the rest out.
    most = 49_152 - 256 - 2
    if not 0 <= count <= most:
        raise ValueError(f"{count} merges, not 0 to {most}")
    # No line break at the end: it would be read as one more merge, of nothing.
    text = "\n".join([heading, *merges[:count]])
    path = folder / MERGES
    path.write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))
    return path


def short_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of the model in a folder with MERGES and CONFIG.

    It takes a text or a list of n texts and returns (n, context_length) int64, as open_clip's does.

    Raises:
        ValueError: the encoding has another number of tokens than the network has words.
        OSError, KeyError: one of the two files is missing or incomplete.
    """
    from open_clip.tokenizer import SimpleTokenizer  # noqa: PLC0415 - as above

    text = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
    tokenizer = SimpleTokenizer(bpe_path=str(folder / MERGES), context_length=text["context_length"])
    if tokenizer.vocab_size != text["vocab_size"]:
        raise ValueError(f"{tokenizer.vocab_size} tokens for a network of {text['vocab_size']}")
    return tokenizer
