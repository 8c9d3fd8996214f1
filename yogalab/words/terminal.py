"""What the command line says."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # any command
    "terminal.trouble": "Something went wrong on our side, and nothing you saved is lost. The details are in {file}; please send them to us.",
    "terminal.file": "“{name}” cannot be used: {reason}.",
    # photos
    "terminal.added": "Added: {new} · here already: {known} · labels: {labelled} · nobody found in: {nobody} · refused: {refused}",
    "terminal.nothing_to_add": "There is no photo in {folders}.",
    "terminal.add_stopped": "Stopped. What was read so far is kept; the same command goes on from there.",
    "terminal.deleted_before": "“{name}” was deleted from this lab before, so it stays out.",
    "terminal.consent_question": "Did the people in these photos agree to their use here? (agreed, myself, unknown)",
    "terminal.consent_unknown": "Kept as “consent unknown”. With “--consent agreed” or “--consent myself” you can say so for the next ones.",
    "terminal.nobody": "{name}: {pose} ({percent} %), from the picture alone: no person found",
    "terminal.guess": "{name}: {pose} ({percent} %)",
    "terminal.labelled": "Photo {photo} is “{pose}”.",
    "terminal.marked": "Photo {photo}: noted.",
    "terminal.undone": "Taken back: your label of photo {photo}.",
    "terminal.queue_empty": "Nothing waits. Add photos with “yogalab add”, or figures to play with by “yogalab demo”.",
    # versions
    "terminal.trained": "Version {number}: {top1} % right at first guess (between {low} and {high} %, judged on {n} photos, {method}); before it was {before} %.",
    "terminal.serving": "Version {number} is answering now.",
    "terminal.serving_none": "The lab answers as before any training.",
    "terminal.kept_aside": "Version {number} is kept, and not the one that answers. “yogalab activate {number}” changes that.",
    "terminal.no_versions": "No version yet. Label a few photos of two poses, then run “yogalab train”.",
    "terminal.published": "Published as {tag} of {repo}.",
    "terminal.pulled": "Version {number} is here now. “yogalab activate {number}” lets it answer.",
    # poses
    "terminal.pose": "{name} ({slug})",
    "terminal.merged": "“{name}” counts as “{into}” from now on.",
    "terminal.hidden": "“{name}” is not suggested any more; its labels stay.",
    "terminal.shown": "“{name}” is suggested again.",
    # files
    "terminal.exported": "{count} photos are in {folder}.",
    "terminal.packed": "The whole lab is in {file} ({megabytes} MB). “yogalab unpack” opens it on another machine.",
    "terminal.unpacked": "The lab is in {folder}, with {photos} photos.",
    # demo
    "terminal.demo": "{new} drawn figures are in the lab, {labelled} of them labelled. Now: “yogalab train”, “yogalab queue”, or “yogalab serve” to see the pages.",
    # a Space
    "terminal.deploy_where": "Say where to, as “your-name/yogalab”, or look first with --dry-run.",
    "terminal.deploy_password": "YOGALAB_PASSWORD is not set. Unless the Space has one already, the lab there does not start until you set it in its settings.",
    "terminal.deployed": "The lab is on its way to {address}. The Space takes some minutes to build.",
    # measurements
    "bench.ingest": "{photos} photos with {processes} processes: {speed} a second, {ratio} times the bare work. A person found in {found} %. Adding the same again: {again} s.",
    "bench.label": "A label costs {p50} bare commits (median; {p95} at the 95th percentile), with {photos} photos in the lab. {undo}",
    "bench.undo_exact": "Undo brought every guess back to the last bit.",
    "bench.undo_wrong": "Undo did NOT bring every guess back: that is a fault.",
    "bench.page": "The first page answered after {seconds} s.",
    "bench.no_page": "No page answered.",
    "bench.loads": "Importing the package loads {names}: that is a fault.",
    "bench.written": "The figures are in {file}.",
    # doctor
    "terminal.all_well": "Everything is in place.",
    "doctor.python": "Python {version} on {system}; {cores} cores",
    "doctor.yogalab": "YogaLab {version}",
    "doctor.library": "{name} {version}",
    "doctor.library_missing": "{name} is not installed. Install YogaLab again: “uv sync” in a checkout.",
    "doctor.library_broken": "{name} is installed but does not load: {reason}.",
    "doctor.crashed": "it ended the program with status {status}",
    "doctor.system_library": "{name} needs {file} of the operating system. On Debian and Ubuntu: “sudo apt-get install {package}”.",
    "doctor.home": "Photos, labels and versions are in {folder} ({free} GB free)",
    "doctor.disk_low": "Only {free} GB are free in {folder}. A thousand photos take about 0.3 GB: make some room.",
    "doctor.database": "The database is sound: {photos} photos, {labels} label events, {versions} versions (schema {revision})",
    "doctor.database_trouble": "The database has trouble: {reason}. Put a saved copy of the lab in its place (“yogalab unpack”).",
    "doctor.pose_model": "Skeletons come from {name}",
    "doctor.encoder": "Pictures are compared by {name}",
    "doctor.encoder_none": "No CLIP encoder is chosen or its weights are not here: the lab works from skeletons alone.",
    "doctor.hub": "The Hugging Face Hub answers at {address}",
    "doctor.hub_silent": "The Hugging Face Hub does not answer at {address}. Everything but publishing and pulling works without it.",
    "doctor.hub_off": "The Hub is switched off (HF_HUB_OFFLINE). Everything but publishing and pulling works without it.",
    "doctor.device": "Graphics card: {name}",
    "doctor.no_device": "No graphics card that PyTorch can use: the processor does the work",
}
