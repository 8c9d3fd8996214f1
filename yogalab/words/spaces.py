"""What the command line says about a Space."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "space.where": "Say where to, as “your-name/yogalab”, or look first with --dry-run.",
    "space.variable": "“{text}” is no variable. It looks like NAME=value.",
    "space.forgets": "The Space forgets everything at each restart. Deploy again with YOGALAB_VAULT={repo}-vault and “--secret HF_TOKEN”, and the lab there is kept in a private dataset of that name.",
    "space.no_token": "The Space has no token, so it can neither publish versions nor keep its labels outside. Deploy again with “--secret HF_TOKEN”, or add a token of its own there under Settings → Variables and secrets.",
    "space.not_asked": "What is there already is not known ({reason}); this is what would be sent.",
    "space.private": "It is private: nobody but you can open it. For other coaches deploy with “--public”; photos are still shown to nobody who has not been let in.",
    "space.sent": "The lab is on its way to {address}.",
    "space.up_to_date": "{address} has this lab already.",
    "space.running": "The lab is open at {address}.",
    "space.left": "Stopped waiting; the Space goes on without you. “yogalab deploy {repo} --logs” shows how it gets on.",
    "space.no_log": "There is no log yet.",
    "space.log": "The end of the log of {repo}:",
    # where it stands, by the Hub's own names
    "space.stage.BUILDING": "Installing what the lab needs ({minutes} min)…",
    "space.stage.RUNNING_BUILDING": "Installing what the lab needs, while the one before still runs ({minutes} min)…",
    "space.stage.APP_STARTING": "The lab is starting ({minutes} min)…",
    "space.stage.RUNNING_APP_STARTING": "The lab is starting, while the one before still runs ({minutes} min)…",
    "space.stage.other": "Waiting for the Hub ({minutes} min)…",
    # errors
    "space.source_missing": "A Space is sent from YogaLab's source folder, and {folder} is none: “{missing}” is not there. Go to the folder with app.py and try again.",
    "space.payment": "Hugging Face wants a paid plan for “{repo}” on {hardware}. A free account gets Spaces on ZeroGPU: deploy again with “--hardware zero-a10g”, or take PRO at huggingface.co/pro.",
    "space.payment_zero": "Hugging Face does not give “{repo}” a ZeroGPU. A free account gets two such Spaces once its e-mail address is confirmed and it is a month old; else it takes PRO, at huggingface.co/pro.",
    "space.secret_missing": "{name} is not set here, so it cannot be handed to the Space.",
    "space.failed": "Hugging Face cannot make sense of the Space “{repo}” ({reason}). Look at its page there; your own lab is as it was.",
    "space.build_failed": "What the lab needs could not be installed at “{repo}” ({reason}). The end of the log says why; deploying again tries once more. Your own lab is as it was.",
    "space.crashed": "The lab at “{repo}” ended while it started ({reason}). The end of the log says why; your own lab is as it was.",
    "space.stopped": "The Space “{repo}” does not run now: it is {stage}. Open its page and wake it, or deploy again.",
    "space.slow": "The Space “{repo}” is still not running after {minutes} minutes, though it may be soon. “yogalab deploy {repo} --logs” shows how it gets on.",
}
