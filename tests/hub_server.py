"""A Hugging Face Hub small enough for tests: real HTTP, spoken to by the real client.

    with HubServer() as hub:
        HfApi(endpoint=hub.url, token="hf_coach").create_repo("coach/poses")

Tokens are `hf_<user>`, and a user may write to repositories of that name only. `hub.fail(...)` makes the next
matching requests go wrong. Also runs by itself: `python -m tests.hub_server --port 8099`. Xet is not spoken:
set HF_HUB_DISABLE_XET=1.
"""

from __future__ import annotations

import argparse
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.hub_http import Exchange
from tests.hub_jobs import Machines, hardware
from tests.hub_repos import Refused, Repo, Repos
from tests.hub_spaces import Spaces

How = int | str | dict[str, Any]
TYPES = {"models": "model", "datasets": "dataset", "spaces": "space"}


@dataclass
class Fault:
    """What to do to the next `times` requests whose "METHOD /path" matches: a status, or a bad line.

    how: an HTTP status; "cut", closing before anything was done; "lose", doing it but losing the reply; "tear",
    closing half-way through what comes in, or else through the reply; {"status": 429, "Retry-After": "3"}, a
    status with headers; {"rate": 1000}, so many bytes a second, both ways.
    """

    match: re.Pattern[str]
    how: How
    times: int


