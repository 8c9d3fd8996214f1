// The photos to review: what is in front, what comes next, what was answered.

import { ask, newId } from "./asking.js";

const WANTED = 8;

/** The cards ahead, and those already answered. The one in front never changes under the coach's fingers. */
export class Cards {
  /** ready: called with the cards ahead, the first one first, whenever others may be among them. */
  constructor(server, { ready, onChange }) {
    Object.assign(this, { server, ready, onChange });
    this.ahead = [];
    this.answered = [];
    this.tally = null;
    this.asking = false;
    this.stale = false;
    this.exhausted = false;
    this.lab = null;
    // This page's name: two windows of one coach are asked about different photos, too.
    this.seat = newId();
  }

  get front() {
    return this.ahead[0] ?? null;
  }

  /** Fetch the order as it is now; called after each saved label, many calls become one. */
  async refresh() {
    this.stale = true;
    if (this.asking) return;
    this.asking = true;
    try {
      while (this.stale) {
        this.stale = false;
        await this.fetch();
      }
    } finally {
      this.asking = false;
    }
  }

  async fetch() {
    const front = this.front;
    const settled = new Set(this.answered.map((one) => one.card.photo));
    const but = [...settled].slice(-64);
    const held = front ? [front.photo] : [];
    const { cards, tally, lab } = await ask(this.server, "queue", { but, held, seat: this.seat });
    if (this.lab && this.lab !== lab) [this.ahead, this.answered] = [[], []];
    this.lab = lab;
    // Answers given while the request was under way count, too.
    for (const one of this.answered) settled.add(one.card.photo);
    const keep = this.front;
    const fresh = cards.filter((card) => !settled.has(card.photo) && card.photo !== keep?.photo);
    this.ahead = [...(keep ? [keep] : []), ...fresh].slice(0, WANTED + 1);
    this.tally = tally;
    this.exhausted = !this.ahead.length;
    this.ready(this.ahead);
    this.onChange();
  }

  /** The front card was answered: the next one comes at once. */
  answer(entry) {
    this.answered.push(entry);
    if (this.answered.length > 200) this.answered.shift();
    this.ahead = this.ahead.filter((card) => card.photo !== entry.card.photo);
    if (this.ahead.length < 2) this.refresh().catch(() => {});
  }

  /** A photo that was answered before is answered anew. */
  correct(entry, what) {
    const { pose, kind, event, earlier } = entry;
    Object.assign(entry, { pose: null, kind: null, ...what, earlier: { pose, kind, event, earlier } });
  }

  /**
   * Take the last answer back; returns {event, photo} of it. What was said before it stands again; where nothing
   * was, the photo is in front.
   */
  back() {
    const entry = this.answered.at(-1);
    if (!entry) return null;
    const taken = { event: entry.event, photo: entry.card.photo };
    if (entry.earlier) Object.assign(entry, entry.earlier);
    else this.ask(this.answered.pop().card);
    return taken;
  }

  /** Put a photo in front. */
  ask(card) {
    this.ahead = [card, ...this.ahead.filter((one) => one.photo !== card.photo)];
    this.exhausted = false;
  }
}
