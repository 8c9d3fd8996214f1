// How it goes: answers of today, answers a minute, what is left to a target of the coach's own. Loads nothing, so that node can test it.

const MINUTE = 60_000;
// Longer without an answer, the coach has stopped for a while.
const IDLE = 2 * MINUTE;
// Fewer answers tell no pace, and more would be slow to follow it.
const LEAST = 4;
const MOST = 30;
const STORED = "yogalab.target";
const BEGINS_WITH = 100;
export const LARGEST = 9999;

/** When today began where this device is, as the lab reads it. */
export function dayBegan(now = new Date()) {
  const begins = new Date(now);
  begins.setHours(0, 0, 0, 0);
  return begins.toISOString();
}

/** A target as it was typed: 0 for none, null where it is no number of photos. */
export function targetOf(typed) {
  const target = Number(typed);
  return Number.isInteger(target) && target >= 0 && target <= LARGEST ? target : null;
}

export class Pace {
  /** now: milliseconds since some moment; never set back, as clocks are. */
  constructor(storage, now = () => performance.now()) {
    Object.assign(this, { storage, now });
    // When answers were given since the last long pause, the newest last.
    this.moments = [];
    this.mine = new Set();
    // What the lab may not have counted yet: event → {by, seq}, the number once it has the event.
    this.ahead = new Map();
  }

  answered(event) {
    if (this.now() - this.moments.at(-1) > IDLE) this.moments = [];
    this.moments = [...this.moments, this.now()].slice(-MOST);
    this.mine.add(event);
    this.ahead.set(event, { by: 1, seq: null });
  }

  /** undo: the event that takes the other back. */
  takenBack(event, undo) {
    // An answer from before this page may be of another day: the lab knows.
    if (!this.mine.delete(event)) return;
    this.moments.pop();
    this.ahead.set(undo, { by: -1, seq: null });
  }

  /** The lab has an event, under this number; without one it had nothing left to do. */
  saved(event, seq) {
    const one = this.ahead.get(event);
    if (one) one.seq = seq ?? 0;
  }

  /** The lab will never have it. */
  refused(event) {
    this.mine.delete(event);
    this.ahead.delete(event);
  }

  /** The lab has counted everything up to a number: while it learns, it answers with what it knew before. */
  counted(upTo) {
    for (const [event, { seq }] of this.ahead) if (seq !== null && seq <= upTo) this.ahead.delete(event);
  }

  /** Another coach, or another lab: nothing of this is theirs. */
  forget() {
    this.moments = [];
    this.mine.clear();
    this.ahead.clear();
  }

  /** Answers of today. counted: those that the lab has counted. */
  today(counted) {
    return Math.max([...this.ahead.values()].reduce((sum, { by }) => sum + by, counted), 0);
  }

  /** Answers a minute, over the last ones; null while nobody answers. */
  get aMinute() {
    const [first, last] = [this.moments[0], this.moments.at(-1)];
    if (this.moments.length < LEAST || this.now() - last > IDLE || last === first) return null;
    return Math.max(Math.round(((this.moments.length - 1) * MINUTE) / (last - first)), 1);
  }

  /** How many photos the coach wants to name in a day, 0 for no target. */
  get target() {
    try {
      return targetOf(this.storage.getItem(STORED) ?? BEGINS_WITH) ?? BEGINS_WITH;
    } catch {
      return this.chosen ?? BEGINS_WITH;
    }
  }

  set target(target) {
    this.chosen = target;
    try {
      this.storage.setItem(STORED, String(target));
    } catch {
      // Without storage it holds as long as the page.
    }
  }
}
