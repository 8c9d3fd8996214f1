"""Values between this program and its own children: one after the other through a pipe."""

from __future__ import annotations

import pickle
import struct
from typing import IO, Final

_LENGTH: Final = struct.Struct("<Q")


def send(stream: IO[bytes], value: object) -> None:
    """Write one value. Raises OSError, BrokenPipeError among them: the other end is gone."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> object:
    """Read the next value. Raises EOFError where the other end has ended, perhaps in the middle of one."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    length: int = _LENGTH.unpack(header)[0]
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    # Written by this program's own child or parent.
    return pickle.loads(data)
