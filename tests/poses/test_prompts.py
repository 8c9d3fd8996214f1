"""What CLIP is prompted with."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from yogalab.errors import BadPoseFile
from yogalab.poses.names import anglicised, plain
from yogalab.poses.prompts import bodies, names, parts, read_syntaxes, sentences, syntaxes, worded
from yogalab.poses.taxonomy import builtin_poses, match
from yogalab.records import Pose
from yogalab.resources import resource

POSES = builtin_poses()


def of(name: str) -> Pose:
    pose = match(name, POSES)
    assert pose is not None
    return pose


@pytest.mark.parametrize("pose", POSES, ids=lambda pose: pose.slug)
def test_a_pose_is_named_in_six_to_ten_sentences_and_described_in_some(pose: Pose) -> None:
    assert 6 <= len(names(pose)) <= 10
    assert len(bodies(pose)) >= 6
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


def test_parts_are_told_apart_and_a_pose_just_typed_in_has_a_name_for_each() -> None:
    said = parts(of("Tree"))
    assert list(said) == ["whole", "head", "arms", "torso", "legs"]
    assert set(names(of("Tree"))) <= set(said["whole"])
    tree = of("Tree").descriptions
    assert said["legs"] == (f"Tree pose: {tree.legs}", f"Tree pose: {tree.feet}")
    typed = parts(Pose(id=99, slug="flag", name="Flag"))
    assert {part: texts for part, texts in typed.items() if part != "whole"} == dict.fromkeys(
        ["head", "arms", "torso", "legs"], ("Flag pose",)
    )


def test_braces_in_a_name_stay_as_they_are() -> None:
    assert any("{odd}" in sentence for sentence in sentences(Pose(id=900, slug="odd", name="{odd}")))


def test_no_wording_of_any_syntax_is_said_of_two_poses() -> None:
    said = {(sentence, pose.slug) for pose in POSES for way in syntaxes() for sentence in worded(pose, way)}
    assert len({sentence for sentence, _ in said}) == len(said)


def test_every_pose_is_described_from_head_to_feet() -> None:
    assert all(asdict(pose.descriptions).values() for pose in POSES)
    assert all(worded(pose, way) for pose in POSES for way in syntaxes())


def test_the_ways_that_were_studied_are_there() -> None:
    tree = of("tree")
    said = {way.name: worded(tree, way) for way in syntaxes()}
    assert said["bare"] == ("Tree",)
    assert said["yoga_pose"] == ("yoga pose Tree",)
    assert said["both"] == ("Tree pose (Vrksasana) on a yoga mat",)
    assert len(said["alias"]) == len(tree.aliases)
    assert said["with_torso"] == (f"Tree pose: {tree.descriptions.torso}",)
    assert worded(replace(tree, sanskrit=""), next(way for way in syntaxes() if way.name == "both")) == ()


def test_sentences_fit_into_clips_77_tokens_and_the_usual_ones_into_32() -> None:
    tokenizer = pytest.importorskip("open_clip.tokenizer").SimpleTokenizer()
    for way in syntaxes():
        # Start and end take two.
        longest = max(len(tokenizer.encode(said)) + 2 for pose in POSES for said in worded(pose, way))
        assert longest <= (32 if way.ensemble else 77), way.name


def test_the_encoder_that_comes_along_reads_nearly_all_of_them_whole() -> None:
    folder = resource("models") / "yogalab-mini"
    if not (folder / "merges.txt.gz").is_file():
        pytest.skip("no encoder comes along in this checkout")
    from yogalab.vision.tokens import short_tokenizer

    tokenizer = short_tokenizer(folder)
    lengths = [len(tokenizer.encode(said)) + 2 for pose in POSES for said in sentences(pose)]
    cut = sum(length > tokenizer.context_length for length in lengths)
    assert cut <= 0.05 * len(lengths)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('ensemble = ["one"]\n[names]\none = "{nmae}"\n[bodies]', "unknown blanks: nmae"),
        ('ensemble = ["two"]\n[names]\none = "{name}"\n[bodies]', "two, which is not there"),
        ('ensemble = ["one"]\n[names]\none = "{sanskrit}"\n[bodies]', "no more than a name"),
        ("ensemble = []", "KeyError"),
        ("ensemble = [", "TOMLDecodeError"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(text: str, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "prompts.toml"
    file.write_text(text)
    with pytest.raises(BadPoseFile, match=reason):
        read_syntaxes(file)


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
