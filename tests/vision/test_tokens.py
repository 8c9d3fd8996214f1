"""A shortened byte-pair encoding still writes every text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from yogalab.poses.prompts import sentences
from yogalab.poses.taxonomy import builtin_poses
from yogalab.vision.tokens import CONFIG, WordPieces, short_tokenizer, vocabulary, write_merges

MERGES = 2000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mini")
    write_merges(folder, MERGES)
    config = {"model_cfg": {"text_cfg": {"context_length": 12, "vocab_size": vocabulary(MERGES)}}}
    (folder / CONFIG).write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    "text", ["a photo of the tree pose", "vṛkṣāsana", "Utthita Trikonasana II", "木のポーズ 🧘"]
)
def test_every_text_is_written_and_read_back(folder: Path, text: str) -> None:
    tokenizer = short_tokenizer(folder)
    written = tokenizer.encode(text)
    assert max(written) < vocabulary(MERGES) - 2
    assert tokenizer.decode(written).strip() == text.lower()


def test_a_text_is_what_open_clip_writes_as_long_as_no_later_merge_is_needed(folder: Path) -> None:
    from open_clip.tokenizer import SimpleTokenizer

    # The numbers up to the last merge are the same; only start and end, which come after it, are others.
    short, whole = short_tokenizer(folder), SimpleTokenizer()
    assert short.encode("a man and a woman with one hand up") == whole.encode(
        "a man and a woman with one hand up"
    )
    assert len(short.encode("paschimottanasana")) > len(whole.encode("paschimottanasana"))


def test_a_text_that_is_too_long_ends_with_the_end(folder: Path) -> None:
    tokens = short_tokenizer(folder)(["hand", "hand " * 40])
    assert tokens.shape == (2, 12)
    start, end = vocabulary(MERGES) - 2, vocabulary(MERGES) - 1
    assert tokens[:, 0].tolist() == [start, start]
    assert (tokens[0, 2].item(), tokens[1, 11].item()) == (end, end)
    # Pooling looks for the largest number, which therefore has to be the end.
    assert tokens.max().item() == end


def test_the_same_count_gives_the_same_file(folder: Path, tmp_path: Path) -> None:
    assert write_merges(tmp_path, MERGES).read_bytes() == (folder / "merges.txt.gz").read_bytes()
    with pytest.raises(ValueError):
        write_merges(tmp_path, 10**6)


def test_a_network_of_another_vocabulary_is_refused(folder: Path, tmp_path: Path) -> None:
    write_merges(tmp_path, MERGES - 1)
    (tmp_path / CONFIG).write_text((folder / CONFIG).read_text())
    with pytest.raises(ValueError):
        short_tokenizer(tmp_path)


def test_tokens_are_the_same_without_torch(folder: Path) -> None:
    texts = [sentence for pose in builtin_poses()[:20] for sentence in sentences(pose)]
    texts += [
        "",
        " \n",
        "it's  Anna&amp;Ben's 108 sun-salutations!!",
        "vṛkṣāsana",
        "木のポーズ 🧘",
        "aaaaaaa",
        "tree " * 40,
    ]
    np.testing.assert_array_equal(WordPieces(folder)(texts), short_tokenizer(folder)(texts).numpy())


def test_a_network_of_another_vocabulary_is_refused_without_torch_too(folder: Path, tmp_path: Path) -> None:
    write_merges(tmp_path, MERGES - 1)
    (tmp_path / CONFIG).write_text((folder / CONFIG).read_text())
    with pytest.raises(ValueError):
        WordPieces(tmp_path)
