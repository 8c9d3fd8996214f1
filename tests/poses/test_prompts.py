"""What CLIP is prompted with."""

from __future__ import annotations

import pytest

from yogalab.poses.names import anglicised, plain
from yogalab.poses.prompts import bodies, names, sentences
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.records import Pose

POSES = builtin_poses()


def of(name: str) -> Pose:
    pose = match(name, POSES)
    assert pose is not None
    return pose


@pytest.mark.parametrize("pose", POSES, ids=lambda pose: pose.slug)
def test_a_pose_is_named_in_six_to_ten_sentences_and_described_in_some(pose: Pose) -> None:
    assert 6 <= len(names(pose)) <= 10
    assert len(bodies(pose)) >= 3
    assert sentences(pose) == names(pose) + bodies(pose)
    assert len(set(sentences(pose))) == len(sentences(pose))
    assert all("{" not in sentence and sentence.isascii() for sentence in sentences(pose))


def test_no_two_poses_share_a_sentence() -> None:
    everything = [sentence for pose in POSES for sentence in sentences(pose)]
    assert len(set(everything)) == len(everything)


def test_both_languages_are_spoken() -> None:
    said = " | ".join(sentences(of("tree")))
    assert "Tree pose" in said and "Vrksasana" in said and "Vrikshasana" in said


def test_pose_is_not_said_twice() -> None:
    assert not any("Pose pose" in sentence for sentence in sentences(of("child")))


def test_a_pose_just_typed_in_gets_what_its_name_can_fill() -> None:
    said = sentences(Pose(id=900, slug="lizard", name="Lizard"))
    assert len(said) >= 4
    assert all("Lizard" in sentence for sentence in said)


def test_braces_in_a_name_stay_as_they_are() -> None:
    assert any("{odd}" in sentence for sentence in sentences(Pose(id=900, slug="odd", name="{odd}")))


def test_sentences_fit_into_clips_77_tokens() -> None:
    tokenizer = pytest.importorskip("open_clip.tokenizer").SimpleTokenizer()
    # Start and end take two.
    longest = max(len(tokenizer.encode(sentence)) for pose in POSES for sentence in sentences(pose))
    assert longest + 2 <= 77


@pytest.mark.parametrize(
    ("sanskrit", "spoken", "bare"),
    [
        ("Vṛkṣāsana", "Vrikshasana", "Vrksasana"),
        ("Śavāsana", "Shavasana", "Savasana"),
        ("Ardha Candrāsana", "Ardha Chandrasana", "Ardha Candrasana"),
        ("Naṭarājāsana", "Natarajasana", "Natarajasana"),
        ("Paścimottānāsana", "Pashchimottanasana", "Pascimottanasana"),
    ],
)
def test_sanskrit_is_spelled_for_english_readers(sanskrit: str, spoken: str, bare: str) -> None:
    assert (anglicised(sanskrit), plain(sanskrit)) == (spoken, bare)
