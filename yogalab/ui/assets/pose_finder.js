// Finding a pose by what was typed, in the browser: no letter waits for the network. Ranks like `search` in
// yogalab/poses/taxonomy.py, with which a test compares it; typing errors are left to that one.

// Words that say no more than "this is a pose".
const EMPTY = new Set(["pose", "poses", "posture", "asana", "the"]);
const NUMBERS = { i: "1", ii: "2", iii: "3", one: "1", two: "2", three: "3" };

/** A name's telling words: small, without accents, numbers as digits. "Warrior II Pose" becomes ["warrior", "2"]. */
export function words(name) {
  const plain = name.replace(/['’‘ʼ`´]/g, "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ß", "ss");
  return (plain.match(/\p{L}+|\p{Nd}+/gu) ?? []).filter((word) => !EMPTY.has(word)).map((word) => (Object.hasOwn(NUMBERS, word) ? NUMBERS[word] : word));
}

/** How far a name is from what was typed: 0 the same, 1 begins so, 2 words of it do, 3 holds it; null another name. */
function far(typed, known) {
  const [wanted, whole] = [typed.join(""), known.join("")];
  if (wanted === whole) return 0;
  if (whole.startsWith(wanted)) return 1;
  if (typed.every((piece) => known.some((word) => word.startsWith(piece)))) return 2;
  return whole.includes(wanted) ? 3 : null;
}

/** Poses that can be searched, their names taken apart once. poses: [{id, slug, name, sanskrit, aliases}]. */
export class PoseFinder {
  constructor(poses) {
    // A name counts a little more than what a pose is also called.
    this.known = poses.map((pose) => ({
      pose,
      called: [[0, pose.name], [0, pose.slug], [0.25, pose.sanskrit], ...(pose.aliases ?? []).map((alias) => [0.5, alias])]
        .filter(([, name]) => name)
        .map(([extra, name]) => [extra, words(name)]),
    }));
  }

  /** The poses that are spelled as typed so far, best first. */
  find(text, most = 8) {
    const typed = words(text);
    if (!typed.length) return [];
    const found = [];
    for (const { pose, called } of this.known) {
      const costs = called.map(([extra, name]) => [extra, far(typed, name)]).filter(([, cost]) => cost !== null);
      if (costs.length) found.push([Math.min(...costs.map(([extra, cost]) => extra + cost)), pose]);
    }
    const before = ([a, one], [b, other]) => a - b || (one.name < other.name ? -1 : Number(one.name > other.name)) || one.id - other.id;
    return found.sort(before).slice(0, most).map(([, pose]) => pose);
  }
}
