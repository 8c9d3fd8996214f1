// What the lab took of late. A lab that is restored from its last backup lacks some of it, and gets it once more.

import { ask } from "./asking.js";

const KEEP = 600_000;
const MOST = 1000;

export class SavedAnswers {
  /** kept: all answers; now: milliseconds by a clock that nobody sets, unlike the one on the wall. */
  constructor(server, kept, now) {
    Object.assign(this, { server, kept, now });
    // Since when this page has known that an answer is saved.
    this.since = new Map();
  }

  /** Of one lab, [key, answer], oldest first. */
  of(lab) {
    return this.kept.all.filter(([, one]) => one.saved && one.lab && one.lab === lab);
  }

  /** The newest answer that the lab took and that was given before the one with this key. */
  before(key, lab) {
    return this.of(lab).findLast(([one]) => one < key)?.[1];
  }

  /** The events that the lab lacks, null when it has all: it does when it has the newest one. */
  async missing(lab) {
    this.forget();
    const saved = this.of(lab);
    return (await this.lacks(lab, saved.slice(-1))) && this.lacks(lab, saved);
  }

  async lacks(lab, saved) {
    if (!saved.length) return null;
    const events = saved.map(([, one]) => one.asked.event);
    const missing = new Set((await ask(this.server, "missing", { lab, events })).events);
    return missing.size ? missing : null;
  }

  /** Let go of what has been saved long enough. */
  forget() {
    const saved = this.kept.all.filter(([, one]) => one.saved);
    for (const [key] of saved) if (!this.since.has(key)) this.since.set(key, this.now());
    for (const [place, [key]] of saved.entries()) {
      if (place >= saved.length - MOST && this.now() - this.since.get(key) <= KEEP) continue;
      this.kept.remove(key);
      this.since.delete(key);
    }
  }
}
