"""Everything a person can set. The only reader of the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import platformdirs

from yogalab.errors import BadSetting

# What YOGALAB_WORKER says: long work in a process beside the pages, in threads of theirs, or in "yogalab work".
PROCESS: Final = "process"
THREADS: Final = "threads"
ELSEWHERE: Final = "elsewhere"
# What YOGALAB_ENCODER says for skeletons alone.
NO_ENCODER: Final = "none"
_PASSWORD: Final = re.compile(r"://[^/@]*?:([^/@]+)@")
# Whoever holds a cookie could try every shorter one.
_LEAST_SECRET: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this lab is set up. Tests build one with `Settings(home=tmp_path)`.

    encoder: of a new lab; None is the one that ships with YogaLab, empty is skeletons alone.
    secret: what signs sessions on every server of one lab. photos: where photo files lie, as fsspec writes
    addresses ("s3://bucket/path"); both are in the home unless set.
    vault: where the lab is kept a second time: "owner/name" on the Hub, or a folder.
    owners: names on the Hub with commas between. signed_in: the role of anybody else from there, "visitor" or
    "viewer". visitors: whether somebody who has not signed in may try the lab out. oauth_…, space_…: what a
    Space is given to know people by.
    zero_gpu: whether it is lent a GPU by the call.
    worker: where a served lab's long work is done: PROCESS, THREADS or ELSEWHERE. ray_address: the Ray cluster
    that does it instead. space: the Space whose image rented machines run.
    """

    home: Path = field(default_factory=lambda: Path(platformdirs.user_data_dir("yogalab", appauthor=False)))
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 7860
    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    photos: str | None = None
    vault: str | None = None
    encoder: str | None = None
    pose_model: Path | None = None
    hub_repo: str | None = None
    hub_endpoint: str | None = None
    offline: bool = False
    on_space: bool = False
    zero_gpu: bool = False
    coach: str = "coach"
    owners: str = ""
    signed_in: str = "visitor"
    visitors: bool = False
    oauth_client: str | None = None
    oauth_secret: str | None = field(default=None, repr=False)
    oauth_provider: str | None = None
    space_host: str | None = None
    space_author: str = ""
    space_creator: str = ""
    worker: str = THREADS
    ray_address: str | None = None
    space: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from environment variables (named in README's table). Raises BadSetting."""
        env = os.environ if env is None else env
        on_space = env.get("SYSTEM") == "spaces"
        given: dict[str, object] = {
            "database_url": env.get("DATABASE_URL"),
            "host": env.get("GRADIO_SERVER_NAME") or ("0.0.0.0" if on_space else "127.0.0.1"),
            "port": _port(env.get("GRADIO_SERVER_PORT") or "7860"),
            "password": env.get("YOGALAB_PASSWORD"),
            "secret": _secret(env.get("YOGALAB_SECRET")),
            "photos": env.get("YOGALAB_PHOTOS"),
            "vault": env.get("YOGALAB_VAULT"),
            "encoder": env.get("YOGALAB_ENCODER"),
            "pose_model": Path(env["YOGALAB_POSE_MODEL"]) if env.get("YOGALAB_POSE_MODEL") else None,
            "hub_repo": env.get("YOGALAB_REPO"),
            "hub_endpoint": env.get("HF_ENDPOINT"),
            "offline": env.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"},
            "on_space": on_space,
            "zero_gpu": env.get("SPACES_ZERO_GPU", "").lower() in {"1", "t", "true"},
            **_people(env, on_space=on_space),
            "worker": _worker(env.get("YOGALAB_WORKER")),
            "ray_address": env.get("YOGALAB_RAY_ADDRESS"),
            "space": env.get("YOGALAB_SPACE") or env.get("SPACE_ID"),
            # Who is labelling, on the command line; pages ask.
            "coach": env.get("YOGALAB_COACH") or env.get("USER") or env.get("LOGNAME"),
        }
        if env.get("YOGALAB_HOME"):
            given["home"] = Path(env["YOGALAB_HOME"]).expanduser()
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        if env.get("YOGALAB_ENCODER", "").lower() == NO_ENCODER:
            kept["encoder"] = ""
        return cls(**kept)  # type: ignore[arg-type]

    def packed(self) -> str:
        """The settings as one line, for another process of the same lab. It holds their secrets."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return json.dumps({name: str(v) if isinstance(v, Path) else v for name, v in values.items()})

    @classmethod
    def unpacked(cls, line: str) -> Settings:
        """The settings again."""
        given: dict[str, Any] = json.loads(line)
        paths = {one.name for one in fields(cls) if "Path" in str(one.type)}
        given |= {name: Path(value) for name, value in given.items() if name in paths and value is not None}
        return cls(**given)

    @property
    def loopback(self) -> bool:
        """True when nobody but this machine can reach the pages."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def oauth(self) -> bool:
        """Whether people can sign in by the Hub: on a Space that was given what that needs."""
        given = (self.oauth_client, self.oauth_secret, self.oauth_provider, self.space_host)
        return self.on_space and all(given)

    @property
    def locked(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self.password) or self.oauth

    @property
    def owner_names(self) -> frozenset[str]:
        """Names on the Hub whose people are owners, in small letters: the Space's author, and whom it names."""
        names = (name.strip().casefold() for name in f"{self.owners},{self.space_author}".split(","))
        return frozenset(name for name in names if name)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be written down: fields kept out of `repr`, and the password inside an address."""
        held = [getattr(self, one.name) for one in fields(self) if not one.repr]
        inside = [unquote(found[1]) for value in held if value and (found := _PASSWORD.search(value))]
        return tuple(value for value in (*held, *inside) if value)

    @property
    def database(self) -> str:
        """The database's URL: SQLite in the home unless another is set."""
        return self.database_url or f"sqlite:///{self.home / 'lab.db'}"


def _people(env: Mapping[str, str], *, on_space: bool) -> Mapping[str, object]:
    """Who may come in. Raises BadSetting."""
    signed_in = env.get("YOGALAB_SIGNED_IN") or "visitor"
    if signed_in not in {"visitor", "viewer"}:
        raise BadSetting(name="YOGALAB_SIGNED_IN", value=signed_in)
    visitors = env.get("YOGALAB_VISITORS", "").lower()
    return {
        "owners": env.get("YOGALAB_OWNERS"),
        "signed_in": signed_in,
        "visitors": visitors in {"1", "true", "yes", "on"}
        or (not visitors and on_space and bool(env.get("OAUTH_CLIENT_ID"))),
        "oauth_client": env.get("OAUTH_CLIENT_ID"),
        "oauth_secret": env.get("OAUTH_CLIENT_SECRET"),
        "oauth_provider": env.get("OPENID_PROVIDER_URL"),
        "space_host": env.get("SPACE_HOST"),
        "space_author": env.get("SPACE_AUTHOR_NAME"),
        "space_creator": env.get("SPACE_CREATOR_USER_ID"),
    }


def _worker(text: str | None) -> str:
    chosen = {None: PROCESS, "": PROCESS, "1": PROCESS, "0": THREADS}.get(text, text)
    if chosen not in {PROCESS, THREADS, ELSEWHERE}:
        raise BadSetting(name="YOGALAB_WORKER", value=str(text))
    return str(chosen)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise BadSetting(name="GRADIO_SERVER_PORT", value=text)
    return int(text)


def _secret(text: str | None) -> str | None:
    if text and len(text) < _LEAST_SECRET:
        # Not what it is: errors are printed.
        raise BadSetting(name="YOGALAB_SECRET", value="…")
    return text
