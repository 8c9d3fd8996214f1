"""A lab's labelled photos as a data set on the Hub: one commit and one tag each time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from huggingface_hub import DatasetCard, DatasetCardData

from yogalab.publishing.card_rows import CONSENT
from yogalab.publishing.commits import Content, Publication, published, sha256
from yogalab.publishing.line import check_repo, writer
from yogalab.publishing.trouble import explained
from yogalab.resources import resource
from yogalab.settings import Settings

_DATA: Final = "data"
_CARD: Final = "README.md"
# What the Hub calls photos whose owner has not said what others may do with them.
UNLICENSED: Final = "other"
_SIZES: Final = ((1000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def digest(folder: Path) -> str:
    """Return a checksum of a written data set, by its files; the card, which names the tag, is none of them."""
    return sha256("".join(f"{path}:{sha256(file)}\n" for path, file in _files(folder).items()).encode())


def publish(
    settings: Settings,
    token: str | None,
    folder: Path,
    repo: str,
    *,
    tag: str,
    facts: Mapping[str, Any],
    private: bool,
) -> str:
    """Publish the data set that `exchange.shared` wrote into a folder, and return its commit.

    facts: as in `render`. Cut off anywhere, the same call again ends with one commit and one tag.

    Raises HubStale, HubBusy, HubOffline, HubTokenMissing, HubForbidden, HubError, BadRepoName.
    """
    check_repo(repo)
    api = writer(settings, token, repo)
    files = _files(folder)
    publication = Publication(
        repo=repo,
        kind="dataset",
        files={**files, _CARD: render(facts, repo=repo, tag=tag).encode()},
        identity=tuple(f"{_DATA}/{split}.parquet" for split in ("train", "test")),
        replaces=(f"{_DATA}/*",),
        tag=tag,
        message=f"Data {tag}: {facts['photos']} photos, {facts['poses']} poses",
        mark=f"Digest: {digest(folder)}",
        private=private,
    )
    with explained(repo):
        return published(api, publication)


def forget_history(settings: Settings, token: str | None, repo: str, *, tag: str) -> str:
    """Leave of a data set only what it is now, under this tag alone; returns the commit.

    Older tags go: they would keep what they name. Again, it finds nothing left to do.

    Raises as `publish`.
    """
    check_repo(repo)
    api = writer(settings, token, repo)
    with explained(repo):
        listed = api.list_repo_refs(repo, repo_type="dataset").tags
        for one in listed:
            api.delete_tag(repo, tag=one.name, repo_type="dataset")
        if len(api.list_repo_commits(repo, repo_type="dataset")) > 1:
            api.super_squash_history(repo, repo_type="dataset", commit_message=f"Data {tag}")
        commit = str(api.dataset_info(repo).sha)
        api.create_tag(repo, tag=tag, revision=commit, repo_type="dataset", exist_ok=True)
        return commit


def render(facts: Mapping[str, Any], *, repo: str, tag: str) -> str:
    """Return a data set's card.

    facts: photos, test, poses, coaches, pictured (numbers), consent and consent_pictured (code -> photos),
    pose_model, licence (a name of the Hub's, "" for none).

    Raises:
        ValueError: the Hub would not accept the card's metadata.
    """
    splits = ["train"] * (facts["photos"] > facts["test"]) + ["test"] * (facts["test"] > 0)
    pictured: Mapping[str, int] = facts["consent_pictured"]
    data = DatasetCardData(
        license=facts["licence"] or UNLICENSED,
        task_categories=["image-classification", "keypoint-detection"],
        tags=["yogalab", "yoga", "pose", "mediapipe"],
        pretty_name="Yoga poses, labelled",
        size_categories=[next((size for most, size in _SIZES if facts["photos"] < most), "1M<n<10M")],
        configs=[
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"{_DATA}/{split}.parquet"} for split in splits],
            }
        ],
    )
    rows = [
        (CONSENT.get(code, code), count, pictured.get(code, 0))
        for code, count in sorted(facts["consent"].items(), key=lambda pair: -pair[1])
    ]
    names = ("photos", "test", "poses", "coaches", "pictured", "pose_model")
    card = DatasetCard.from_template(
        data,
        template_path=str(resource("models", "data_card.md")),
        repo=repo,
        tag=tag,
        consent=rows,
        **{name: facts[name] for name in names},
    )
    text = re.sub(r"\n{3,}", "\n\n", str(card)).rstrip() + "\n"
    read: dict[str, Any] = DatasetCard(text).data.to_dict()  # type: ignore[no-untyped-call]
    if missing := [name for name in ("license", "configs", "task_categories") if not read.get(name)]:
        raise ValueError(f"the card's metadata lacks {', '.join(missing)}")
    return text


def _files(folder: Path) -> dict[str, Content]:
    return {f"{_DATA}/{path.name}": path for path in sorted((folder / _DATA).glob("*.parquet"))}
