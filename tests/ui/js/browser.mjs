// The little of a browser that the outbox needs: storage that windows share, the network's events, locks; and a lab.

import { mock } from "node:test";

/** Storage as a browser's; `full` lets every write fail. */
class Storage {
  constructor() {
    Object.defineProperty(this, "full", { value: false, writable: true, enumerable: false });
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    if (this.full) throw new Error("QuotaExceededError");
    this[key] = String(value);
  }
  removeItem(key) {
    delete this[key];
  }
}

export function browser() {
  const heard = {};
  globalThis.localStorage = new Storage();
  let before = Promise.resolve();
  const request = (name, work) => (before = before.then(work, work));
  Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });
  globalThis.window = {
    addEventListener: (name, act) => (heard[name] ??= []).push(act),
  };
  return {
    /** An event of the browser's: "online", or "storage" with what another window wrote. */
    tell: (name, event = {}) => (heard[name] ?? []).forEach((act) => act(event)),
    /** The tab is closed and opened again: nothing of it is heard any more. */
    reload: () => {
      Object.keys(heard).forEach((name) => delete heard[name]);
      before = Promise.resolve();
    },
  };
}

/** A lab that keeps what it is sent, as the real one does, and has the troubles that it is given. */
export class Lab {
  constructor(mark = "lab-1") {
    Object.assign(this, { mark, kept: [], seq: 0, calls: 0, trouble: null, refuses: {} });
  }
  async answers({ lab, entries, after }) {
    this.calls += 1;
    const trouble = this.trouble?.(entries);
    if (trouble === "cut before") throw new Error("network");
    if (lab !== this.mark) return { error: "Another lab.", code: "label.other_lab" };
    if (after && !this.events.includes(after)) return { error: "Restored.", code: "label.behind" };
    const results = [];
    for (const entry of entries) {
      results.push(this.keep(entry));
      if (results.at(-1).error) break;
    }
    if (trouble === "cut after") throw new Error("network");
    if (trouble === "silent") return new Promise(() => {});
    return { ok: { results } };
  }
  keep(entry) {
    const code = this.refuses[entry.event];
    if (code) return { error: `Not this one (${code}).`, code };
    const known = this.kept.find((one) => one.event === entry.event);
    if (!known) this.kept.push({ ...entry, seq: (this.seq += 1) });
    return { ok: { event: entry.event, seq: known?.seq ?? this.seq, again: Boolean(known) } };
  }
  async missing({ events }) {
    return { ok: { events: events.filter((event) => !this.kept.some((one) => one.event === event)) } };
  }
  get events() {
    return this.kept.map((one) => one.event);
  }
}

/** Let everything that is due happen, and `ms` of pauses pass. */
export async function pass(ms = 0) {
  for (let step = 0; step < 20; step += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    if (ms) mock.timers.tick(ms / 20);
  }
  await new Promise((resolve) => setImmediate(resolve));
}