class HubServer:
    """A hub on a port of this machine, in a thread."""

    def __init__(self, port: int = 0) -> None:
        self.repos = Repos()
        self.spaces = Spaces()
        self.machines = Machines()
        self.requests: list[str] = []
        self.faults: list[Fault] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (Handler,), {"hub": self}))
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def fail(self, match: str, how: How, *, times: int = 1) -> None:
        self.faults.append(Fault(re.compile(match), how, times))

    def fault_for(self, request: str) -> How | None:
        for fault in self.faults:
            if fault.times and fault.match.search(request):
                fault.times -= 1
                return fault.how
        return None

    def start(self) -> HubServer:
        # The poll is how long closing waits at most; half a second by default.
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self.machines.close()

    def serve_forever(self) -> None:
        self._server.serve_forever()

    def __enter__(self) -> HubServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Handler(Exchange):
    """The endpoints."""

    hub: HubServer

    # --- who asks ------------------------------------------------------------------------------

    def _user(self) -> str | None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ").strip()
        if not token:
            return None
        if not token.startswith("hf_"):
            raise Refused(401, "Invalid credentials in Authorization header")
        return token.removeprefix("hf_")

    def _signed_in(self) -> str:
        user = self._user()
        if user is None:
            raise Refused(401, "Invalid username or password.")
        return user

    def _may_write(self, owner: str) -> None:
        if self._signed_in() != owner:
            raise Refused(403, f"You may not write to {owner}'s repositories")

    def _seen(self, kind: str, name: str) -> Repo:
        """The repository, if there is one and the caller may read it."""
        user = self._user()
        repo = self.hub.repos.get(kind, name)
        if repo is None or (repo.private and user != repo.owner):
            raise Refused(404 if user else 401, "Repository not found", "RepoNotFound" if user else None)
        return repo

    def _writable(self, kind: str, name: str) -> Repo:
        repo = self._seen(kind, name)
        self._may_write(repo.owner)
        return repo

    # --- what is asked -------------------------------------------------------------------------

    def _route(self, path: str, body: bytes) -> Any:
        for method, pattern, answer in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and self.command in method:
                return answer(self, body, *found.groups())
        raise Refused(404, f"no such endpoint: {self.command} {path}")

    def whoami(self, body: bytes) -> Any:
        return {
            "type": "user",
            "name": self._signed_in(),
            "auth": {"accessToken": {"role": "write"}},
            "orgs": [],
        }

    def create(self, body: bytes) -> Any:
        asked = json.loads(body)
        owner = asked.get("organization") or self._signed_in()
        self._may_write(owner)
        kind, name = asked.get("type") or "model", f"{owner}/{asked['name']}"
        private = asked.get("private") or asked.get("visibility") == "private"
        url = f"{self.hub.url}/{'' if kind == 'model' else kind + 's/'}{name}"
        if self.hub.repos.get(kind, name):
            raise Refused(409, "You already created this repository", url=url)
        if kind == "space":
            self.hub.spaces.make(name, asked)
        self.hub.repos.create(kind, name, private=bool(private))
        return {"url": url}

    def yaml(self, body: bytes) -> Any:
        ok = json.loads(body)["content"].startswith("---\n")
        return {"errors": [], "warnings": [] if ok else [{"message": "empty metadata"}]}

    def info(self, body: bytes, types: str, name: str, revision: str | None = None) -> Any:
        repo = self._seen(TYPES[types], name)
        commit = repo.commit(revision or "main")
        return {
            "id": name,
            "sha": commit.oid,
            "private": repo.private,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [{"rfilename": path} for path in commit.tree],
        }

    def refs(self, body: bytes, types: str, name: str) -> Any:
        repo = self._seen(TYPES[types], name)

        def listed(refs: dict[str, str], kind: str) -> list[dict[str, str]]:
            return [
                {"name": ref, "ref": f"refs/{kind}/{ref}", "targetCommit": oid} for ref, oid in refs.items()
            ]

        return {"branches": listed(repo.branches, "heads"), "converts": [], "tags": listed(repo.tags, "tags")}

    def tree(self, body: bytes, types: str, name: str, revision: str) -> Any:
        return [blob.entry(path) for path, blob in self._seen(TYPES[types], name).commit(revision).tree.items()]

    def commits(self, body: bytes, types: str, name: str, revision: str) -> Any:
        return self._seen(TYPES[types], name).history(revision)

    def preupload(self, body: bytes, types: str, name: str, revision: str) -> Any:
        repo = self._writable(TYPES[types], name)
        return {"files": [repo.upload_mode(file, revision) for file in json.loads(body)["files"]]}

    def batch(self, body: bytes, types: str | None, name: str) -> Any:
        self._writable(TYPES[types or "models"], name)
        return {"transfer": "basic", "objects": [self._upload(each) for each in json.loads(body)["objects"]]}

    def _upload(self, wanted: dict[str, Any]) -> dict[str, Any]:
        reply = {"oid": wanted["oid"], "size": wanted["size"]}
        if wanted["oid"] not in self.hub.repos.large:
            reply["actions"] = {"upload": {"href": f"{self.hub.url}/_lfs/{wanted['oid']}", "header": {}}}
        return reply

    def store(self, body: bytes, oid: str) -> Any:
        self.hub.repos.keep_large(oid, body)
        return {}

    def commit(self, body: bytes, types: str, name: str, revision: str) -> Any:
        repo = self._writable(TYPES[types], name)
        oid = repo.add_commit([json.loads(line) for line in body.splitlines() if line], revision)
        if repo.kind == "space":
            self.hub.spaces.at(name).start()
        return {"commitOid": oid, "commitUrl": f"{self.hub.url}/{name}/commit/{oid}"}

    def squash(self, body: bytes, types: str, name: str, revision: str) -> Any:
        self._writable(TYPES[types], name).squash(revision, json.loads(body)["message"])
        return {}

    def large(self, body: bytes, types: str, name: str) -> Any:
        """Large files of all times, and deleting some for good."""
        repo = self._writable(TYPES[types], name)
        if self.command == "POST":
            for oid in json.loads(body)["deletions"]["sha"]:
                repo.pushed.pop(oid, None)
                self.hub.repos.large.pop(oid, None)
            return {}
        at = "2026-01-01T00:00:00.000Z"
        return [
            {"fileOid": oid, "filename": path, "oid": oid, "pushedAt": at, "ref": "main", "size": 1}
            for oid, path in repo.pushed.items()
        ]

    def tag(self, body: bytes, types: str, name: str, revision: str) -> Any:
        repo = self._writable(TYPES[types], name)
        if self.command == "DELETE":
            repo.tags.pop(revision, None)
        else:
            repo.add_tag(json.loads(body)["tag"], revision)
        return {}

    def resolve(self, body: bytes, types: str | None, name: str, revision: str, path: str) -> Any:
        commit = self._seen(TYPES[types or "models"], name).commit(revision)
        if path not in commit.tree:
            raise Refused(404, "Entry not found", "EntryNotFound")
        blob = commit.tree[path]
        headers = {
            "X-Repo-Commit": commit.oid,
            "ETag": f'"{blob.etag}"',
            "Content-Type": "application/octet-stream",
        }
        if blob.large:
            headers |= {"X-Linked-Etag": f'"{blob.etag}"', "X-Linked-Size": str(len(blob.data))}
        return blob.data, headers

    def space(self, body: bytes, name: str, what: str) -> Any:
        # Its settings are its owner's business even to read.
        repo = self._seen("space", name) if what == "runtime" else self._writable("space", name)
        if "factory=true" in self.path:
            body = b'{"factory": true}'
        return self.hub.spaces.answer(self.command, repo, what, body)

    def settings(self, body: bytes, types: str, name: str) -> Any:
        repo = self._writable(TYPES[types], name)
        repo.private = json.loads(body)["visibility"] == "private"
        return {}

    def delete(self, body: bytes) -> Any:
        asked = json.loads(body)
        owner = asked.get("organization") or self._signed_in()
        kind, name = asked.get("type") or "model", f"{owner}/{asked['name']}"
        self._writable(kind, name)
        self.hub.repos.delete(kind, name)
        return {}

    def hardware(self, body: bytes) -> Any:
        return hardware()

    def jobs(self, body: bytes, owner: str) -> Any:
        self._may_write(owner)
        if self.command == "POST":
            return self.hub.machines.begin(owner, json.loads(body), self.hub.url)
        return self.hub.machines.listed(owner, parse_qs(urlsplit(self.path).query).get("label", []))

    def job(self, body: bytes, owner: str, job_id: str, what: str | None = None) -> Any:
        self._may_write(owner)
        job = self.hub.machines.job(owner, job_id)
        if what == "logs":
            return job.log(), {"Content-Type": "text/event-stream"}
        if what == "cancel":
            job.end("CANCELED")
        return job.told()

    def inject(self, body: bytes) -> Any:
        asked = json.loads(body)
        self.hub.fail(asked["match"], asked["how"], times=asked.get("times", 1))
        return {}


