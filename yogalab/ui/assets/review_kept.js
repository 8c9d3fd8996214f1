// Answers in the browser's storage: each under a number of its own, so that two windows never overwrite each other.

const PREFIX = "yogalab.answer.";
// Lists that an earlier YogaLab left behind.
const LISTS = "yogalab.labels.waiting";
const DIGITS = 12;

/**
 * The answers of all windows at this address, in the order in which they were given. A number is one more than the
 * largest there is: no clock decides what came first, because clocks are set back. Where there is no room, or no
 * storage as in some private windows, an answer is kept in this window alone.
 */
export class Kept {
  constructor(onChange) {
    this.window = Math.random().toString(36).slice(2, 10);
    this.last = 0;
    this.answers = new Map();
    this.ordered = null;
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) this.read(key, localStorage.getItem(key));
    } catch {
      // No storage at all.
    }
    this.adopt();
    window.addEventListener("storage", ({ key, newValue }) => {
      if (!key?.startsWith(PREFIX)) return;
      this.read(key, newValue);
      onChange(this.answers.get(key));
    });
  }

  /** [key, answer], oldest first. Read many times between two changes, while a coach waits for the next photo. */
  get all() {
    this.ordered ??= [...this.answers].sort(([one], [other]) => (one < other ? -1 : 1));
    return this.ordered;
  }

  add(answer) {
    this.last += 1;
    this.put(`${PREFIX}${String(this.last).padStart(DIGITS, "0")}.${this.window}`, answer);
  }

  put(key, answer) {
    this.answers.set(key, answer);
    this.ordered = null;
    try {
      localStorage.setItem(key, JSON.stringify(answer));
    } catch {
      // Full, or none: in this window it is kept as long as it is open.
    }
  }

  remove(key) {
    this.answers.delete(key);
    this.ordered = null;
    try {
      localStorage.removeItem(key);
    } catch {
      // It was never there.
    }
  }

  read(key, written) {
    const number = Number(key.slice(PREFIX.length, PREFIX.length + DIGITS));
    if (number > this.last) this.last = number;
    const answer = parsed(written);
    this.ordered = null;
    if (answer?.asked?.event) this.answers.set(key, answer);
    else this.answers.delete(key);
  }

  adopt() {
    try {
      for (const key of Object.keys(localStorage).filter((one) => one.startsWith(LISTS)).sort()) {
        for (const answer of parsed(localStorage.getItem(key)) ?? []) if (answer?.asked?.event) this.add(answer);
        localStorage.removeItem(key);
      }
    } catch {
      // No storage at all.
    }
  }
}

function parsed(written) {
  try {
    return JSON.parse(written);
  } catch {
    return null;
  }
}
