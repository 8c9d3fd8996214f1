// The photos to review: the one in front and those that come next.

import { ask, newId } from "./asking.js";
import { dayBegan } from "./review_pace.js";

const WANTED = 8;
// Made ready, and about to be seen: a new order begins behind them, and over a slow line there is time to fetch it.
const STEADY = 5;
const MOST_ANSWERED = 64;

/**
 * The cards ahead. The one in front never changes under the coach's fingers; the next five stay where they are, and
 * are only told anew what the lab thinks of them.
 */
export class Cards {
  /** ready: called with the cards ahead, the first one first, whenever others may be among them. */
  constructor(server, sitting, { ready, onChange }) {
    Object.assign(this, { server, sitting, ready, onChange });
    this.ahead = [];
    // What somebody who only looks has gone past, the last one last.
    this.passed = [];
    this.tally = null;
    this.asking = false;
    this.stale = false;
    this.exhausted = false;
    // Whether the lab did not answer when it was asked last.
    this.away = false;
    this.lab = null;
    // This page's name: two windows of one coach are asked about different photos, too.
    this.seat = newId();
    // Others need not wait until what this page has in hand lapses.
    globalThis.window?.addEventListener("pagehide", () => this.leave());
  }

  /** Best effort: where it does not arrive, the lab waits two minutes. */
  leave() {
    if (this.lab) navigator.sendBeacon?.(new URL(`/lab/review/leave?seat=${this.seat}`, document.baseURI));
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
    } catch (error) {
      this.away = true;
      throw error;
    } finally {
      this.asking = false;
    }
  }

  async fetch() {
    const [held, renew] = [this.ahead.slice(0, 1 + STEADY), this.ahead.slice(1, 1 + STEADY)].map(photosOf);
    const { passed } = this;
    const but = [...this.sitting.photos.slice(-MOST_ANSWERED), ...photosOf(this.passed)];
    const found = await ask(this.server, "queue", { but, held, renew, seat: this.seat, since: dayBegan() });
    this.away = false;
    if (passed !== this.passed) {
      // The next round began meanwhile: this answer is about the one before.
      this.stale = true;
      return;
    }
    if (this.lab && this.lab !== found.lab) {
      this.ahead = [];
      this.sitting.forget();
    }
    this.lab = found.lab;
    this.tally = found.tally;
    this.reorder(found, new Set(held));
    this.exhausted = !this.ahead.length;
    this.ready(this.ahead);
    this.onChange();
  }

  reorder({ cards, closed }, held) {
    // Answers given while the request was under way count, too.
    const settled = new Set([...this.sitting.photos, ...photosOf(this.passed), ...closed]);
    const open = new Map(cards.filter((card) => !settled.has(card.photo)).map((card) => [card.photo, card]));
    const { front } = this;
    const steady = this.ahead
      .filter((card) => card === front || (held.has(card.photo) && !settled.has(card.photo)))
      .map((card) => (card === front ? card : (open.get(card.photo) ?? card)));
    for (const photo of photosOf(steady)) open.delete(photo);
    this.ahead = [...steady, ...open.values()].slice(0, WANTED + 1);
  }

  /** The front card was answered: the next one comes at once. */
  answer(entry) {
    this.sitting.add(entry);
    this.ahead = this.ahead.filter((card) => card.photo !== entry.card.photo);
    if (this.ahead.length < 2) this.refresh().catch(() => {});
  }

  /** On to the next photo without an answer; behind the last one lies the first again. */
  pass() {
    if (!this.front) return;
    this.passed.push(this.ahead.shift());
    if (!this.ahead.length) [this.ahead, this.passed] = [this.passed, []];
    if (this.ahead.length < STEADY) this.refresh().catch(() => {});
    this.turned();
  }

  /** Back to the photo before. */
  before() {
    if (this.passed.length) this.ahead.unshift(this.passed.pop());
    this.turned();
  }

  turned() {
    this.ready(this.ahead);
    this.onChange();
  }

  /** Others are to be fetched. front: whether the one in front stays. */
  forget({ front = false } = {}) {
    this.ahead.splice(front ? 1 : 0);
    this.passed = [];
  }

  /** Put a photo in front. */
  ask(card) {
    this.ahead = [card, ...this.ahead.filter((one) => one.photo !== card.photo)];
    this.exhausted = false;
  }
}

const photosOf = (cards) => cards.map((card) => card.photo);
