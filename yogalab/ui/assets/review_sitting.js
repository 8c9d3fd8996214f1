// What a coach answered, as far back as it goes: the page remembers the newest, the lab all of it.

import { ask } from "./asking.js";

const KEPT = 200;

/**
 * An entry is a photo's card with what was said of it last, {event, pose, kind}; `earlier` is what was said before,
 * and stands again once the last is taken back. Entries lie in the order in which the photos were met.
 */
export class Sitting {
  /** waiting: what the lab may not have yet, as {event, photo, pose, kind}; undoing: events about to be taken back. */
  constructor(server, { waiting, undoing }) {
    Object.assign(this, { server, waiting, undoing });
    this.forget();
  }

  /** Another lab, or another coach: nothing of this is theirs. */
  forget() {
    this.entries = [];
    // Grows with every answer; what was said before this page was opened counts down from zero.
    this.newest = this.oldest = 0;
    // Whether the lab has nothing from before.
    this.whole = false;
    this.reached = Infinity;
    this.asking = null;
  }

  get last() {
    return this.entries.at(-1);
  }

  /** Photos that this page answered: the lab may not know it yet. */
  get photos() {
    return this.entries.filter((entry) => entry.n > 0 && answered(entry)).map((entry) => entry.card.photo);
  }

  /** Something was said of the photo in front: an answer, or that its skeleton is wrong, which is none. */
  add(said) {
    const before = this.entries.find((entry) => entry.card.photo === said.card.photo);
    if (before) this.entries.splice(this.entries.indexOf(before), 1);
    this.entries.push({ ...said, n: (this.newest += 1), earlier: before ?? null });
    if (this.entries.length <= KEPT) return;
    this.entries.shift();
    this.whole = false;
    this.reached = Infinity;
  }

  /** A photo that was answered before is answered anew. */
  correct(entry, what) {
    const { event, pose, kind, seq, n, earlier } = entry;
    const before = { event, pose, kind, seq, n, earlier };
    Object.assign(entry, { pose: null, kind: null, seq: null, ...what, n: (this.newest += 1), earlier: before });
  }

  /**
   * Take back what was said last, of whichever photo: {event, card, open}, open when that leaves the photo without
   * an answer; null when the page remembers nothing. newest: what was said after that had not been said yet.
   */
  back(newest = Infinity) {
    const said = this.entries.filter((entry) => entry.n <= newest);
    if (!said.length) return null;
    const entry = said.reduce((one, other) => (other.n > one.n ? other : one));
    const taken = { event: entry.event, card: entry.card, open: !answered(entry.earlier) };
    if (entry.earlier) Object.assign(entry, entry.earlier);
    else this.entries.splice(this.entries.indexOf(entry), 1);
    return taken;
  }

  /** The lab has an event, under this number. */
  saved(event, seq) {
    const said = this.said().find((one) => one.event === event);
    if (said) said.seq = seq;
  }

  /** The lab will not have it, or has it no longer. */
  drop(event) {
    const later = this.said().find((one) => one.earlier?.event === event);
    if (later) later.earlier = later.earlier.earlier;
    const entry = this.entries.find((one) => one.event === event);
    if (entry?.earlier) Object.assign(entry, entry.earlier);
    else if (entry) this.entries.splice(this.entries.indexOf(entry), 1);
  }

  /** Ask the lab for what was said before; true when there was more. */
  more() {
    this.asking ??= this.fetch().finally(() => (this.asking = null));
    return this.asking;
  }

  async fetch() {
    const mine = this.entries;
    const before = this.entries.length;
    while (!this.whole && this.entries.length === before) {
      const known = this.said().map((one) => one.seq ?? Infinity);
      const first = Math.min(this.reached, ...known);
      const { answers, more } = await ask(this.server, "sitting", {
        ...(Number.isFinite(first) ? { before: first } : {}),
        // What was given before this page was opened and waits all the same.
        waiting: this.entries.length ? [] : await this.waiting(),
        but: this.undoing(),
      });
      // Somebody else may sit here by now.
      if (mine !== this.entries) return false;
      for (const answer of answers) this.addEarlier(answer);
      this.whole = !more;
    }
    return this.entries.length > before;
  }

  addEarlier({ card, event, pose, kind, seq }) {
    if (seq) this.reached = Math.min(this.reached, seq);
    if (this.said().some((one) => one.event === event)) return;
    const said = { event, pose, kind, seq, n: (this.oldest -= 1), earlier: null };
    const entry = this.entries.find((one) => one.card.photo === card.photo);
    if (!entry) {
      this.entries.unshift({ card, ...said });
      return;
    }
    chain(entry).at(-1).earlier = said;
  }

  /** Everything said that the page remembers. */
  said() {
    return this.entries.flatMap(chain);
  }
}

/** Everything said of one photo, the newest first. */
function chain(entry) {
  const all = [];
  for (let one = entry; one; one = one.earlier) all.push(one);
  return all;
}

const answered = (entry) => chain(entry).some((one) => one.kind !== "wrong_skeleton");
