"""The encoders on offer and the one in use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from yogalab.errors import EncoderMissing
from yogalab.ports import Encoder, EncoderChanges
from yogalab.records import EncoderChange, EncoderInfo, base_of, read_tuned_name
from yogalab.settings import Settings
from yogalab.vision.encoders import EncoderRow, Encoders, read_encoders
from yogalab.vision.opening import open_encoder
from yogalab.vision.tuned_encoder import TunedEncoder
from yogalab.vision.weights import weights_here


class OpenClipShelf:
    """Implements `ports.EncoderShelf` over models/encoders.toml.

    chosen: the encoder in use from the start, None for none; changes: where tuned encoders are kept.

    Raises:
        EncoderRefused, EncoderUnknown: from `chosen`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        chosen: str | None = None,
        table: Encoders | None = None,
        changes: EncoderChanges | None = None,
    ) -> None:
        self._settings = settings
        self._table = table or read_encoders()
        self._changes = changes
        self._current: Encoder | None = None
        self.use(chosen)

    @property
    def current(self) -> Encoder | None:
        """The encoder in use."""
        return self._current

    def rows(self) -> Sequence[EncoderInfo]:
        """Return what may be chosen: the table's in its order, each with those that were tuned from it."""
        tuned = self._changes.names() if self._changes else ()
        return [
            info
            for row in self._table.rows
            for info in (
                _info(row, row.name),
                *(_info(row, name) for name in tuned if base_of(name) == row.name),
            )
        ]

    def open(self, name: str) -> Encoder:
        """Return an encoder; its weights come with its first photo or sentence.

        The licence of the encoder that a tuned one comes from is the tuned one's, too.
        """
        row = self._table.row(base_of(name))
        if read_tuned_name(name) is not None:
            return self._tuned(name, row, lambda: self._kept(name))
        return open_encoder(row, offline=self._settings.offline, endpoint=self._settings.hub_endpoint)

    def open_changed(self, change: EncoderChange) -> Encoder:
        """Return the tuned encoder that a version carries. Raises EncoderRefused, EncoderUnknown."""
        return self._tuned(change.name, self._table.row(change.base), lambda: change)

    def shipped(self) -> str | None:
        """Return the encoder that ships with YogaLab, None where its weights are not here."""
        row = self._table.embedded
        return row.name if row and weights_here(row) else None

    def whole(self, name: str) -> bool:
        """Return whether an encoder's weights are those that the table means; True where it does not say."""
        row = self._table.row(base_of(name))
        path = weights_here(row)
        if path is None or not row.sha256:
            return path is not None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == row.sha256

    def use(self, name: str | None) -> None:
        """Make an encoder the one in use, or none."""
        if self._current is None or self._current.name != name:
            self._current = self.open(name) if name else None

    def _tuned(self, name: str, row: EncoderRow, change: Callable[[], EncoderChange]) -> Encoder:
        offline, endpoint = self._settings.offline, self._settings.hub_endpoint
        return TunedEncoder(name, row, change, offline=offline, endpoint=endpoint)

    def _kept(self, name: str) -> EncoderChange:
        if self._changes is None:
            raise EncoderMissing(encoder=name)
        return self._changes.load(name)


def _info(row: EncoderRow, name: str) -> EncoderInfo:
    return EncoderInfo(
        name=name,
        dim=row.dim,
        licence=row.licence,
        parameters=row.parameters,
        suggested=row.suggested if name == row.name else "",
        note=row.note,
        here=weights_here(row) is not None,
    )
