"""Whether answers are kept elsewhere too: a few words in the strip, and what came back from there."""

from __future__ import annotations

from datetime import datetime

from yogalab.lab.lab import Lab
from yogalab.records import Coach, Role
from yogalab.ui.panel import Ask
from yogalab.words import say, told

# Who serves the pages is nobody's guest.
_SERVER = Coach(id="server", name="", role=Role.OWNER)


class SafekeepingPanel:
    """The strip's part of it. Visitors are not concerned."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def kept(self, who: Coach, asked: Ask) -> object:
        """Null where there is no second place. Times are for the reader's own clock to show."""
        state = None if who.role is Role.VISITOR else self._lab.safekeeping.state(who)
        if state is None:
            return {"kept": None}
        back = state.brought_back
        return {
            "kept": {
                "at": _iso(state.kept_at),
                "rows": state.rows,
                "photos": state.photos,
                "trouble": told(state.trouble, state.trouble_data) if state.trouble else "",
                "back": None
                if back is None
                else {"at": _iso(back.at), "last": _iso(back.last.at), "damaged": bool(back.unread)},
            }
        }


def brought_back(lab: Lab) -> list[str]:
    """What to say when a lab that was brought back opens; empty for one that never was."""
    state = lab.safekeeping.state(_SERVER)
    if state is None or state.brought_back is None:
        return []
    back = state.brought_back
    if back.last.at is None:
        lines = [say("serve.brought_back_empty", place=state.place, photos=back.photos)]
    else:
        when = f"{back.last.at:%Y-%m-%d %H:%M:%S} UTC"
        facts = {"photos": back.photos, "seq": back.last.seq, "when": when}
        lines = [say("serve.brought_back", place=state.place, **facts)]
    if back.unread:
        lines.append(say("serve.brought_back_damaged", names=", ".join(back.unread)))
    return lines


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
