// The way back through what was answered: to look at it, to change it, to take it back.

import { newId } from "./asking.js";
import { notice, say, trying } from "./core.js";
import { may } from "./role.js";
import { signedIn } from "./shell.js";

// So many answers before the first that the page remembers, earlier ones are fetched.
const NEAR = 8;

export class Back {
  /** page: the review page, with its sitting, its cards and what is in front. */
  constructor(page) {
    this.page = page;
    this.undone = Promise.resolve();
  }

  /** Take back what was said last. One after the other: the second takes what was said before what the first does. */
  undo() {
    this.page.peek = 0;
    const { newest } = this.page.sitting;
    this.undone = this.undone.then(() => trying(() => this.takeBack(newest)));
  }

  async takeBack(newest) {
    const { page } = this;
    const { sitting } = page;
    const taken = sitting.back(newest) ?? ((await sitting.more()) && sitting.back(newest));
    if (!taken) return notice(say("label.nothing_to_undo"));
    const { card, event, open } = taken;
    const undo = newId();
    page.pace.takenBack(event, undo);
    if (open) page.cards.ask(card);
    if (card.flag === event) page.people.undone(card);
    page.draw();
    return page.outbox.put("undo", { target: event, photo: card.photo, event: undo }, { who: signedIn(), what: say("label.kind.undo") });
  }

  /** Look back at what was answered, as far as it goes, and forward again; without answers, from photo to photo. */
  async step(by) {
    const { page } = this;
    if (!may("coach")) return by > 0 ? page.cards.before() : page.cards.pass();
    const { sitting } = page;
    const { entries } = sitting;
    if (page.peek + by > entries.length && !(await trying(() => sitting.more()))) by = 0;
    page.peek = Math.min(Math.max(page.peek + by, 0), entries.length);
    // What lies before is there when it is looked for.
    if (entries.length - page.peek < NEAR) sitting.more().catch(() => {});
    if (page.peek) page.pictures.prepare(entries.slice(-page.peek - 2, -page.peek).map((entry) => entry.card));
    return page.draw();
  }
}
