"""Poses that a data set names, found in this lab or brought into it."""

from __future__ import annotations

from dataclasses import replace

from yogalab.errors import PoseExists
from yogalab.lab.arrivals import Arrival
from yogalab.lab.intake import PoseNames
from yogalab.lab.parts import Parts
from yogalab.poses.taxonomy import match, slugify
from yogalab.records import Coach, Pose, Told


class BroughtPoses:
    """A pose of the same slug is the same pose, whatever it is called here; one that is not here comes in."""

    def __init__(self, parts: Parts, who: Coach) -> None:
        self._store = parts.store
        self._names = PoseNames(parts, who)
        self._ids = {pose.slug: pose.id for pose in parts.store.poses()}

    def id_of(self, name: str, told: Told, arrival: Arrival) -> int | None:
        """The pose's number here; None, noted with the file, for a name that names nothing."""
        if name in self._ids:
            return self._ids[name]
        found = self._brought(name, told, arrival)
        if found is None and slugify(name):
            found = self._names.id_of(name, arrival)
        if found is not None:
            self._ids[name] = found
        return found

    def known(self, slug: str, told: Told, arrival: Arrival) -> int | None:
        """The same for a pose that was only suggested: none is made of a bare name."""
        return self.id_of(slug, told, arrival) if slug in self._ids or slug in told.poses else None

    def _brought(self, slug: str, told: Told, arrival: Arrival) -> int | None:
        """A pose that comes with a description, or the one of this lab that goes by its name."""
        pose = told.poses.get(slug)
        if pose is None:
            return None
        into = told.merged.get(slug)
        if into is None:
            mine = match(pose.name, self._store.poses())
            return mine.id if mine is not None else self._put(replace(pose, id=0, merged_into=None))
        # A chain of merges that leads back to itself ends here.
        rest = replace(told, merged={name: to for name, to in told.merged.items() if name != slug})
        target = self.id_of(into, rest, arrival)
        made = self._put(replace(pose, id=0, merged_into=target))
        if target is not None:
            self._also_called(target, pose)
        return made

    def _put(self, pose: Pose) -> int | None:
        try:
            return self._store.put_pose(pose).id
        except PoseExists:
            # Somebody has just made it.
            return next((one.id for one in self._store.poses() if one.slug == pose.slug), None)

    def _also_called(self, target: int, pose: Pose) -> None:
        """As after a merge here: whoever types the name finds the pose that stands for it."""
        mine = next(one for one in self._store.poses() if one.id == target)
        aliases = tuple(dict.fromkeys((*mine.aliases, pose.name, pose.slug, *pose.aliases)))
        if aliases != mine.aliases:
            self._store.put_pose(replace(mine, aliases=aliases))
