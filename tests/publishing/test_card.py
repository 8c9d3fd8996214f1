"""The card says what a stranger needs to know, in metadata the Hub accepts, whatever poses are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from huggingface_hub import ModelCard

from tests.heads import FACTS, random_head
from yogalab.publishing import card, contents
from yogalab.records import Head, PoseRef, Verdict

PLACE = card.Place(repo="coach/poses", tag="v0003", package="yogalab-0.1.0-py3-none-any.whl")


def write(folder: Path, head: Head | None = None, **facts: object) -> Path:
    folder.mkdir()
    contents.write(folder, head or random_head(), fingerprint="abc123", facts={**FACTS, **facts})
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "version")


def test_figures_come_with_their_n_and_interval(folder: Path) -> None:
    text = card.render(folder)
    assert "3 poses, learned from 240 labelled photos" in text
    assert "hold-out on 60 photos it was not trained on" in text
    assert "| First guess right | 90.0 % (80.0 % to 95.0 %) | 70.0 % (80.0 % to 95.0 %) |" in text
    assert "| Calibration error | 4.0 % | 4.0 % |" in text
    assert "| Warrior II | 30 | 85.0 % | 88.0 % | 85.0 % | +0.0 |" in text
    assert "| 0 | – | – | – | – |" in text
    assert "Early" not in text


def test_how_to_load_names_repository_and_tag(folder: Path) -> None:
    text = card.render(folder, PLACE)
    assert 'model = yogalab.load("coach/poses", revision="v0003")' in text
    address = "https://huggingface.co/coach/poses/resolve/v0003/yogalab-0.1.0-py3-none-any.whl"
    assert f'pip install "yogalab @ {address}"' in text
    # No package of that name is ours: a stranger could take it.
    assert "pip install yogalab" not in text
    assert "hf auth login" in text
    assert "HF_ENDPOINT" not in text
    assert "HF_ENDPOINT=http://hub.local" in card.render(folder, replace(PLACE, endpoint="http://hub.local"))
    assert "In a checkout of YogaLab" in card.render(folder)


def test_what_it_is_not_for_is_said(folder: Path) -> None:
    text = card.render(folder)
    assert "Not for medical use" in text
    assert "holds no identities" in text


def test_encoder_and_licences_are_named(tmp_path: Path) -> None:
    name = "ViT-B-32-256/datacomp_s34b_b86k"
    text = card.render(write(tmp_path / "clip", replace(random_head(), encoder=name)))
    assert f"| picture | `{name}`, loaded by open_clip | MIT |" in text
    assert "| skeleton | `blazepose-full/seven-1`, MediaPipe BlazePose | Apache-2.0 |" in text
    assert "skeletons only | – |" in card.render(write(tmp_path / "bones"))


def test_an_early_version_says_so(tmp_path: Path) -> None:
    verdict = Verdict(promoted=True, early=True, reason="gate.early", difference=0.1, interval=(-0.1, 0.3))
    assert "**Early:**" in card.render(write(tmp_path / "early", verdict=verdict))


def test_the_model_index_reads_back(folder: Path) -> None:
    data = ModelCard(card.render(folder)).data
    assert (data.license, data.library_name, data.pipeline_tag) == (
        "apache-2.0",
        "yogalab",
        "image-classification",
    )
    figures = {result.metric_type: result.metric_value for result in data.eval_results}
    assert figures == {"accuracy": 0.9, "recall": 0.9, "ece": 0.04}
    top1 = next(result for result in data.eval_results if result.metric_type == "accuracy")
    assert top1.metric_args == {"interval": "Wilson, 95 %", "low": 0.8, "high": 0.95}
    assert top1.dataset_args == {"n": 60, "method": "hold-out"}
    assert all("n = 60" in result.dataset_name for result in data.eval_results)


def test_without_figures_it_is_still_a_card(tmp_path: Path) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    contents.write(folder, random_head(), fingerprint="abc123", facts={})
    text = card.render(folder)
    assert "No figures came with this version." in text
    assert "learned from" not in text
    assert ModelCard(text).data.eval_results is None


@pytest.mark.parametrize(
    "name",
    [
        "a | b",
        "<script>alert(1)</script>",
        "[x](http://evil)",
        "two\nlines",
        "{{ 7 * 7 }}",
        "---",
        "# big",
        "`code`",
        "🧘",
    ],
)
def test_a_poses_name_cannot_break_the_card(tmp_path: Path, name: str) -> None:
    head = replace(random_head(), poses=(PoseRef(id=3, slug="tree", name=name), *random_head().poses[1:]))
    text = card.render(write(tmp_path / "odd", head))
    plain = card.render(write(tmp_path / "plain"))
    assert len(text.splitlines()) == len(plain.splitlines())
    assert "<script" not in text.replace("\\<", "")
    assert "](http" not in text.replace("\\]", "")
    assert " 49 " not in text
    assert ModelCard(text).data.to_dict() == ModelCard(plain).data.to_dict()
    rows = [line for line in text.splitlines() if line.endswith("| 30 | 95.0 % | 90.0 % | 95.0 % | +0.0 |")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 7


def test_metadata_the_hub_would_refuse_is_refused_here() -> None:
    for text in ("# no metadata", "---\nlicense: mit\n---\nbare", "---\n- a list\n---\n"):
        with pytest.raises(ValueError, match="card"):
            card.validate(text)
