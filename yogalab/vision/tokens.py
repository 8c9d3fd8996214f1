"""The words of a small encoder: open_clip's byte-pair encoding, cut short.

Byte-pair encoding (Sennrich et al., Neural Machine Translation of Rare Words with Subword Units,
arXiv 1508.07909, section 3.2) learns its merges one after the other, each standing on those before it. So the
first N merges of CLIP's 48,894 are an encoding of their own: every text is still written, a rare word only in
more pieces. The table of words shrinks from 49,408 rows to N + 514, which in a small text tower is nearly all
of its weights.
"""

from __future__ import annotations

import gzip
import html
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import ftfy
import numpy as np
import regex
from numpy.typing import NDArray

MERGES: Final = "merges.txt.gz"
CONFIG: Final = "open_clip_config.json"

# One token for each byte, each byte at a word's end, the start and the end of a text.
_BARE_TOKENS: Final = 2 * 256 + 2
_END_OF_WORD: Final = "</w>"
# CLIP's own: what a text is cut into before merging.
_WORD: Final = regex.compile(r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+""", regex.IGNORECASE)


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

    heading, *merges = _read(Path(default_bpe()))
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


class WordPieces:
    """The same tokens as `short_tokenizer`'s, as NumPy arrays and without loading torch.

    Raises:
        ValueError: the encoding has another number of tokens than the network has words.
        OSError, KeyError: one of the two files is missing or incomplete.
    """

    def __init__(self, folder: Path) -> None:
        text = json.loads((folder / CONFIG).read_text(encoding="utf-8"))["model_cfg"]["text_cfg"]
        pairs = [tuple(merge.split()) for merge in _read(folder / MERGES)[1:]]
        self._length = int(text["context_length"])
        self._ranks = {pair: rank for rank, pair in enumerate(pairs)}
        self._letters = _letters()
        bare = list(self._letters.values())
        tokens = [*bare, *(letter + _END_OF_WORD for letter in bare), *("".join(pair) for pair in pairs)]
        self._numbers = {token: number for number, token in enumerate(tokens)}
        self._start, self._end = len(tokens), len(tokens) + 1
        if len(tokens) + 2 != text["vocab_size"]:
            raise ValueError(f"{len(tokens) + 2} tokens for a network of {text['vocab_size']}")

    def __call__(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return (n, context_length): start, the text's tokens, end, zeros. Too long a text loses its tail."""
        out = np.zeros((len(texts), self._length), np.int64)
        for row, text in zip(out, texts, strict=True):
            inside = [number for word in _words(text) for number in self._pieces(word)][: self._length - 2]
            row[: len(inside) + 2] = [self._start, *inside, self._end]
        return out

    def _pieces(self, word: str) -> list[int]:
        """Merge the neighbours that rank best, wherever they stand in the word, until none are in the list."""
        parts = [self._letters[byte] for byte in word.encode("utf-8")]
        parts[-1] += _END_OF_WORD
        while len(parts) > 1:
            best = min(pairwise(parts), key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            merged: list[str] = []
            for part in parts:
                if merged and (merged[-1], part) == best:
                    merged[-1] += part
                else:
                    merged.append(part)
            parts = merged
        return [self._numbers[part] for part in parts]


def _read(path: Path) -> list[str]:
    """The lines of a file of merges: a heading, then a merge each."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def _words(text: str) -> Iterator[str]:
    """Cut a text as CLIP does: mended, in lower case, blanks made one."""
    mended = html.unescape(html.unescape(ftfy.fix_text(text)))
    yield from _WORD.findall(" ".join(mended.split()).lower())


def _letters() -> dict[int, str]:
    """Byte -> the letter that stands for it, in CLIP's order: printable ones first, for themselves."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + n) for n, byte in enumerate(others)}
