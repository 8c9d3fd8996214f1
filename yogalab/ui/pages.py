"""All pages of a lab, joined."""

from __future__ import annotations

from typing import Protocol

import gradio as gr

from yogalab.lab.lab import Lab
from yogalab.settings import Settings
from yogalab.ui.check import CheckPage
from yogalab.ui.live import LivePage
from yogalab.ui.models import ModelsPage
from yogalab.ui.photos import PhotosPage
from yogalab.ui.poses import PosesPage
from yogalab.ui.review import ReviewPage
from yogalab.ui.shell import Shell
from yogalab.ui.spoken import Pages, said_later
from yogalab.ui.tools import offer_tools


class Page(Protocol):
    """Lays out its panel where it is called."""

    def build(self) -> gr.HTML: ...


def build_app(lab: Lab, settings: Settings) -> gr.Blocks:
    """Return the pages of a lab; `yogalab.ui.site` puts them behind the gate and serves them."""
    shell = Shell(lab, settings)
    pages: dict[str, Page] = {
        "photos": PhotosPage(lab, warm=shell.warm),
        "review": ReviewPage(lab),
        "check": CheckPage(lab),
        "models": ModelsPage(lab, settings),
        "poses": PosesPage(lab),
        "live": LivePage(),
    }
    demo: gr.Blocks
    with Pages(title="YogaLab", analytics_enabled=False, fill_width=True) as demo:
        shell.build()
        with gr.Tabs(elem_id="yl-tabs"):
            for name, page in pages.items():
                with gr.Tab(said_later(f"tab.{name}"), id=name, elem_id=f"yl-tab-{name}"):
                    page.build()
        offer_tools(lab)
    return demo
