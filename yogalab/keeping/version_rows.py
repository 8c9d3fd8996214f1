"""Rows of versions, and the append-only log of which one serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from yogalab.errors import VersionNotFound
from yogalab.keeping.counters import ACTIVATION_IDS, bump
from yogalab.keeping.people_rows import put_setting
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import ActivationRow, ModelVersionRow
from yogalab.records import ModelVersion, Report, Verdict
from yogalab.reports import (
    report_from_json,
    report_to_json,
    verdict_from_json,
    verdict_to_json,
)


class VersionRows(Rows):
    """See `yogalab.ports.VersionStore`."""

    def add_version(
        self,
        *,
        fingerprint: str,
        parent: int | None,
        who: str,
        labels: int,
        seq: int,
        pose_count: int,
        encoder: str | None,
        pose_model: str,
        report: Report,
        baseline: Report,
        verdict: Verdict,
    ) -> ModelVersion:
        """As in the port; a fingerprint that is there already keeps its number."""
        with self._db.write() as connection:
            query = select(ModelVersionRow.number).where(ModelVersionRow.fingerprint == fingerprint)
            number = connection.scalar(query)
            if number is None:
                # A training that was cut off after this row is done again and must not count twice.
                number = (connection.scalar(select(func.max(ModelVersionRow.number))) or 0) + 1
                row = {
                    "number": number,
                    "fingerprint": fingerprint,
                    "parent": parent,
                    "created_at": self._db.now(),
                    "created_by": who,
                    "labels": labels,
                    "seq": seq,
                    "pose_count": pose_count,
                    "encoder": encoder,
                    "pose_model": pose_model,
                    "report": report_to_json(report),
                    "baseline": report_to_json(baseline),
                    "verdict": verdict_to_json(verdict),
                }
                connection.execute(insert(ModelVersionRow).values(row))
            return _one(connection, number)

    def versions(self) -> Sequence[ModelVersion]:
        with self._db.read() as connection:
            active = _active(connection)
            rows = connection.execute(_ALL.order_by(ModelVersionRow.number))
            return [_version(row, active) for row in rows]

    def activate(self, number: int | None, *, who: str, settings: Mapping[str, str] | None = None) -> None:
        with self._db.write() as connection:
            if number is None:
                number = _active(connection)
            elif number != 0:
                _one(connection, number)
            for name, value in (settings or {}).items():
                put_setting(connection, name, value)
            row = {
                "id": bump(connection, ACTIVATION_IDS),
                "number": number,
                "who": who,
                "at": self._db.now(),
            }
            connection.execute(insert(ActivationRow).values(row))

    def active(self) -> int:
        with self._db.read() as connection:
            return _active(connection)

    def mark_published(self, number: int, *, repo: str, commit: str, tag: str) -> ModelVersion:
        """Raises VersionNotFound."""
        published = update(ModelVersionRow).where(ModelVersionRow.number == number)
        with self._db.write() as connection:
            connection.execute(published.values(hub_repo=repo, hub_commit=commit, tag=tag))
            return _one(connection, number)


_ALL = select(ModelVersionRow.__table__)


def _active(connection: Connection) -> int:
    newest = select(ActivationRow.number).order_by(ActivationRow.id.desc()).limit(1)
    return connection.scalar(newest) or 0


def _one(connection: Connection, number: int) -> ModelVersion:
    row = connection.execute(_ALL.where(ModelVersionRow.number == number)).first()
    if row is None:
        raise VersionNotFound(version=number)
    return _version(row, _active(connection))


def _version(row: Any, active: int) -> ModelVersion:
    return ModelVersion(
        number=row.number,
        fingerprint=row.fingerprint,
        parent=row.parent,
        created_at=row.created_at,
        created_by=row.created_by,
        labels=row.labels,
        seq=row.seq,
        pose_count=row.pose_count,
        encoder=row.encoder,
        pose_model=row.pose_model,
        report=report_from_json(row.report),
        baseline=report_from_json(row.baseline),
        verdict=verdict_from_json(row.verdict),
        active=row.number == active,
        hub_repo=row.hub_repo,
        hub_commit=row.hub_commit,
        tag=row.tag,
    )
