"""The lab's poses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from yogalab.errors import PoseExists, PoseNotFound
from yogalab.keeping.counters import POSES, bump
from yogalab.keeping.rows import Rows
from yogalab.keeping.tables import PoseRow
from yogalab.records import Descriptions, Pose

# Ids up to here are the built-in taxonomy's, so that it can grow without meeting a coach's pose.
LAST_BUILT_IN: Final = 1000


class PoseRows(Rows):
    """See `yogalab.ports.PoseStore`."""

    def poses(self) -> Sequence[Pose]:
        with self._db.read() as connection:
            return [_pose(row) for row in connection.execute(_ALL.order_by(PoseRow.id))]

    def put_pose(self, pose: Pose) -> Pose:
        return self.put_poses([pose])[0]

    def put_poses(self, poses: Sequence[Pose]) -> Sequence[Pose]:
        if all(pose.id for pose in poses) and self._all_there(poses):
            # The taxonomy is put at every start; usually nothing changed and nothing is written.
            return poses
        with self._db.write() as connection:
            # A pose may be merged into a later one of the same batch: references come last.
            kept = [_put(connection, pose) for pose in poses]
            for pose in kept:
                if pose.merged_into is not None:
                    _require_way(connection, pose)
                    row = update(PoseRow).where(PoseRow.id == pose.id)
                    connection.execute(row.values(merged_into=pose.merged_into))
            bump(connection, POSES, len(kept))
        return kept

    def _all_there(self, poses: Sequence[Pose]) -> bool:
        there = {pose.id: pose for pose in self.poses()}
        return all(there.get(pose.id) == pose for pose in poses)


_ALL = select(PoseRow.__table__)


def _put(connection: Connection, pose: Pose) -> Pose:
    same_slug = select(PoseRow.id, PoseRow.name).where(PoseRow.slug == pose.slug, PoseRow.id != pose.id)
    taken = connection.execute(same_slug).first()
    if taken is not None:
        raise PoseExists(name=pose.name, existing=taken.name)
    if pose.id == 0:
        highest = connection.scalar(select(func.max(PoseRow.id))) or 0
        pose = replace(pose, id=max(LAST_BUILT_IN, highest) + 1)
    there = connection.scalar(select(PoseRow.id).where(PoseRow.id == pose.id)) is not None
    row = _row(pose)
    if there:
        connection.execute(update(PoseRow).where(PoseRow.id == pose.id).values(row))
    else:
        connection.execute(insert(PoseRow).values(row))
    return pose


def _require_way(connection: Connection, pose: Pose) -> None:
    """Raises PoseNotFound, and PoseExists where the merge would lead back to the pose: two at once could."""
    place = pose.merged_into
    while place is not None:
        row = connection.execute(select(PoseRow.name, PoseRow.merged_into).where(PoseRow.id == place)).first()
        if row is None:
            raise PoseNotFound(pose=place)
        if place == pose.id:
            raise PoseExists(name=pose.name, existing=row.name)
        place = row.merged_into


def _row(pose: Pose) -> dict[str, Any]:
    return {
        "id": pose.id,
        "slug": pose.slug,
        "name": pose.name,
        "sanskrit": pose.sanskrit,
        "aliases": list(pose.aliases),
        "family6": pose.family6,
        "family20": pose.family20,
        "sided": pose.sided,
        "hidden": pose.hidden,
        "merged_into": None,
        "descriptions": asdict(pose.descriptions),
        "template": dict(pose.template),
    }


def _pose(row: Any) -> Pose:
    return Pose(
        id=row.id,
        slug=row.slug,
        name=row.name,
        sanskrit=row.sanskrit,
        aliases=tuple(row.aliases),
        family6=row.family6,
        family20=row.family20,
        sided=row.sided,
        hidden=row.hidden,
        merged_into=row.merged_into,
        descriptions=Descriptions(**row.descriptions),
        template=row.template,
    )
