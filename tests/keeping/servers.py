"""A PostgreSQL server of the tests' own, where its programs are installed."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def postgres() -> Iterator[str]:
    """Yield the URL of a running server; skips, saying why, where there is none."""
    missing = [program for program in ("initdb", "pg_ctl") if shutil.which(program) is None]
    if missing or importlib.util.find_spec("psycopg") is None:
        pytest.skip("needs PostgreSQL's programs and yogalab[postgres]")
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data, say = str(folder / "data"), f"-c listen_addresses='' -c fsync=off -k {folder}"
        _run(user, "initdb", "-D", data, "-A", "trust", "-U", "lab", "--encoding=UTF8", "--no-locale")
        _run(user, "pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", say, "start")
        try:
            yield f"postgresql://lab@/postgres?host={folder}"
        finally:
            _run(user, "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    if "postgres" not in names:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return "postgres"


def _run(user: str | None, *command: str) -> None:
    subprocess.run(command, user=user, check=True, cwd="/", stdout=subprocess.DEVNULL)
