"""The pose desk: what can be named, and how coaches change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from yogalab.errors import BadPoseName, NobodyToCopy, PoseExists, PoseNotFound, UnclearLooks
from yogalab.lab.bodies import foremost, person_in
from yogalab.lab.parts import Parts, require
from yogalab.lab.served import Served
from yogalab.lab.suggestable import final_pose
from yogalab.ports import PoseStore
from yogalab.poses.described import Described, described
from yogalab.poses.figures import figure_svg
from yogalab.poses.taxonomy import builtin_poses, match, search, slugify
from yogalab.poses.templates import like_body
from yogalab.records import Coach, Pose, Role

LONGEST_NAME = 60
# A page of text says more of a body than anybody needs.
LONGEST_LOOKS = 2000


class PoseDesk:
    """Add, rename, merge, hide. Ids and slugs never change, so labels survive all of it."""

    def __init__(self, parts: Parts, served: Served) -> None:
        self._store = parts.store
        self._landmarker = parts.landmarker
        self._served = served
        self._known: tuple[int, Mapping[int, Pose]] | None = None

    def seed(self) -> None:
        """Bring the built-in poses in, or up to date; what a coach changed stays changed."""
        known = {pose.id: pose for pose in self._store.poses()}
        for pose in builtin_poses():
            mine = known.get(pose.id)
            kept = pose if mine is None else _with_coach_changes(pose, mine)
            if kept != mine:
                self._store.put_pose(kept)

    def list(self, who: Coach, *, hidden: bool = False) -> Sequence[Pose]:
        """Poses by name; hidden ones only on request, merged ones never."""
        require(who, Role.VISITOR)
        poses = [p for p in self._all().values() if p.merged_into is None and (hidden or not p.hidden)]
        return sorted(poses, key=lambda pose: pose.name.casefold())

    def pose(self, who: Coach, pose: int | str) -> Pose:
        """One pose by id, slug, name or alias, merges followed. Raises PoseNotFound."""
        require(who, Role.VISITOR)
        poses = self._all()
        found = poses.get(pose) if isinstance(pose, int) else match(pose, tuple(poses.values()))
        if found is None:
            raise PoseNotFound(pose=pose)
        return poses[final_pose(poses, found.id)]

    def by_id(self, who: Coach) -> Mapping[int, Pose]:
        """Every pose id that was ever given to the pose that stands for it now."""
        require(who, Role.VISITOR)
        poses = self._all()
        return {pose_id: poses[final_pose(poses, pose_id)] for pose_id in poses}

    def search(self, who: Coach, text: str, *, limit: int = 10) -> Sequence[Pose]:
        """Poses whose English, Sanskrit or other name comes near, best first; typos forgiven."""
        return search(text[:LONGEST_NAME], self.list(who), limit=limit)

    def add(
        self,
        who: Coach,
        name: str,
        *,
        sanskrit: str = "",
        sided: bool = False,
        looks: str = "",
        like: int | None = None,
        person: int | None = None,
    ) -> Pose:
        """A new pose. With `looks` or `like` it is suggested before anybody has labelled it.

        looks: what the body does, in words; like: id of a photo that shows it, which counts more; person: whose
        body there, of the one it is about unless given.

        Raises PoseExists, BadPoseName, UnclearLooks, PhotoNotFound, NobodyToCopy.
        """
        require(who, Role.OWNER)
        shown = _checked(name)
        existing = match(shown, self._store.poses())
        if existing is not None:
            if existing.hidden and existing.merged_into is None:
                return self._store.put_pose(replace(existing, hidden=False))
            raise PoseExists(name=shown, existing=existing.name)
        template = self._like(like, person) if like is not None else _looking(looks)
        return self._store.put_pose(
            Pose(
                id=0, slug=slugify(shown), name=shown, sanskrit=_plain(sanskrit), sided=sided, template=template
            )
        )

    def understand(self, who: Coach, looks: str) -> Described:
        """What a description of a pose says in figures, and which of its words say nothing."""
        require(who, Role.VIEWER)
        return described(looks[:LONGEST_LOOKS])

    def _all(self) -> Mapping[int, Pose]:
        """Every pose there ever was, by id; read anew when one was changed, by whatever process."""
        # Looked at before the poses: what is kept is of that moment or newer.
        moment, known = self._store.pulse().poses, self._known
        if known is None or known[0] != moment:
            known = self._known = (moment, {pose.id: pose for pose in self._store.poses()})
        return known[1]

    def _like(self, photo_id: int, person: int | None) -> Mapping[str, float]:
        self._store.photo(photo_id)
        seen = self._store.landmarks(self._landmarker.name, photo_ids=[photo_id])
        person = person_in(self._store, photo_id) if person is None else person
        people = foremost(seen.get(photo_id, ()), person)
        if not people:
            raise NobodyToCopy(photo_id=photo_id)
        return like_body(people[0])

    def rename(self, who: Coach, pose: int | str, name: str) -> Pose:
        """Another display name; the old one stays as an alias, so imports still match."""
        require(who, Role.OWNER)
        mine = self.pose(who, pose)
        shown = _checked(name)
        other = match(shown, self._store.poses())
        if other is not None and other.id != mine.id:
            raise PoseExists(name=shown, existing=other.name)
        aliases = tuple(dict.fromkeys((*mine.aliases, mine.name)))
        return self._store.put_pose(replace(mine, name=shown, aliases=aliases))

    def merge(self, who: Coach, pose: int | str, into: int | str) -> Pose:
        """Make one pose part of another: its labels count for that one from now on."""
        require(who, Role.OWNER)
        mine, target = self.pose(who, pose), self.pose(who, into)
        if mine.id == target.id:
            raise PoseExists(name=mine.name, existing=target.name)
        self._store.put_pose(replace(mine, merged_into=target.id))
        aliases = tuple(dict.fromkeys((*target.aliases, mine.name, mine.slug, *mine.aliases)))
        return self._store.put_pose(replace(target, aliases=aliases))

    def hide(self, who: Coach, pose: int | str, *, hidden: bool = True) -> Pose:
        """Stop (or start again) suggesting a pose; its labels stay."""
        require(who, Role.OWNER)
        return self._store.put_pose(replace(self.pose(who, pose), hidden=hidden))

    def keep_only(self, who: Coach, poses: Sequence[int | str]) -> None:
        """Hide every pose but these: a lab for six poses suggests six."""
        require(who, Role.OWNER)
        wanted = {self.pose(who, pose).id for pose in poses}
        for pose in self.list(who, hidden=True):
            if pose.hidden == (pose.id in wanted):
                self._store.put_pose(replace(pose, hidden=pose.id not in wanted))

    def figure(self, who: Coach, pose: int | str, *, size: int = 96) -> str:
        """The little drawn figure as SVG; empty where a pose has none."""
        return figure_svg(self.pose(who, pose), size)


def _checked(name: str) -> str:
    shown = " ".join(name.split())
    if not 1 <= len(shown) <= LONGEST_NAME or not shown.isprintable() or not slugify(shown):
        raise BadPoseName(name=name[:LONGEST_NAME])
    return shown


def _plain(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _looking(looks: str) -> Mapping[str, float]:
    """The template a description makes; none without one."""
    looks = looks[:LONGEST_LOOKS]
    if not looks.strip():
        return {}
    template = described(looks).template
    if not template:
        raise UnclearLooks(text=looks.strip()[:LONGEST_NAME])
    return template


def _with_coach_changes(pose: Pose, mine: Pose) -> Pose:
    """The shipped pose with what coaches decided about it in this lab."""
    aliases = tuple(dict.fromkeys((*pose.aliases, *mine.aliases)))
    return replace(pose, name=mine.name, hidden=mine.hidden, merged_into=mine.merged_into, aliases=aliases)


def pose_id_of(store: PoseStore, pose: int | str) -> int:
    """Return the id of a pose given by id, slug, name or alias; an id as it is. Raises PoseNotFound."""
    if isinstance(pose, int):
        # The store knows whether there is one; reading all poses first would cost more than a label.
        return pose
    found = match(pose, store.poses())
    if found is None:
        raise PoseNotFound(pose=pose)
    return found.id
