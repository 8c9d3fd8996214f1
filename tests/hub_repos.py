"""What the test hub keeps: repositories, their commits as trees of blobs, and their tags."""

from __future__ import annotations

import base64
import hashlib
import threading
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """A reply other than 200. `code` becomes X-Error-Code, by which the client tells its errors apart."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        headers: dict[str, str] | None = None,
        **more: str,
    ) -> None:
        super().__init__(status, message, code)
        self.status, self.message, self.code, self.more = status, message, code, more
        self.headers = headers or {}


@dataclass(frozen=True)
class Blob:
    data: bytes
    large: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def oid(self) -> str:
        """Git's hash: of the file, or of the pointer that stands for a large one."""
        data = self.data
        if self.large:
            pointer = (
                f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(data)}\n"
            )
            data = pointer.encode()
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.oid

    def entry(self, path: str) -> dict[str, Any]:
        entry: dict[str, Any] = {"type": "file", "path": path, "oid": self.oid, "size": len(self.data)}
        if self.large:
            entry["lfs"] = {"oid": self.sha256, "size": len(self.data), "pointerSize": 130}
        return entry


@dataclass(frozen=True)
class Commit:
    oid: str
    parent: str | None
    title: str
    message: str
    tree: dict[str, Blob]


@dataclass
class Repo:
    kind: str
    name: str
    private: bool
    large: dict[str, bytes]
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    # Large files that ever were in a commit: squashing commits leaves them where they are.
    pushed: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def owner(self) -> str:
        return self.name.split("/")[0]

    @property
    def head(self) -> Commit:
        return self.commits[self.branches["main"]]

    def commit(self, revision: str) -> Commit:
        oid = self.branches.get(revision) or self.tags.get(revision) or revision
        if oid not in self.commits:
            raise Refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return self.commits[oid]

    def history(self, revision: str) -> list[dict[str, Any]]:
        listed, commit = [], self.commit(revision)
        while True:
            listed.append(
                {
                    "id": commit.oid,
                    "title": commit.title,
                    "message": commit.message,
                    "authors": [{"user": self.owner}],
                    "date": "2026-01-01T00:00:00.000Z",
                }
            )
            if commit.parent is None:
                return listed
            commit = self.commits[commit.parent]

    def upload_mode(self, file: dict[str, Any], revision: str) -> dict[str, Any]:
        there = self.commit(revision).tree.get(file["path"])
        large = file["path"].endswith((".safetensors", ".bin", ".whl", ".png", ".parquet", ".onnx"))
        # As a new dataset's .gitattributes has it.
        large = large or (self.kind == "dataset" and file["path"].endswith((".jpg", ".gz")))
        reply = {"path": file["path"], "uploadMode": "lfs" if large else "regular", "shouldIgnore": False}
        if there is not None:
            reply["oid"] = there.etag
        return reply

    def add_commit(self, lines: list[dict[str, Any]], revision: str) -> str:
        with self._lock:
            head = self.commit(revision)
            header = next(line["value"] for line in lines if line["key"] == "header")
            if header.get("parentCommit") not in (None, head.oid):
                raise Refused(412, "A commit has happened since. Please refresh and try again.")
            tree = dict(head.tree)
            for line in lines:
                self._change(tree, line["key"], line["value"])
            return self._add(revision, head.oid, header["summary"], header.get("description", ""), tree)

    def squash(self, branch: str, message: str) -> None:
        """One commit without a past, as the branch is now; what no branch or tag leads to is gone."""
        with self._lock:
            self._add(branch, None, message, "", dict(self.commit(branch).tree))
            kept: set[str] = set()
            for oid in (*self.branches.values(), *self.tags.values()):
                at: str | None = oid
                while at is not None and at not in kept:
                    kept.add(at)
                    at = self.commits[at].parent
            self.commits = {oid: commit for oid, commit in self.commits.items() if oid in kept}

    def add_tag(self, tag: str, revision: str) -> None:
        with self._lock:
            if tag in self.tags:
                raise Refused(409, f"Tag {tag} already exists")
            self.tags[tag] = self.commit(revision).oid

    def _change(self, tree: dict[str, Blob], key: str, value: dict[str, Any]) -> None:
        if key == "file":
            tree[value["path"]] = Blob(base64.b64decode(value["content"]), large=False)
        elif key == "lfsFile":
            if value["oid"] not in self.large:
                raise Refused(400, f"{value['path']} was not uploaded")
            tree[value["path"]] = Blob(self.large[value["oid"]], large=True)
            self.pushed[value["oid"]] = value["path"]
        elif key == "deletedFile":
            if tree.pop(value["path"], None) is None:
                raise Refused(404, "A file with this name doesn't exist", "EntryNotFound")
        elif key == "deletedFolder":
            for path in [path for path in tree if path.startswith(value["path"].rstrip("/") + "/")]:
                del tree[path]

    def _add(self, branch: str, parent: str | None, title: str, message: str, tree: dict[str, Blob]) -> str:
        what = repr(
            (self.name, parent, title, message, sorted((path, blob.oid) for path, blob in tree.items()))
        )
        oid = hashlib.sha1(what.encode()).hexdigest()
        self.commits[oid] = Commit(oid, parent, title, message, tree)
        self.branches[branch] = oid
        return oid


class Repos:
    """All repositories, and the large files they share."""

    def __init__(self) -> None:
        self.large: dict[str, bytes] = {}
        self._all: dict[tuple[str, str], Repo] = {}
        self._lock = threading.Lock()

    def get(self, kind: str, name: str) -> Repo | None:
        return self._all.get((kind, name))

    def model(self, name: str) -> Repo:
        return self._all["model", name]

    def create(self, kind: str, name: str, *, private: bool = False) -> Repo:
        with self._lock:
            if (kind, name) in self._all:
                raise Refused(409, "You already created this repository")
            repo = Repo(kind, name, private, self.large)
            # Like the real one, which never leaves a branch without a commit.
            repo._add(
                "main", None, "initial commit", "", {".gitattributes": Blob(b"*.bin filter=lfs\n", False)}
            )
            self._all[kind, name] = repo
            return repo

    def delete(self, kind: str, name: str) -> None:
        with self._lock:
            self._all.pop((kind, name), None)

    def keep_large(self, oid: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != oid:
            raise Refused(400, "the file does not match its hash")
        self.large[oid] = data
