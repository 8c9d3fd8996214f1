// The photos to review and the labels on their way: optimistic, in order, nothing lost when the network is.

import { Told, ask } from "./core.js";

const KEPT = "yogalab.labels.waiting";
const AGAIN_AFTER = [1000, 2000, 5000, 10000];
const WANTED = 8;

/** Labels not yet acknowledged, oldest first, kept across reloads. One is sent at a time: undo must follow its label. */
export class Outbox {
  constructor(server, { onState, onSaved, onRefused }) {
    this.server = server;
    this.waiting = this.read();
    this.tries = 0;
    this.sending = false;
    Object.assign(this, { onState, onSaved, onRefused });
    window.addEventListener("online", () => this.send());
    if (this.waiting.length) this.send();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(KEPT)) ?? [];
    } catch {
      return [];
    }
  }

  keep() {
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.waiting));
    } catch {
      // Private windows may have no storage: the labels then wait in memory alone.
    }
  }

  put(name, asked) {
    this.waiting.push({ name, asked });
    this.keep();
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    while (this.waiting.length) {
      this.onState(this.tries ? "offline" : "saving", this.waiting.length);
      const { name, asked } = this.waiting[0];
      try {
        const saved = await ask(this.server, name, asked);
        this.done();
        this.onSaved(name, asked, saved);
      } catch (error) {
        if (error instanceof Told && error.code !== "error" && error.code !== "keeping.database_busy") {
          // The server has understood and said no: sending it again would not change that.
          this.done();
          this.onRefused(name, asked, error);
        } else {
          const pause = AGAIN_AFTER[Math.min(this.tries, AGAIN_AFTER.length - 1)];
          this.tries += 1;
          this.onState("offline", this.waiting.length);
          await new Promise((resolve) => setTimeout(resolve, pause));
        }
      }
    }
    this.sending = false;
    this.onState("saved", 0);
  }

  done() {
    this.tries = 0;
    this.waiting.shift();
    this.keep();
  }
}

/** The cards ahead, and those already answered. The one in front never changes under the coach's fingers. */
export class Cards {
  constructor(server, onChange) {
    this.server = server;
    this.onChange = onChange;
    this.ahead = [];
    this.answered = [];
    this.tally = null;
    this.asking = false;
    this.stale = false;
    this.exhausted = false;
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
    if (front) but.push(front.photo);
    const { cards, tally } = await ask(this.server, "queue", { but });
    // Answers given while the request was under way count, too.
    for (const one of this.answered) settled.add(one.card.photo);
    const keep = this.front;
    const fresh = cards.filter((card) => !settled.has(card.photo) && card.photo !== keep?.photo);
    this.ahead = [...(keep ? [keep] : []), ...fresh].slice(0, WANTED + 1);
    this.tally = tally;
    this.exhausted = !this.ahead.length;
    for (const card of this.ahead.slice(0, 6)) prefetch(card);
    this.onChange();
  }

  /** The front card was answered: the next one comes at once. */
  answer(entry) {
    this.answered.push(entry);
    if (this.answered.length > 200) this.answered.shift();
    this.ahead = this.ahead.filter((card) => card.photo !== entry.card.photo);
    if (this.ahead.length < 2) this.refresh().catch(() => {});
  }

  /** Take the last answer back: its photo is in front again. */
  back() {
    const entry = this.answered.pop();
    if (!entry) return null;
    this.ahead = [entry.card, ...this.ahead.filter((card) => card.photo !== entry.card.photo)];
    this.exhausted = false;
    return entry;
  }
}

const fetched = new Map();

/** Decode ahead, so that the next photo is there when its key is pressed. */
export function prefetch(card) {
  if (fetched.has(card.photo)) return;
  const image = new Image();
  image.src = photoUrl(card.photo);
  image.decode?.().catch(() => {});
  fetched.set(card.photo, image);
  if (fetched.size > 24) fetched.delete(fetched.keys().next().value);
}

export const photoUrl = (photo, edge) => `/photo/${photo}${edge ? `?edge=${edge}` : ""}`;
