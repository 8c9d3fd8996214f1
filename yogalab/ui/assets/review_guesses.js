// Whether guesses are shown. Where they are not, the poses that the coach names most are at hand instead.

import { ask } from "./asking.js";

const STORED = "yogalab.suggestions";
// As many as there are number keys.
const MOST = 9;

export class Guesses {
  constructor(server, storage) {
    Object.assign(this, { server, storage });
    this.on = true;
    try {
      this.on = storage.getItem(STORED) !== "off";
    } catch {
      // Without storage they begin with being shown.
    }
    this.forget();
  }

  toggle() {
    this.on = !this.on;
    try {
      this.storage.setItem(STORED, this.on ? "on" : "off");
    } catch {
      // It holds as long as the page.
    }
  }

  /** Whether what the lab guesses of a photo is not to be seen before it is answered. */
  hides(card) {
    return !this.on || card.sample === "hidden";
  }

  /** In which sample of photos an answer counts: of those who want no guesses at all, in none. */
  sampleOf(card) {
    return (this.on && card.sample) || null;
  }

  /** Another coach, or other poses: what was asked for before is not theirs. */
  forget() {
    this.own = [];
    this.fetching = null;
  }

  /** The coach's own poses, once; from then on each keeps its number, as long as the page is open. */
  fetch() {
    if (!this.fetching) {
      const mine = (this.fetching = ask(this.server, "own").then(
        ({ poses }) => {
          if (mine !== this.fetching) return;
          const named = this.own;
          this.own = poses;
          for (const pose of named) this.named(pose);
        },
        // Asked again when the page is looked at again.
        () => mine === this.fetching && (this.fetching = null),
      ));
    }
    return this.fetching;
  }

  /** The coach has named a pose: while there is room, it is at hand from now on, behind the others. */
  named({ id, slug, name, sanskrit, sided }) {
    if (this.own.length < MOST && !this.own.some((one) => one.id === id)) this.own = [...this.own, { id, slug, name, sanskrit, sided }];
  }
}