_REPO = r"([^/]+/[^/]+)"
_API = rf"/api/(models|datasets|spaces)/{_REPO}"
ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/api/whoami-v2", Handler.whoami),
    ("POST", "/api/repos/create", Handler.create),
    ("DELETE", "/api/repos/delete", Handler.delete),
    ("GET", "/api/jobs/hardware", Handler.hardware),
    ("GET POST", "/api/jobs/([^/]+)", Handler.jobs),
    ("GET POST", "/api/jobs/([^/]+)/([^/]+)(?:/(logs|cancel))?", Handler.job),
    ("POST", "/api/validate-yaml", Handler.yaml),
    ("GET", f"{_API}", Handler.info),
    ("GET", f"{_API}/revision/(.+)", Handler.info),
    ("GET", f"{_API}/refs", Handler.refs),
    ("GET", f"{_API}/tree/([^/]+)/?", Handler.tree),
    ("GET", f"{_API}/commits/(.+)", Handler.commits),
    ("POST", f"{_API}/preupload/(.+)", Handler.preupload),
    ("POST", rf"/(?:(models|datasets|spaces)/)?{_REPO}\.git/info/lfs/objects/batch", Handler.batch),
    ("PUT", "/_lfs/([0-9a-f]{64})", Handler.store),
    ("POST", f"{_API}/commit/(.+)", Handler.commit),
    ("POST", f"{_API}/super-squash/(.+)", Handler.squash),
    ("GET", f"{_API}/lfs-files", Handler.large),
    ("POST", f"{_API}/lfs-files/batch", Handler.large),
    ("POST DELETE", f"{_API}/tag/(.+)", Handler.tag),
    ("GET HEAD", rf"/(?:(models|datasets|spaces)/)?{_REPO}/resolve/([^/]+)/(.+)", Handler.resolve),
    ("POST", rf"/api/spaces/{_REPO}/(secrets|variables|hardware|restart|sleeptime)", Handler.space),
    ("GET", rf"/api/spaces/{_REPO}/(runtime|secrets|variables|logs/(?:build|run))", Handler.space),
    ("PUT", f"{_API}/settings", Handler.settings),
    ("POST", "/_fail", Handler.inject),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    hub = HubServer(parser.parse_args().port)
    print(hub.url, flush=True)
    hub.serve_forever()


if __name__ == "__main__":
    main()
