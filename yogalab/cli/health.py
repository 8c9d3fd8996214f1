"""`yogalab doctor`: what is installed, what is missing, and what to do."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from yogalab import __version__
from yogalab.cli.safekeeping import second_place
from yogalab.cli.session import settings_of, visit
from yogalab.cli.terminal import tell, tell_json
from yogalab.errors import YogaLabError
from yogalab.settings import Settings
from yogalab.words import say, sentence

if TYPE_CHECKING:
    from yogalab.lab.health import Health

HUB: Final = "https://huggingface.co"
HUB_SECONDS: Final = 2.0
LOW_DISK_GB: Final = 1.0
# Distribution -> the module whose import proves that it works: those that stand on compiled libraries of the
# system or of each other. Importing takes seconds, so of the others it is enough that they are installed.
LIBRARIES: Final[dict[str, str | None]] = {
    "numpy": "numpy",
    "scipy": "scipy.linalg",
    "pillow": "PIL.Image",
    "pillow-heif": "pillow_heif",
    "opencv-python-headless": "cv2",
    "mediapipe": "mediapipe",
    "torch": "torch",
    "open_clip_torch": "open_clip",
    "onnxruntime": "onnxruntime",
    "scikit-learn": None,
    "sqlalchemy": None,
    "alembic": None,
    "huggingface_hub": None,
    "safetensors": None,
    "pyarrow": None,
    "gradio": None,
}
# Shared library -> the Debian package that brings it.
PACKAGES: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libGLESv2.so.2": "libgles2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libstdc++.so.6": "libstdc++6",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `ok` is False when something should be done about it."""

    what: str
    ok: bool
    says: str


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Care")(doctor)


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON, one line.")] = False,
) -> None:
    """Look whether everything is in place, and say what to do where it is not."""
    settings = settings_of(context)
    findings = [*_installation(), *_disk(settings), *_lab(context), _hub(settings)]
    well = all(finding.ok for finding in findings)
    if as_json:
        tell_json({"ok": well, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            tell(f"{'✓' if finding.ok else '✗'} {finding.says}")
        if well:
            tell(say("terminal.all_well"))
    if not well:
        raise typer.Exit(1)


# --- what is installed ----------------------------------------------------------------------------


def _installation() -> list[Finding]:
    system = f"{platform.system()} {platform.machine()}"
    cores = os.cpu_count() or 1
    tried = _tried([module for module in LIBRARIES.values() if module])
    python = say("doctor.python", version=platform.python_version(), system=system, cores=cores)
    card = tried.get(CARD)
    return [
        Finding("yogalab", True, say("doctor.yogalab", version=__version__)),
        Finding("python", True, python),
        *(_library(name, tried.get(module or "")) for name, module in LIBRARIES.items()),
        Finding("device", True, say("doctor.device", name=card) if card else say("doctor.no_device")),
    ]


def _library(name: str, trouble: str | None) -> Finding:
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, False, say("doctor.library_missing", name=name))
    if trouble is None:
        return Finding(name, True, say("doctor.library", name=name, version=version))
    return Finding(name, False, explain(name, trouble))


def _tried(modules: Sequence[str]) -> dict[str, str]:
    """module -> why it does not load, for those that do not; CARD -> the graphics card's name, if any.

    In a process of its own: a library that is broken may take down whoever imports it. Then it is the one
    after the last that was reported, and the others are tried without it.
    """
    done = subprocess.run(
        [sys.executable, "-c", _TRY, *modules], capture_output=True, text=True, timeout=300, check=False
    )
    told = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('["')]
    found = {name: answer for name, answer in told if answer}
    rest = modules[sum(name != CARD for name, _ in told) :]
    if not rest:
        return found
    return {**found, rest[0]: say("doctor.crashed", status=done.returncode), **_tried(rest[1:])}


CARD: Final = "graphics card"
_TRY: Final = f"""
import importlib, json, sys
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
        trouble = None
    except BaseException as error:
        trouble = f"{{type(error).__name__}}: {{error}}"
    print(json.dumps([name, trouble]), flush=True)
torch = sys.modules.get("torch")
if torch is not None and torch.cuda.is_available():
    print(json.dumps([{CARD!r}, torch.cuda.get_device_name()]), flush=True)
"""


def explain(name: str, reason: str) -> str:
    """What to do about a library that does not load; names the system package when one is missing."""
    missing = re.search(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object", reason)
    if missing is None:
        return say("doctor.library_broken", name=name, reason=reason)
    file = missing.group(1)
    package = PACKAGES.get(file, file.partition(".so")[0].lower())
    return say("doctor.system_library", name=name, file=file, package=package)


# --- the lab --------------------------------------------------------------------------------------


def _disk(settings: Settings) -> list[Finding]:
    home = settings.home
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    gigabytes = shutil.disk_usage(there).free / 2**30
    free = f"{gigabytes:.1f}"
    if gigabytes < LOW_DISK_GB:
        return [Finding("disk", False, say("doctor.disk_low", free=free, folder=home))]
    return [Finding("disk", True, say("doctor.home", free=free, folder=home))]


def _lab(context: typer.Context) -> list[Finding]:
    try:
        with visit(context) as (lab, who):
            health = lab.health.check(who)
            elsewhere = [Finding("second place", *one) for one in second_place(lab.safekeeping.state(who))]
    except YogaLabError as error:
        return [Finding("lab", False, sentence(error))]
    if health.database:
        database = Finding("database", False, say("doctor.database_trouble", reason=health.database[0]))
    else:
        facts = {"photos": health.photos, "labels": health.events, "versions": health.versions}
        database = Finding("database", True, say("doctor.database", revision=health.revision, **facts))
    trouble = health.pose_model_trouble
    if trouble is None:
        pose_model = Finding("pose model", True, say("doctor.pose_model", name=health.pose_model))
    else:
        told = (
            sentence(trouble) if isinstance(trouble, YogaLabError) else explain(health.pose_model, str(trouble))
        )
        pose_model = Finding("pose model", False, told)
    unseen = [Finding("looking", False, say("doctor.looking", n=health.unseen))] if health.unseen else []
    return [database, pose_model, *unseen, _encoder(health), *elsewhere]


def _encoder(health: Health) -> Finding:
    if health.encoder is None:
        return Finding("encoder", True, say("doctor.encoder_none"))
    if health.encoder_trouble is not None:
        return Finding("encoder", False, sentence(health.encoder_trouble))
    if not health.encoder_whole:
        return Finding("encoder", False, say("doctor.encoder_other", name=health.encoder))
    speed = f"{1000 * (health.encoder_seconds or 0):.1f}"
    return Finding("encoder", True, say("doctor.encoder", name=health.encoder, speed=speed))


def _hub(settings: Settings) -> Finding:
    """Silence of the Hub is no fault of this machine: everything but sharing works without it."""
    address = settings.hub_endpoint or HUB
    if settings.offline:
        return Finding("hub", True, say("doctor.hub_off"))
    try:
        with urllib.request.urlopen(f"{address}/api/models?limit=1", timeout=HUB_SECONDS):
            pass
    except urllib.error.HTTPError:
        pass  # it answers, whatever it says
    except (OSError, ValueError):
        return Finding("hub", True, say("doctor.hub_silent", address=address))
    return Finding("hub", True, say("doctor.hub", address=address))
