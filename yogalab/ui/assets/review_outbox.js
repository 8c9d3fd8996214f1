// Labels on their way to the lab: in order, under the name of who gave them, none lost and none in the others' way.

import { Told, ask } from "./core.js";

const KEPT = "yogalab.labels.waiting";
const AGAIN_AFTER = [1000, 2000, 5000, 10000];
// The lab has trouble that passes; it is nothing about this label.
const PASSES = /^(keeping\.|people\.password_needed)/;
const MOST_TRIES = 5;
const MOST_REFUSED = 50;

/**
 * Labels not yet acknowledged, oldest first, kept across reloads. One is sent at a time: undo must follow its label.
 * An entry is {name, asked, who, what}, with `told` once it is given up. Each window keeps its own list, so that two never
 * overwrite each other. A list found at the start is taken over even if its window still lives: an event that is
 * sent twice is kept once.
 */
export class Outbox {
  constructor(server, { onState, onSaved, onRefused }) {
    this.server = server;
    this.key = `${KEPT}.${Date.now()}.${Math.random().toString(36).slice(2)}`;
    this.entries = this.adopted();
    this.tries = 0;
    // How often the server fell over the one in front; a silent network never saw it.
    this.falls = 0;
    this.sending = false;
    this.others = new Set();
    Object.assign(this, { onState, onSaved, onRefused });
    window.addEventListener("online", () => this.send());
    if (this.waiting.length) this.send();
  }

  get waiting() {
    return this.entries.filter((one) => !one.told);
  }

  get refused() {
    return this.entries.filter((one) => one.told);
  }

  /** Answers of coaches who are not signed in here now. */
  get held() {
    return this.waiting.filter((one) => this.others.has(one.who));
  }

  get next() {
    return this.waiting.find((one) => !this.others.has(one.who));
  }

  /** What earlier windows left, in the order of their starts. It is kept here before it is removed there. */
  adopted() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEPT)).sort();
      const found = new Map();
      for (const one of keys.flatMap(listAt)) if (!found.has(one.asked.event)) found.set(one.asked.event, one);
      const entries = [...found.values()];
      if (entries.length) localStorage.setItem(this.key, JSON.stringify(entries));
      for (const key of keys) localStorage.removeItem(key);
      return entries;
    } catch {
      return [];
    }
  }

  keep() {
    try {
      if (this.entries.length) localStorage.setItem(this.key, JSON.stringify(this.entries));
      else localStorage.removeItem(this.key);
    } catch {
      // Private windows may have no storage: the labels then wait in memory alone.
    }
  }

  put(name, asked, { who, what }) {
    this.entries.push({ name, asked, who, what });
    this.keep();
    this.send();
  }

  /** Somebody else signed in: their answers may go now. */
  signedIn() {
    this.others.clear();
    this.send();
  }

  /** Try what was given up once more. */
  again() {
    for (const one of this.refused) delete one.told;
    this.keep();
    this.send();
  }

  /** The coach has read what could not be saved. */
  putAway() {
    this.entries = this.waiting;
    this.keep();
    this.onState(this.held.length ? "held" : "saved", this.held.length);
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    for (let entry = this.next; entry; entry = this.next) {
      this.onState(this.tries ? "offline" : "saving", this.waiting.length);
      try {
        const saved = await ask(this.server, entry.name, { ...entry.asked, coach: entry.who });
        this.gone(entry);
        this.onSaved(entry.name, entry.asked, saved);
      } catch (error) {
        await this.failed(entry, error);
      }
    }
    this.sending = false;
    this.onState(this.held.length ? "held" : "saved", this.held.length);
  }

  async failed(entry, error) {
    const code = error instanceof Told ? error.code : "";
    if (code === "label.other_coach") {
      this.others.add(entry.who);
    } else if (entry.name === "undo" && code === "label.nothing_to_undo") {
      // What it takes back never arrived, or is taken back already.
      this.gone(entry);
      this.onSaved(entry.name, entry.asked);
    } else if (code && !PASSES.test(code) && (code !== "error" || (this.falls += 1) >= MOST_TRIES)) {
      // The server has understood and said no, or fails at this one: the others go on.
      this.giveUp(entry, error.message);
    } else {
      const pause = AGAIN_AFTER[Math.min(this.tries, AGAIN_AFTER.length - 1)];
      this.tries += 1;
      this.onState("offline", this.waiting.length);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  giveUp(entry, told) {
    this.tries = this.falls = 0;
    entry.told = told;
    for (const old of this.refused.slice(0, -MOST_REFUSED)) this.entries.splice(this.entries.indexOf(old), 1);
    this.keep();
    this.onRefused(entry);
  }

  gone(entry) {
    this.tries = this.falls = 0;
    this.entries = this.entries.filter((one) => one !== entry);
    this.keep();
  }
}

function listAt(key) {
  try {
    return JSON.parse(localStorage.getItem(key)).filter((one) => one.asked?.event);
  } catch {
    return [];
  }
}
