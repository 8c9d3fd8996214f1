// Whose body is judged: the one drawn in full, another that the coach turns to, or nobody's where the skeleton is wrong.

import { Told, askSoon, newId } from "./asking.js";
import { bones, notice, say } from "./core.js";
import { bodies, nextPerson, personAt } from "./review_bodies.js";
import { may } from "./role.js";
import { signedIn } from "./shell.js";

const WITHIN = 10_000;
// Farther, it was no tap.
const STILL = 8;

/** Why a photo is asked; that holds for whom it was asked about. */
const whyOf = (card) => card.why ?? { person: card.person, reason: card.reason };

export class People {
  constructor(page) {
    this.page = page;
    this.turning = Promise.resolve();
    this.feel(page.stage);
  }

  /** Turn to another person, the next one unless told which. One after the other: the second goes on from the first. */
  turn(wanted) {
    if (!may("coach")) return;
    this.turning = this.turning.then(() => {
      const { card } = this.page;
      const person = card && (wanted ?? nextPerson(card));
      if (!card || person === null || (person === card.person && card.skeleton)) return undefined;
      return this.judge(card, { person }, () => notice(say("review.no_turning"), "trouble"));
    });
  }

  /** The skeleton in front is wrong; said again, it is not. The photo stays where it is. */
  flag() {
    const { page } = this;
    const { card } = page;
    if (!card) return;
    if (card.flag) {
      page.sitting.drop(card.flag);
      this.takeBack(card, card.flag);
    } else if (card.skeleton) this.setAside(card);
    else page.tell("review.no_skeleton");
  }

  setAside(card) {
    const { page } = this;
    const event = newId();
    const kind = "wrong_skeleton";
    const all = bodies(card);
    const flagged = {
      ...card,
      ...{ why: whyOf(card), reason: "", notes: [say(page.guesses.hides(card) ? "review.alone" : "review.alone_waits")] },
      ...{ alone: true, flag: event, skeleton: null, others: all.map(({ points }) => points), whose: all.map(({ person }) => person) },
      ...{ ranked: [], parts: undefined, tellings: { fits: [], strays: [] } },
    };
    // Of a photo that was answered before the answer stands, and is what is told of it.
    if (page.entry) page.sitting.correct(page.entry, { pose: page.entry.pose, kind: page.entry.kind, event });
    else page.sitting.add({ card, event, kind });
    this.replace(card, flagged);
    this.put("mark", { kind, person: card.person, photo: card.photo, event }, card);
    this.later(flagged, { person: card.person, alone: true });
  }

  takeBack(card, target) {
    this.put("undo", { target, photo: card.photo, event: newId() }, card);
    this.undone(card);
  }

  /** That the skeleton is wrong was taken back. */
  undone(card) {
    const open = { ...card, flag: null };
    this.replace(card, open);
    this.later(open, { person: card.person, alone: false });
  }

  put(name, asked, card) {
    this.page.outbox.put(name, asked, { who: signedIn(), what: `${say(`label.kind.${asked.kind ?? name}`)} (${card.name})` });
  }

  /** Without the lab, what was shown stays: the coach names the photo by searching. */
  later(card, how) {
    this.turning = this.turning.then(() => this.judge(card, how, () => {}));
  }

  /** Ask what the lab makes of a photo judged so, and show that. */
  async judge(card, how, away) {
    try {
      const asked = { photo: card.photo, person: card.person, sample: card.sample, ...how };
      const turned = await askSoon(this.page.server, "turn", asked, WITHIN);
      // What was said of the skeleton here may not have arrived there yet.
      const flag = how.alone === undefined ? turned.flag : card.flag;
      const why = whyOf(card);
      const reason = turned.person === why.person && !turned.alone ? why.reason : "";
      // What another coach said stays hidden where it was.
      this.replace(card, { ...turned, why, reason, flag, sample: card.sample, label: card.label && turned.label });
    } catch (error) {
      if (error instanceof Told) notice(error.message, "trouble");
      else away();
    }
  }

  /** Another card for the same photo, wherever it lies. */
  replace(card, other) {
    const { page } = this;
    const shown = page.card === card;
    const { ahead } = page.cards;
    if (ahead.includes(card)) ahead[ahead.indexOf(card)] = other;
    for (const entry of page.sitting.entries) if (entry.card === card) entry.card = other;
    if (!shown) return;
    // It is still the same photo that the coach looks at, and has been since.
    const { shownAt } = page;
    page.shownPhoto = null;
    page.draw();
    page.shownAt = shownAt;
  }

  /** A finger or a mouse on a faint skeleton chooses it. */
  feel(stage) {
    let from = [0, 0];
    stage.addEventListener("pointerdown", ({ clientX, clientY }) => (from = [clientX, clientY]), true);
    stage.addEventListener("click", ({ clientX: x, clientY: y }) => {
      const { card, bones: drawn } = this.page;
      const image = stage.querySelector("img");
      if (!card || !drawn || !image || Math.hypot(x - from[0], y - from[1]) > STILL) return;
      const { left, top, width, height } = image.getBoundingClientRect();
      const person = personAt(card, bones, [x - left, y - top], [width, height]);
      if (person !== null && (person !== card.person || !card.skeleton)) this.turn(person);
    });
  }
}
