"""What a Lab is given: small Protocols, implemented by the outer rooms and joined in `wiring`.

Nothing here knows a library. A fake for tests is a few lines (`tests/fakes.py`).
"""

from __future__ import annotations

from yogalab.ports.accounts import AccountStore, InvitationStore, Passwords
from yogalab.ports.files import ArchiveFiles, Backup, Exchange, Offered, PhotoFiles
from yogalab.ports.progress import JOB_LOG, Clock, Jobs, Progress
from yogalab.ports.renting import RentedMachines
from yogalab.ports.rows import (
    CoachStore,
    JobStore,
    LabelStore,
    LeaseStore,
    PhotoStore,
    PoseStore,
    TokenStore,
    VersionStore,
)
from yogalab.ports.seeing import Encoder, EncoderShelf, Landmarker, PhotoReader, Pixels, Watcher
from yogalab.ports.sharing import Hub, Portable, Versions
from yogalab.ports.spaces import Space
from yogalab.ports.store import Pulse, SettingStore, Store
from yogalab.ports.tuning import EncoderChanges, Tuner
from yogalab.ports.vault import Keeper, Vault

__all__ = [
    "JOB_LOG",
    "AccountStore",
    "ArchiveFiles",
    "Backup",
    "Clock",
    "CoachStore",
    "Encoder",
    "EncoderChanges",
    "EncoderShelf",
    "Exchange",
    "Hub",
    "InvitationStore",
    "JobStore",
    "Jobs",
    "Keeper",
    "LabelStore",
    "Landmarker",
    "LeaseStore",
    "Offered",
    "Passwords",
    "PhotoFiles",
    "PhotoReader",
    "PhotoStore",
    "Pixels",
    "Portable",
    "PoseStore",
    "Progress",
    "Pulse",
    "RentedMachines",
    "SettingStore",
    "Space",
    "Store",
    "TokenStore",
    "Tuner",
    "Vault",
    "VersionStore",
    "Versions",
    "Watcher",
]
