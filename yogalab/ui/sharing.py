"""What the models page shows and does where versions and labels go to others."""

from __future__ import annotations

from yogalab.lab.lab import Lab
from yogalab.records import Coach, PublishedData, Role
from yogalab.ui.panel import Ask, Handler, text, whole


class Sharing:
    """Handlers of the models page; see `ModelsPage`."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def handlers(self) -> list[Handler]:
        return [self.outline, self.data_outline, self.publish_data]

    def outline(self, who: Coach, asked: Ask) -> object:
        """What publishing a version would send, file by file."""
        repo = text(asked, "repo").strip() or None
        told = self._lab.sharing.outline(who, repo, number=whole(asked, "number"))
        return {"tag": told.tag or "", "size": told.size, "files": [list(one) for one in told.files.items()]}

    def data_outline(self, who: Coach, asked: Ask) -> object:
        """What publishing the labelled photos would send, by counts."""
        told = self._lab.data.outline(who, pixels=bool(asked.get("pixels")))
        return {
            "photos": told.photos,
            "poses": told.poses,
            "coaches": told.coaches,
            "pictured": len(told.pictured),
            "kept": sum(told.withheld.values()),
        }

    def publish_data(self, who: Coach, asked: Ask) -> object:
        """Start publishing the labelled photos."""
        job = self._lab.data.publish(
            who,
            text(asked, "repo").strip(),
            pixels=bool(asked.get("pixels")),
            licence=text(asked, "licence"),
            forget=bool(asked.get("forget")),
        )
        return {"id": job.id}

    def published(self, who: Coach) -> list[dict[str, object]] | None:
        """The data sets on the Hub; None for whoever has no say in them."""
        return [_shown(one) for one in self._lab.data.published(who)] if who.role is Role.OWNER else None


def _shown(one: PublishedData) -> dict[str, object]:
    return {
        "repo": one.repo,
        "tag": one.tag,
        "at": one.at.isoformat(),
        "photos": one.photos,
        "gone": one.gone,
        "withdrawn": one.withdrawn,
    }
