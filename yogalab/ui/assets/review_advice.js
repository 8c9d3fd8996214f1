// Whether more labels pay: the lab works it out behind the page, anew after so many of them.

import { ask } from "./core.js";

const EVERY = 25;

export class Advice {
  /** line: where it is written. */
  constructor(server, line) {
    Object.assign(this, { server, line });
    this.saves = 0;
  }

  saved() {
    this.saves += 1;
    if (this.saves % EVERY === 0) this.ask();
  }

  async ask() {
    const found = await ask(this.server, "advice").catch(() => null);
    if (found) this.line.textContent = found.advice;
  }
}
