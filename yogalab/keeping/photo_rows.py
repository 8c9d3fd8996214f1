"""Rows of photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from yogalab.errors import PhotoNotFound
from yogalab.keeping import sights, tombstones
from yogalab.keeping.counters import PHOTO_IDS, PHOTOS, PURGES, bump
from yogalab.keeping.database import chunks, insert_new
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import PhotoRow, PhotoSourceRow
from yogalab.records import CanonicalPhoto, Consent, NewPhoto, Photo

DELETED = -1


class PhotoRows(Rows):
    """See `yogalab.ports.PhotoStore`."""

    def add_photo(
        self,
        photo: CanonicalPhoto,
        *,
        key: str,
        who: str,
        source: str,
        consent: Consent,
        group: int | None,
        holdout: bool = False,
    ) -> tuple[Photo, bool]:
        offer = _Offer(photo, key, who, source, consent, group, holdout)
        with self._db.write() as connection:
            return self._keep(connection, [offer])[0]

    def add_photos(self, new: Sequence[NewPhoto]) -> Sequence[tuple[Photo, bool]]:
        offers = [_Offer.of(item) for item in new]
        with self._db.write() as connection:
            kept = self._keep(connection, offers)
            fresh = [(photo.id, item) for (photo, added), item in zip(kept, new, strict=True) if added]
            sights.put_looks(connection, [(i, item.pose_model, item.people) for i, item in fresh])
        return kept

    def photo(self, photo_id: int) -> Photo:
        with self._db.read() as connection:
            return _photo(connection, photo_id)

    def photos(self, *, after: int = 0) -> Sequence[Photo]:
        query = _ALL.where(PhotoRow.id > after).order_by(PhotoRow.id)
        with self._db.read() as connection:
            return [_record(row) for row in connection.execute(query)]

    def newest_photos(self, *, start: int = 0, count: int) -> tuple[Sequence[Photo], int]:
        query = _ALL.order_by(PhotoRow.id.desc()).offset(start).limit(count)
        with self._db.read() as connection:
            shown = [_record(row) for row in connection.execute(query)]
            return shown, connection.scalar(select(func.count()).select_from(PhotoRow)) or 0

    def sides(self) -> Mapping[int, tuple[int, bool, Consent]]:
        query = select(PhotoRow.id, PhotoRow.group, PhotoRow.holdout, PhotoRow.consent)
        with self._db.read() as connection:
            return {i: (group, aside, _CONSENTS[said]) for i, group, aside, said in connection.execute(query)}

    def known_sources(self, hashes: Sequence[str]) -> Mapping[str, int]:
        """As in the port. Canonical hashes of deleted photos map to -1 as well as source hashes."""
        known: dict[str, int] = {}
        with self._db.read() as connection:
            for some in chunks(hashes):
                known.update(_ids_by_source(connection, some))
            unknown = [sha256 for sha256 in hashes if sha256 not in known]
            known.update(dict.fromkeys(tombstones.buried(connection, unknown), DELETED))
        return known

    def delete_photo(self, photo_id: int, *, who: str) -> Photo:
        with self._db.write() as connection:
            photo = _photo(connection, photo_id)
            sources = select(PhotoSourceRow.sha256).where(PhotoSourceRow.photo_id == photo_id)
            hashes = {photo.source_sha256, photo.sha256, *connection.scalars(sources)}
            tombstones.bury(connection, hashes, self._db.now())
            # Its files' hashes, skeletons, embeddings and label events go with it, by foreign key.
            connection.execute(delete(PhotoRow).where(PhotoRow.id == photo_id))
            bump(connection, PURGES)
            bump(connection, PHOTOS)
        self._db.forget()
        return photo

    def set_holdout(self, photo_ids: Sequence[int]) -> None:
        self._set(photo_ids, holdout=True)

    def set_group(self, photo_ids: Sequence[int], group: int) -> None:
        self._set(photo_ids, group=group)

    def set_consents(
        self, wanted: Mapping[int, Consent], *, was: Consent | None = None
    ) -> Mapping[int, Consent]:
        before: dict[int, Consent] = {}
        with self._db.write() as connection:
            for some in chunks(list(wanted)):
                now = select(PhotoRow.id, PhotoRow.consent).where(PhotoRow.id.in_(some))
                known = {i: _CONSENTS[said] for i, said in connection.execute(now)}
                before.update({i: one for i, one in known.items() if one != wanted[i] and was in {None, one}})
            for consent in set(map(wanted.__getitem__, before)):
                for some in chunks([i for i in before if wanted[i] is consent]):
                    row = update(PhotoRow).where(PhotoRow.id.in_(some))
                    connection.execute(row.values(consent=consent.value))
            bump(connection, PHOTOS, len(before))
        return before

    def put_image_hashes(self, hashes: Mapping[int, int]) -> None:
        with self._db.write() as connection:
            for photo_id, value in hashes.items():
                row = update(PhotoRow).where(PhotoRow.id == photo_id)
                connection.execute(row.values(image_hash=_signed(value)))

    def image_hashes(self) -> Mapping[int, int]:
        query = select(PhotoRow.id, PhotoRow.image_hash).where(PhotoRow.image_hash.is_not(None))
        with self._db.read() as connection:
            return {i: value % 2**64 for i, value in connection.execute(query) if value is not None}

    def _set(self, photo_ids: Sequence[int], **values: object) -> None:
        with self._db.write() as connection:
            for some in chunks(photo_ids):
                connection.execute(update(PhotoRow).where(PhotoRow.id.in_(some)).values(values))
            bump(connection, PHOTOS, len(photo_ids))

    def _keep(self, connection: Connection, offers: Sequence[_Offer]) -> list[tuple[Photo, bool]]:
        known = _known(connection, offers)
        fresh: list[dict[str, Any]] = []
        answers: list[tuple[Photo, bool]] = []
        last = bump(connection, PHOTO_IDS, 0)
        at = self._db.now()
        for offer in offers:
            photo = known.get(offer.photo.source_sha256) or known.get(offer.photo.sha256)
            added = photo is None
            if photo is None:
                number = last + len(fresh) + 1
                row = {"id": number, "added_at": offer.added_at or at, **offer.row(number)}
                fresh.append(row)
                photo = _record_of(row)
            # Later offers in the same batch may be the same photo, or the same file.
            known[offer.photo.sha256] = known[offer.photo.source_sha256] = photo
            answers.append((photo, added))
        if fresh:
            connection.execute(insert(PhotoRow), fresh)
            tombstones.raise_again(connection, [row[name] for row in fresh for name in _HASHES])
            bump(connection, PHOTO_IDS, len(fresh))
            bump(connection, PHOTOS, len(fresh))
        pairs = zip(offers, answers, strict=True)
        _note_sources(connection, {offer.photo.source_sha256: photo.id for offer, (photo, _) in pairs})
        return answers


_ALL = select(PhotoRow.__table__)
_HASHES = ("source_sha256", "sha256")
# Looked up a hundred thousand times at once, where `Consent(…)` would be slow.
_CONSENTS = {consent.value: consent for consent in Consent}


@dataclass(frozen=True, slots=True)
class _Offer:
    photo: CanonicalPhoto
    key: str
    who: str
    source: str
    consent: Consent
    group: int | None
    holdout: bool
    image_hash: int | None = None
    added_at: datetime | None = None

    @classmethod
    def of(cls, new: NewPhoto) -> _Offer:
        return cls(
            new.photo,
            new.key,
            new.who,
            new.source,
            new.consent,
            new.group,
            new.holdout,
            _signed(new.image_hash),
            new.added_at,
        )

    def row(self, number: int) -> dict[str, Any]:
        return {
            "source_sha256": self.photo.source_sha256,
            "sha256": self.photo.sha256,
            "key": self.key,
            "name": _storable(self.photo.name),
            "width": self.photo.width,
            "height": self.photo.height,
            "added_by": self.who,
            "source": _storable(self.source),
            "consent": self.consent.value,
            "group": number if self.group is None else self.group,
            "holdout": self.holdout,
            "image_hash": self.image_hash,
        }


def _known(connection: Connection, offers: Sequence[_Offer]) -> dict[str, Photo]:
    """Photos of the lab by source hash and by canonical hash, as far as they are offered again."""
    found: dict[str, Photo] = {}
    for some in chunks(offers, 250):
        ids = _ids_by_source(connection, [offer.photo.source_sha256 for offer in some])
        hashes = [offer.photo.sha256 for offer in some]
        wanted = PhotoRow.id.in_(set(ids.values())) | PhotoRow.sha256.in_(hashes)
        rows = {row.id: _record(row) for row in connection.execute(_ALL.where(wanted))}
        found.update({photo.sha256: photo for photo in rows.values()})
        found.update({sha256: rows[photo_id] for sha256, photo_id in ids.items()})
    return found


def _ids_by_source(connection: Connection, hashes: Sequence[str]) -> dict[str, int]:
    query = select(PhotoSourceRow.sha256, PhotoSourceRow.photo_id).where(PhotoSourceRow.sha256.in_(hashes))
    return {row.sha256: row.photo_id for row in connection.execute(query)}


def _note_sources(connection: Connection, sources: Mapping[str, int]) -> None:
    rows = [{"sha256": sha256, "photo_id": photo_id} for sha256, photo_id in sources.items()]
    if rows:
        connection.execute(insert_new(connection, PhotoSourceRow), rows)


def _photo(connection: Connection, photo_id: int) -> Photo:
    row = connection.execute(_ALL.where(PhotoRow.id == photo_id)).first()
    if row is None:
        raise PhotoNotFound(photo_id=photo_id)
    return _record(row)


def _record(row: Any) -> Photo:
    return _record_of(row._mapping)


def _record_of(row: Mapping[str, Any]) -> Photo:
    return Photo(
        id=row["id"],
        source_sha256=row["source_sha256"],
        sha256=row["sha256"],
        key=row["key"],
        name=row["name"],
        width=row["width"],
        height=row["height"],
        added_by=row["added_by"],
        added_at=row["added_at"],
        source=row["source"],
        consent=Consent(row["consent"]),
        group=row["group"],
        holdout=row["holdout"],
    )


def _signed(value: int) -> int:
    """Databases have no unsigned 64-bit numbers."""
    return value - 2**64 if value >= 2**63 else value


def _storable(text: str) -> str:
    """File names may hold halves of characters that no database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
