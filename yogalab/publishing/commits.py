"""One commit and one tag for what is published, however often it is tried."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi

from yogalab.errors import HubStale
from yogalab.publishing.line import refs

# What goes into a file: its bytes, or where they lie.
Content = bytes | Path


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Publication:
    """What is to be published.

    files: path in the repository -> content. identity: the paths that make it itself; the others (a card, which
    names the tag) may be worded anew. replaces: patterns of paths that belong to what is published: those of
    the one before that this one has not are taken away. mark: a line that no other publication's commit has.
    kind: "model" or "dataset". private: of a new repository; one that exists stays as visible as it is.
    """

    repo: str
    files: Mapping[str, Content]
    identity: Collection[str]
    tag: str
    message: str
    mark: str
    replaces: Sequence[str] = field(default=())
    kind: str = "model"
    private: bool = True


def published(api: HfApi, publication: Publication) -> str:
    """Publish and return the commit; one that is there already is found by its content and only tagged.

    Raises:
        HubStale: the tag belongs to something else. And whatever the Hub's client raises.
    """
    repo, kind, tag = publication.repo, publication.kind, publication.tag
    api.create_repo(repo, repo_type=kind, private=publication.private, exist_ok=True)
    head, tags = refs(api, repo, kind=kind)
    if tag in tags:
        if not _holds(api, publication, tags[tag]):
            raise HubStale(repo=repo, tag=tag)
        return tags[tag]
    commit = _published_before(api, publication, head)
    if commit is None:
        commit = api.create_commit(
            repo,
            _operations(api, publication, head),
            repo_type=kind,
            commit_message=publication.message,
            commit_description=publication.mark,
            parent_commit=head,
        ).oid
    api.create_tag(repo, tag=tag, revision=commit, repo_type=kind, exist_ok=True)
    # exist_ok also passes over a tag that somebody else has just made, on another commit.
    if refs(api, repo, kind=kind)[1].get(tag) != commit:
        raise HubStale(repo=repo, tag=tag)
    return commit


def _operations(
    api: HfApi, publication: Publication, head: str | None
) -> list[CommitOperationAdd | CommitOperationDelete]:
    """The changes that make a repository hold this and nothing of what was published before."""
    there = _tree(api, publication, head) if head else {}
    stale = [
        path
        for path in sorted(there)
        if path not in publication.files and any(fnmatchcase(path, pattern) for pattern in publication.replaces)
    ]
    return [
        *(CommitOperationAdd(path, content) for path, content in publication.files.items()),
        *(CommitOperationDelete(path) for path in stale),
    ]


def _published_before(api: HfApi, publication: Publication, head: str | None) -> str | None:
    """The commit that holds these files already: of a publishing that was cut off before its tag."""
    if head is None or _holds(api, publication, head):
        return head
    commits = api.list_repo_commits(publication.repo, repo_type=publication.kind)
    marked = (commit.commit_id for commit in commits if publication.mark in commit.message)
    return next((commit for commit in marked if _holds(api, publication, commit)), None)


def _holds(api: HfApi, publication: Publication, commit: str) -> bool:
    """Whether a commit has this publication's files, by the hashes that git keeps of them."""
    there = _tree(api, publication, commit)
    for path in publication.identity:
        if (path in there) != (path in publication.files):
            return False
        if path in there and not same(there[path], publication.files[path]):
            return False
    return True


def _tree(api: HfApi, publication: Publication, commit: str | None) -> dict[str, Any]:
    entries = api.list_repo_tree(publication.repo, recursive=True, revision=commit, repo_type=publication.kind)
    return {entry.path: entry for entry in entries if hasattr(entry, "blob_id")}


def same(entry: Any, content: Content) -> bool:
    """Return whether a file in a repository has this content, by the hash that git keeps of it."""
    return bool(entry.lfs.sha256 == sha256(content) if entry.lfs else entry.blob_id == _git_oid(content))


def size_of(content: Content) -> int:
    """Bytes."""
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def sha256(content: Content) -> str:
    """Checksum of bytes, or of a file without holding it in memory."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _git_oid(content: Content) -> str:
    digest = hashlib.sha1(b"blob %d\0" % size_of(content), usedforsecurity=False)
    if isinstance(content, bytes):
        digest.update(content)
    else:
        with content.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()
