// Answers on their way to the lab: in order, under the name of who gave them, none lost and none doubled.

import { Told, askSoon, heard } from "./asking.js";
import { Kept } from "./review_kept.js";
import { SavedAnswers } from "./review_saved.js";

const AGAIN_AFTER = [1000, 2000, 5000, 10000];
// The lab has trouble that passes; it is nothing about this answer.
const PASSES = /^(keeping\.|people\.password_needed)/;
// An undo has nothing left to do: its answer, or the whole photo, is gone.
const UNDONE = /^(label\.nothing_to_undo|photo\.not_found)$/;
const MOST_TRIES = 5;
const MOST_REFUSED = 50;
const AT_ONCE = 50;
const WITHIN = 15_000;
const LATE = 3000;

/**
 * An answer is {name, asked, who, what, lab}, with `told` once it is given up and `saved` (as which number) once the
 * lab has it. One window sends at a time, all windows' answers. What is sent twice is kept once.
 */
export class Outbox {
  /** now: as of `SavedAnswers`. */
  constructor(server, { onState, onSaved, onRefused, now = () => performance.now() }) {
    Object.assign(this, { server, onState, onSaved, onRefused });
    this.tries = 0;
    // How often the server fell over the one in front; a silent network never saw it.
    this.falls = 0;
    this.sending = this.late = false;
    this.others = new Set();
    this.lab = remembered();
    // Another lab answers at this address than the one these answers are of.
    this.shut = false;
    // Whether this page has asked what the lab may have lost.
    this.asked = false;
    this.looked = Promise.resolve();
    this.wake = null;
    this.kept = new Kept((one) => {
      if (one?.saved) this.onSaved(one.asked.event, one.saved.seq);
      this.tell();
    });
    this.took = new SavedAnswers(server, this.kept, now);
    window.addEventListener("online", () => this.hurry());
    if (this.waiting.length) this.send();
  }

  // --- what there is --------------------------------------------------------------------------

  /** Answers given in another lab at this address wait until that is open again. */
  get mine() {
    return this.kept.all.map(([, one]) => one).filter((one) => !one.lab || !this.lab || one.lab === this.lab);
  }

  get waiting() {
    return this.mine.filter((one) => !one.told && !one.saved);
  }

  get refused() {
    return this.mine.filter((one) => one.told);
  }

  /** Answers of coaches who are not signed in here now. */
  get held() {
    return this.waiting.filter((one) => this.others.has(one.who));
  }

  /** The answers whose undo is on its way. */
  get undoing() {
    return this.waiting.filter((one) => one.name === "undo").map((one) => one.asked.target);
  }

  /** A coach's answers that wait and are not about to be taken back, the newest first. */
  given(who) {
    const { undoing } = this;
    const mine = this.waiting.filter((one) => one.name !== "undo" && one.who === who && !undoing.includes(one.asked.event));
    return mine.map(({ asked: { event, photo, pose, kind } }) => ({ event, photo, pose, kind })).reverse();
  }

  next() {
    const ready = ([, one]) => !one.told && !one.saved && (!one.lab || one.lab === this.lab) && !this.others.has(one.who);
    return this.kept.all.filter(ready).slice(0, AT_ONCE);
  }

  // --- what coaches do ------------------------------------------------------------------------

  put(name, asked, { who, what }) {
    this.kept.add({ name, asked, who, what, lab: this.lab });
    this.send();
  }

  /** The page knows which lab it is in: what waits goes, and what was saved of late is looked for. */
  openIn(lab) {
    if (this.lab === lab && this.asked) return;
    this.asked = true;
    this.lab = lab;
    this.shut = false;
    remember(lab);
    this.looked = this.verify();
    this.send();
  }

  /** Somebody else signed in: their answers may go now. */
  signedIn() {
    this.others.clear();
    this.send();
  }

  /** Try what was given up once more. */
  again() {
    this.change((one) => one.told && { ...one, told: undefined });
    this.send();
  }

  /** The coach has read what could not be saved. */
  putAway() {
    for (const [key, one] of this.kept.all) if (one.told) this.kept.remove(key);
    this.tell();
  }

  // --- sending --------------------------------------------------------------------------------

