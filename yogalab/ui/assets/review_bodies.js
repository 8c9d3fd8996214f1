// The bodies found in a photo: who is who, and whose lies where. Loads nothing, so that node can test it.

// A finger that comes so near to a body means it, in pixels.
const REACH = 22;

/** Everybody found in a photo as {person, points}, by their numbers. */
export function bodies(card) {
  const others = card.others.map((points, place) => ({ person: card.whose[place], points }));
  const judged = card.skeleton ? [{ person: card.person, points: card.skeleton }] : [];
  return [...judged, ...others].sort((one, other) => one.person - other.person);
}

/** The number of the person next to the one the card is about, round and round; null where there is nobody else. */
export function nextPerson(card) {
  const numbers = bodies(card).map(({ person }) => person);
  if (numbers.length < 2) return null;
  return numbers[(numbers.indexOf(card.person) + 1) % numbers.length];
}

/** Whose body lies at a point of the picture, null where nobody's does. at, size: in pixels; bones: pairs of landmarks. */
export function personAt(card, bones, at, [width, height]) {
  const near = bodies(card).map(({ person, points }) => {
    const joints = points.map(([across, down]) => [across * width, down * height]);
    return { person, inside: within(joints, at), far: Math.min(...bones.map(([a, b]) => apart(at, joints[a], joints[b]))) };
  });
  const [first] = near.filter(({ inside }) => inside).sort((one, other) => one.far - other.far);
  return first?.person ?? null;
}

function within(joints, at) {
  return [0, 1].every((axis) => {
    const along = joints.map((joint) => joint[axis]);
    return at[axis] >= Math.min(...along) - REACH && at[axis] <= Math.max(...along) + REACH;
  });
}

/** How far a point is from a line between two others. */
function apart([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = length ? Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0), 1) : 0;
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}
