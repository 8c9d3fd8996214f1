"""Everything a person can set. The only reader of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import platformdirs

from yogalab.errors import BadSetting

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
    """

    home: Path = field(default_factory=lambda: Path(platformdirs.user_data_dir("yogalab", appauthor=False)))
    database_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 7860
    password: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    photos: str | None = None
    encoder: str | None = None
    pose_model: Path | None = None
    hub_repo: str | None = None
    hub_endpoint: str | None = None
    offline: bool = False
    on_space: bool = False
    coach: str = "coach"

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
            "encoder": env.get("YOGALAB_ENCODER"),
            "pose_model": Path(env["YOGALAB_POSE_MODEL"]) if env.get("YOGALAB_POSE_MODEL") else None,
            "hub_repo": env.get("YOGALAB_REPO"),
            "hub_endpoint": env.get("HF_ENDPOINT"),
            "offline": env.get("HF_HUB_OFFLINE", "").lower() in {"1", "true", "yes", "on"},
            "on_space": on_space,
            # Who is labelling, on the command line; pages ask.
            "coach": env.get("YOGALAB_COACH") or env.get("USER") or env.get("LOGNAME"),
        }
        if env.get("YOGALAB_HOME"):
            given["home"] = Path(env["YOGALAB_HOME"]).expanduser()
        kept = {name: value for name, value in given.items() if value not in (None, "")}
        if env.get("YOGALAB_ENCODER", "").lower() == NO_ENCODER:
            kept["encoder"] = ""
        return cls(**kept)  # type: ignore[arg-type]

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
    def secrets(self) -> tuple[str, ...]:
        """What must never be written down: fields kept out of `repr`, and the password inside an address."""
        held = [getattr(self, one.name) for one in fields(self) if not one.repr]
        inside = [unquote(found[1]) for value in held if value and (found := _PASSWORD.search(value))]
        return tuple(value for value in (*held, *inside) if value)

    @property
    def database(self) -> str:
        """The database's URL: SQLite in the home unless another is set."""
        return self.database_url or f"sqlite:///{self.home / 'lab.db'}"


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise BadSetting(name="GRADIO_SERVER_PORT", value=text)
    return int(text)


def _secret(text: str | None) -> str | None:
    if text and len(text) < _LEAST_SECRET:
        # Not what it is: errors are printed.
        raise BadSetting(name="YOGALAB_SECRET", value="…")
    return text
