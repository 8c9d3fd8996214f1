"""What became of the files that somebody offered: in all, and file by file."""

from __future__ import annotations

from dataclasses import dataclass, field

from yogalab.errors import EncoderError


@dataclass(slots=True)
class Arrival:
    """What became of one offered file so far; of a zip or a clip, of everything in it.

    looked: photos that were looked at; nobody: of the new ones, those without a person;
    alike: frames of a clip that show what another photo shows; refused: deleted for good before.
    """

    name: str
    looked: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    alike: int = 0
    nobody: int = 0
    errors: list[Exception] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Everything that is counted, by name."""
        names = ("looked", "new", "known", "refused", "alike", "nobody")
        return {name: getattr(self, name) for name in names}


@dataclass(slots=True)
class Added:
    """What became of the offered files. `errors` holds (file name, error); `files` has them one by one."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    alike: int = 0
    labelled: int = 0
    nobody: int = 0
    errors: list[tuple[str, Exception]] = field(default_factory=list)
    encoder_trouble: EncoderError | None = None
    files: list[Arrival] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """Photos dealt with so far."""
        return len(self.new) + len(self.known) + len(self.refused) + self.alike + len(self.errors)

    def add_new(self, of: Arrival, photo_id: int, *, nobody: bool) -> None:
        self.new.append(photo_id)
        self.nobody += nobody
        of.new += 1
        of.nobody += nobody

    def add_known(self, of: Arrival, photo_id: int) -> None:
        self.known.append(photo_id)
        of.known += 1

    def add_refused(self, of: Arrival, name: str) -> None:
        self.refused.append(name)
        of.refused += 1

    def add_alike(self, of: Arrival) -> None:
        self.alike += 1
        of.alike += 1

    def add_error(self, of: Arrival, name: str, error: Exception) -> None:
        self.errors.append((name, error))
        of.errors.append(error)
