// The review page: one photo, the poses it may be, one key for the answer.

import { newId } from "./asking.js";
import { ask, changed, h, isShown, onChanged, say, trying, whenShown } from "./core.js";
import { Outbox } from "./review_outbox.js";
import { Cards } from "./review_queue.js";
import { Stage } from "./review_stage.js";
import { answersOf, lastLine, nothingLeft, searchBox, tellingsOf, unsaved } from "./review_parts.js";
import { partsOf } from "./review_body.js";
import { KEYS, help, listen } from "./review_keys.js";
import { signedIn, signInAs } from "./shell.js";

// The lab works its advice out anew after so many labels.
const ADVICE_EVERY = 25;
const MARKS = { skip: " ", not_a_pose: "n", nobody: "x", wrong_skeleton: "b" };

export function mount(root, server) {
  new Review(root, server);
}

class Review {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.bones = localStorage.getItem("yogalab.bones") !== "no";
    this.peek = 0;
    this.shownAt = performance.now();
    this.shownPhoto = null;
    this.saves = 0;
    this.lay();
    this.pictures = new Stage(this.stage);
    this.cards = new Cards(server, {
      ready: (cards) => this.pictures.prepare(cards),
      onChange: () => {
        // Before anything is answered: an answer belongs to the lab whose photo it is about.
        this.outbox.openIn(this.cards.lab);
        this.draw();
      },
    });
    this.outbox = new Outbox(server, {
      onState: (state, n) => this.drawState(state, n),
      onSaved: () => this.saved(),
      onRefused: (entry) => this.refused(entry),
    });
    listen(this);
    whenShown(root, () => {
      this.refresh();
      this.advise();
      // So that Enter and Space answer, rather than press the tab again.
      if (!document.querySelector("dialog[open]")) this.stage.focus({ preventScroll: true });
    });
    // The photo in front stays this page's while somebody looks at it.
    setInterval(() => this.renew(), 60_000);
    document.addEventListener("visibilitychange", () => this.renew());
    window.addEventListener("online", () => this.renew());
    onChanged((what) => {
      if (what === "coach") this.outbox.signedIn();
      if (["photos", "poses", "versions", "coach"].includes(what)) this.startOver();
    });
  }

  lay() {
    this.stage = h("div", { class: "yl-stage", tabindex: -1, "aria-label": say("review.photo") });
    this.why = h("p", { class: "yl-why" });
    this.notes = h("p", { class: "yl-notes" });
    this.side = this.button("review.side", ",", () => this.turn());
    this.parts = h("ul", { class: "yl-votes", "aria-label": say("review.parts") });
    this.tellings = h("p", { class: "yl-tellings", "aria-label": say("telling.label") });
    this.answers = h("ol", { class: "yl-answers" });
    this.last = h("p", { class: "yl-last" });
    this.advice = h("p", { class: "yl-advice" });
    this.state = h("span", { class: "yl-saved", role: "status" });
    this.tally = h("span", { class: "yl-tally" });
    this.search = searchBox(this.server, (pose) => this.answerPose(pose), () => this.stage.focus(), () => (this.card?.people ? this.card.photo : 0));
    const mark = (kind) =>
      this.button(`review.${kind}`, MARKS[kind], () => this.answerMark(kind));
    this.body = h(
      "div",
      { class: "yl-review-body" },
      h("div", { class: "yl-review-photo" }, this.why, this.notes, this.stage, this.parts, this.tellings),
      h(
        "div",
        { class: "yl-review-side" },
        h("h2", {}, say("review.question")),
        this.answers,
        this.search.element,
        h("div", { class: "yl-marks" }, mark("skip"), mark("not_a_pose"), mark("nobody"), mark("wrong_skeleton")),
        this.last,
        this.advice,
      ),
    );
    this.empty = h("div", { class: "yl-empty", hidden: true });
    this.tools = h(
      "div",
      { class: "yl-row" },
      this.side,
      this.button("review.undo", "u", () => this.undo()),
      this.button("review.skeleton", "s", () => this.toggleBones()),
      h("button", { class: "yl-button is-quiet is-help", onclick: help, "aria-label": say("review.help") }, "?"),
    );
    this.bar = h(
      "div",
      { class: "yl-review-bar" },
      this.state,
      this.tally,
      this.tools,
    );
    this.unsaved = h("div", { class: "yl-unsaved", hidden: true });
    this.root.append(this.bar, this.unsaved, this.body, this.empty);
    // After a click the keys must work again at once: a focused button would swallow Enter and Space.
    this.root.addEventListener("click", (event) => {
      if (event.detail > 0) event.target.closest("button")?.blur();
    });
  }

  button(code, key, act) {
    return h(
      "button",
      { class: "yl-button is-quiet", onclick: act, "aria-keyshortcuts": key === " " ? "Space" : key },
      say(code),
      h("kbd", { "aria-hidden": "true" }, KEYS[key] ?? key.toUpperCase()),
    );
  }

  // --- what is in front -----------------------------------------------------------------------

  get entry() {
    return this.peek ? this.cards.answered[this.cards.answered.length - this.peek] : null;
  }

  get card() {
    return this.entry?.card ?? this.cards.front;
  }

  refresh() {
    return this.cards.refresh().catch(() => this.drawState("offline", this.outbox.waiting.length));
  }

  /** Ask anew where somebody can see it; a window behind others hears of every answer, too. */
  renew() {
    if (isShown(this.root) && !document.hidden) this.refresh();
  }

  startOver() {
    this.cards.ahead = [];
    this.peek = 0;
    this.renew();
  }

  // --- answering ------------------------------------------------------------------------------

  choose(place) {
    const pose = this.choices?.[place];
    if (pose) this.answerPose(pose);
  }

  answerPose(pose) {
    const { card } = this;
    if (!card) return;
    const shown = (this.choices ?? []).map(({ id, slug, probability }) => ({ id, slug, probability }));
    this.answer(card, { pose }, "label", { pose: pose.id, shown, ...(pose.side ? { side: pose.side } : {}) });
  }

  /** The pose is done on the other side. */
  turn() {
    if (!this.card || this.side.hidden) return;
    this.turns += 1;
    this.drawAnswers(this.card);
  }

  answerMark(kind) {
    if (this.card) this.answer(this.card, { kind }, "mark", { kind });
  }

  answer(card, what, name, asked) {
    const event = newId();
    const ms = Math.min(Math.round(performance.now() - this.shownAt), 3_600_000);
    this.search.clear();
    if (this.peek) {
      this.cards.correct(this.entry, { ...what, event });
      this.peek -= 1;
    } else {
      this.cards.answer({ card, event, ...what });
    }
    this.draw();
    this.outbox.put(name, { ...asked, photo: card.photo, event, ms }, {
      who: signedIn(),
      what: `${what.pose ? what.pose.name : say(`label.kind.${what.kind}`)} (${card.name})`,
    });
  }

  undo() {
    this.peek = 0;
    const taken = this.cards.back();
    if (taken) this.takeBack(taken.event, taken.photo);
    // One after the other: the second asks for what came before the first.
    else this.undone = Promise.resolve(this.undone).then(() => trying(() => this.undoEarlier()));
  }

  takeBack(target, photo) {
    this.outbox.put("undo", { target, photo, event: newId() }, { who: signedIn(), what: say("label.kind.undo") });
    this.draw();
  }

  /** Nothing is left of what was answered since the page was opened: what came before waits here, or the lab knows it. */
  async undoEarlier() {
    const waiting = this.outbox.latest(signedIn())?.asked;
    const { event, card } = waiting
      ? { event: waiting.event, card: await ask(this.server, "card", { photo: waiting.photo }) }
      : await ask(this.server, "last", { but: this.outbox.undoing });
    this.cards.ask(card);
    this.takeBack(event, card.photo);
  }

  step(by) {
    this.peek = Math.min(Math.max(this.peek + by, 0), this.cards.answered.length);
    this.draw();
  }

  saved() {
    changed("labels");
    this.renew();
    this.saves += 1;
    if (this.saves % ADVICE_EVERY === 0) this.advise();
  }

  /** Whether more labels pay: worked out behind, and shown when it is known. */
  async advise() {
    const found = await ask(this.server, "advice").catch(() => null);
    if (found) this.advice.textContent = found.advice;
  }

  refused({ asked }) {
    this.cards.answered = this.cards.answered.filter((one) => one.event !== asked.event);
    return this.refresh();
  }

  toggleBones() {
    this.bones = !this.bones;
    localStorage.setItem("yogalab.bones", this.bones ? "yes" : "no");
    this.root.classList.toggle("is-boneless", !this.bones);
  }

  // --- drawing --------------------------------------------------------------------------------

  draw() {
    const { card } = this;
    this.body.hidden = !card;
    this.empty.hidden = Boolean(card) || !this.cards.exhausted;
    // Nothing to undo, turn or look at in a lab without photos.
    this.tools.hidden = !card && this.cards.tally?.photos === 0;
    this.root.classList.toggle("is-boneless", !this.bones);
    const { tally } = this.cards;
    if (tally) this.tally.textContent = say("review.tally", tally);
    if (!card) {
      this.side.hidden = true;
      this.shownPhoto = null;
      nothingLeft(this.empty, this.cards.tally);
      return;
    }
    lastLine(this.last, this.entry ?? this.cards.answered.at(-1), this.peek > 0);
    if (card.photo === this.shownPhoto) return;
    this.shownPhoto = card.photo;
    this.shownAt = performance.now();
    this.why.textContent = card.people ? card.reason : say("review.nobody_found");
    this.notes.textContent = card.notes.join(" ");
    this.pictures.show(card);
    this.turns = 0;
    this.drawAnswers(card);
    tellingsOf(this.tellings, card);
    partsOf(this.parts, this.stage, card, this.server, () => this.shownPhoto === card.photo);
  }

  drawAnswers(card) {
    this.choices = answersOf(this.answers, card, (pose) => this.answerPose(pose), this.turns);
    this.side.hidden = !this.choices.some((pose) => pose.sided);
  }

  drawState(state, n) {
    this.state.className = `yl-saved is-${state}`;
    this.state.textContent = say(`review.${state}`, { n });
    // Also called while the outbox is being made.
    if (this.outbox) unsaved(this.unsaved, this.outbox, signInAs);
  }
}