  async send() {
    this.tell();
    if (this.sending || this.shut || !this.lab) return;
    this.sending = true;
    // Another window is at it, and gets nowhere either.
    const late = setTimeout(() => ((this.late = true), this.tell()), LATE);
    try {
      await alone(() => {
        clearTimeout(late);
        this.late = false;
        return this.deliver();
      });
    } finally {
      this.sending = false;
      this.tell();
    }
    // What was put while the lock was given back.
    if (!this.shut && this.next().length) this.send();
  }

  async deliver() {
    for (let some = this.next(); some.length && !this.shut; some = this.next()) {
      try {
        const entries = some.map(([, { name, asked, who }]) => ({ ...asked, name, coach: who }));
        const after = this.took.before(some[0][0], this.lab)?.asked.event;
        const { results } = await askSoon(this.server, "answers", { lab: this.lab, entries, after }, WITHIN);
        if (!results.length) throw new Error("no results");
        for (const [place, result] of results.entries()) await this.heard(some[place], result);
      } catch (error) {
        this.shut = error instanceof Told && error.code === "label.other_lab";
        // What the lab lost comes first: an answer given later must not be overtaken by the one it corrects.
        const found = error instanceof Told && error.code === "label.behind" && (await this.verify());
        if (!this.shut && !found) await this.pause();
      }
    }
  }

  async heard([key, one], result) {
    try {
      this.saved(key, one, heard(result));
    } catch (error) {
      const code = error instanceof Told ? error.code : "";
      if (code === "label.other_coach") {
        this.others.add(one.who);
      } else if ((one.name === "undo" && UNDONE.test(code)) || (one.again && code === "photo.not_found")) {
        // Deleted since it was saved.
        this.gone(key);
        this.onSaved(one.asked.event);
      } else if (code && !PASSES.test(code) && (code !== "error" || (this.falls += 1) >= MOST_TRIES)) {
        // The server has understood and said no, or fails at this one: the others go on.
        this.giveUp(key, one, error.message);
      } else {
        await this.pause();
      }
    }
  }

  saved(key, one, { seq }) {
    this.tries = this.falls = 0;
    this.kept.put(key, { ...one, saved: { seq } });
    this.took.forget();
    this.onSaved(one.asked.event, seq);
  }

  giveUp(key, one, told) {
    this.tries = this.falls = 0;
    this.kept.put(key, { ...one, told });
    const refused = this.kept.all.filter(([, other]) => other.told);
    for (const [old] of refused.slice(0, -MOST_REFUSED)) this.kept.remove(old);
    this.onRefused({ ...one, told });
  }

  gone(key) {
    this.tries = this.falls = 0;
    this.kept.remove(key);
  }

  pause() {
    const pause = AGAIN_AFTER[Math.min(this.tries, AGAIN_AFTER.length - 1)];
    this.tries += 1;
    this.tell();
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, pause);
    });
  }

  /** The network is back: no need to wait for the next try. */
  hurry() {
    this.wake?.();
    this.verify();
    this.send();
  }

  // --- what the lab has, and may have lost ----------------------------------------------------

  /** Ask whether the lab still has what it took of late; what it lacks goes once more, in its old place: true. */
  async verify() {
    try {
      const missing = await this.took.missing(this.lab);
      if (!missing) return false;
      this.change((one) => one.saved && missing.has(one.asked.event) && { ...one, saved: undefined, again: true });
      this.send();
      return true;
    } catch {
      // Asked again when the lab answers again.
      return false;
    }
  }

  change(become) {
    for (const [key, one] of this.kept.all) {
      const other = become(one);
      if (other) this.kept.put(key, other);
    }
  }

  tell() {
    const [waiting, held] = [this.waiting.length, this.held.length];
    if (waiting > held) this.onState(this.tries || this.late ? "offline" : "saving", waiting);
    else this.onState(held ? "held" : "saved", held);
  }
}

const LAB = "yogalab.lab";

function remembered() {
  try {
    return localStorage.getItem(LAB);
  } catch {
    return null;
  }
}

function remember(lab) {
  try {
    localStorage.setItem(LAB, lab);
  } catch {
    // Asked for anew by every page.
  }
}

/** Work while no other window does; where pages cannot agree on that, at once: what comes twice is kept once. */
function alone(work) {
  return navigator.locks ? navigator.locks.request("yogalab.outbox", work) : work();
}
