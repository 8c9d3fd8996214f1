"""The encoders on offer and the one in use."""

from __future__ import annotations

from collections.abc import Sequence

from yogalab.ports import Encoder
from yogalab.records import EncoderInfo
from yogalab.settings import Settings
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import Encoders, read_encoders
from yogalab.vision.weights import weights_here


class OpenClipShelf:
    """Implements `ports.EncoderShelf` over models/encoders.toml.

    chosen: the encoder in use from the start, None for none.

    Raises:
        EncoderRefused, EncoderUnknown: from `chosen`.
    """

    def __init__(self, settings: Settings, *, chosen: str | None = None, table: Encoders | None = None) -> None:
        self._settings = settings
        self._table = table or read_encoders()
        self._current: Encoder | None = None
        self.use(chosen)

    @property
    def current(self) -> Encoder | None:
        """The encoder in use."""
        return self._current

    def rows(self) -> Sequence[EncoderInfo]:
        """Return what may be chosen, in the table's order."""
        return [
            EncoderInfo(
                name=row.name,
                dim=row.dim,
                licence=row.licence,
                parameters=row.parameters,
                suggested=row.suggested,
                note=row.note,
                here=weights_here(row) is not None,
            )
            for row in self._table.rows
        ]

    def open(self, name: str) -> Encoder:
        """Return an encoder; its weights come with its first photo or sentence."""
        row = self._table.row(name)
        return OpenClipEncoder(row, offline=self._settings.offline, endpoint=self._settings.hub_endpoint)

    def use(self, name: str | None) -> None:
        """Make an encoder the one in use, or none."""
        if self._current is None or self._current.name != name:
            self._current = self.open(name) if name else None
