"""Which tag something gets on the Hub: numbers are the lab's, tags the Hub's."""

from __future__ import annotations

import hashlib

from yogalab.errors import HubStale
from yogalab.lab.parts import Parts


def settled_tag(parts: Parts, repo: str, what: str, *, kind: str = "model") -> str:
    """Return the tag under which something was or is to be published there, else the next free one.

    Written down before anything is sent: cut off in between, the next try asks for the same tag.

    what: its fingerprint or digest. Raises HubStale, HubError.
    """
    name = _setting(repo, what)
    return parts.store.setting(name) or _settled(parts, name, next_tag(parts, repo, kind=kind))


def given_up(parts: Parts, repo: str, what: str) -> None:
    """Somebody else has this tag now; the next try takes another."""
    parts.store.put_setting(_setting(repo, what), "")


def next_tag(parts: Parts, repo: str, *, kind: str = "model") -> str:
    """Return v0001, v0002 ...: one more than the highest there is. Raises HubError."""
    taken = parts.hub.tags(repo, kind=kind)
    numbers = [int(tag[1:]) for tag in taken if tag[:1] == "v" and tag[1:].isdigit()]
    tag = f"v{max(numbers, default=0) + 1:04d}"
    if tag in taken:
        raise HubStale(repo=repo)
    return tag


def _settled(parts: Parts, name: str, tag: str) -> str:
    parts.store.put_setting(name, tag)
    return tag


def _setting(repo: str, what: str) -> str:
    # Hashed: repositories' names may be longer than a setting's.
    return f"tag:{hashlib.sha256(f'{repo}:{what}'.encode()).hexdigest()[:40]}"
