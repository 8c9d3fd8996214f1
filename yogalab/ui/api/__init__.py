"""The lab for other programs: JSON over HTTP under /api/v1, each answer typed.

The routes ask the lab's desks as the pages do, for whoever the gate let in; every desk checks the role.
"""

from __future__ import annotations

from yogalab.ui.api.application import VERSION, build_api

__all__ = ["VERSION", "build_api"]
