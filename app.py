"""Opens the lab and serves its pages: what `uv run app.py` and a Space run."""

from __future__ import annotations

import sys

from yogalab.errors import YogaLabError
from yogalab.redaction import keep_secret
from yogalab.settings import Settings
from yogalab.ui.pages import build_app
from yogalab.ui.site import serve
from yogalab.wiring import open_lab
from yogalab.words import say, sentence

try:
    settings = Settings.from_env()
    keep_secret(settings.secrets)
    lab = open_lab(
        settings,
        served=True,
        told=lambda error: print(say("serve.vault_waits", reason=sentence(error)), flush=True),
    )
    demo = build_app(lab, settings)
    if __name__ == "__main__":
        serve(demo, lab, settings)
except YogaLabError as error:
    sys.exit(sentence(error))
