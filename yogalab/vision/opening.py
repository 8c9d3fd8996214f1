"""A row of models/encoders.toml as an encoder, run by what runs it best."""

from __future__ import annotations

from yogalab.records import EncoderChange
from yogalab.vision.clip import OpenClipEncoder
from yogalab.vision.encoders import EncoderRow
from yogalab.vision.graph_encoder import GraphEncoder, graph_encoder
from yogalab.vision.zero_gpu import BorrowingEncoder, lent


def open_encoder(
    row: EncoderRow,
    *,
    offline: bool = False,
    endpoint: str | None = None,
    change: EncoderChange | None = None,
) -> GraphEncoder | OpenClipEncoder:
    """Return the row's encoder; nothing is loaded before its first use. Both kinds say the same.

    offline: never ask the Hub. endpoint: the Hub's address, if not the usual one. change: what tuning made of
    the row's weights; the encoder then has the change's name.
    """
    light = graph_encoder(row, change=change)
    kind = BorrowingEncoder if lent() else OpenClipEncoder
    return light or kind(row, offline=offline, endpoint=endpoint, change=change)
