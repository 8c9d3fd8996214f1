// The review page: one photo, the poses it may be, one key for the answer.

import { newId } from "./asking.js";
import { changed, isShown, notice, onChanged, say, whenShown } from "./core.js";
import { Advice } from "./review_advice.js";
import { Guesses } from "./review_guesses.js";
import { help } from "./review_help.js";
import { keys, listen } from "./review_keys.js";
import { laid } from "./review_layout.js";
import { Outbox } from "./review_outbox.js";
import { Pace } from "./review_pace.js";
import { Cards } from "./review_queue.js";
import { Back } from "./review_back.js";
import { Sitting } from "./review_sitting.js";
import { Stage } from "./review_stage.js";
import { lastLine, nothingLeft, unsaved } from "./review_parts.js";
import { People } from "./review_people.js";
import { drawAnswers, drawThoughts, reveal } from "./review_thoughts.js";
import { feel, waysOf } from "./review_touch.js";
import { Zoom } from "./review_zoom.js";
import { signedIn, signInAs } from "./shell.js";

const AGAIN_AFTER = 3000;

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
    this.pace = new Pace(localStorage);
    this.guesses = new Guesses(server, localStorage);
    Object.assign(this, laid(this));
    this.pictures = new Stage(this.stage);
    this.advices = new Advice(server, this.advice);
    this.zoom = new Zoom(this.stage, (on) => this.larger.setAttribute("aria-pressed", String(on)));
    feel(this.stage, this.zoom, waysOf(this), () => this.toggleZoom());
    this.people = new People(this);
    this.sitting = new Sitting(server, {
      // Once it is known what a restored lab lacks.
      waiting: () => this.outbox.looked.then(() => this.outbox.given(signedIn())),
      undoing: () => this.outbox.undoing,
    });
    this.back = new Back(this);
    this.cards = new Cards(server, this.sitting, {
      ready: (cards) => this.pictures.prepare(cards),
      onChange: () => {
        // Before anything is answered: an answer belongs to the lab whose photo it is about.
        this.outbox.openIn(this.cards.lab);
        this.outbox.tell();
        this.pace.counted(this.cards.tally.seq);
        this.draw();
      },
    });
    this.outbox = new Outbox(server, {
      onState: (state, n) => this.drawState(state, n),
      onSaved: (event, seq) => this.saved(event, seq),
      onRefused: (entry) => this.refused(entry),
    });
    listen(this);
    keys().onChange(() => this.card && drawAnswers(this, this.card));
    whenShown(root, () => {
      this.refresh();
      this.advices.ask();
      this.ownPoses();
      // So that Enter and Space answer, rather than press the tab again.
      if (!document.querySelector("dialog[open]")) this.stage.focus({ preventScroll: true });
    });
    // The photo in front stays this page's while somebody looks at it.
    setInterval(() => {
      this.renew();
      this.outbox.verify();
    }, 60_000);
    document.addEventListener("visibilitychange", () => this.renew());
    window.addEventListener("online", () => this.renew());
    onChanged((what) => {
      if (["coach", "role"].includes(what)) {
        this.outbox.signedIn();
        this.sitting.forget();
        this.cards.forget();
        this.pace.forget();
      }
      if (["poses", "coach"].includes(what)) {
        this.guesses.forget();
        this.ownPoses();
      }
      // A photo that was deleted must not be seen again.
      if (what === "photos") this.pictures.forget();
      if (["photos", "poses", "versions", "coach", "role"].includes(what)) this.startOver();
    });
  }

  // --- what is in front -----------------------------------------------------------------------

  get entry() {
    return this.peek ? this.sitting.entries.at(-this.peek) : null;
  }

  get card() {
    return this.entry?.card ?? this.cards.front;
  }

  /** Whether the page is the one that keys are for. */
  get inFront() {
    return isShown(this.root);
  }

  get hasSides() {
    return Boolean(this.card && this.choices?.some((pose) => pose.sided));
  }

  /** Somebody else is in the photo, and the page can turn to them. */
  get hasOthers() {
    return this.card?.people > 1;
  }

  refresh() {
    clearTimeout(this.again);
    return this.cards.refresh().catch(() => {
      this.drawState("offline", this.outbox.waiting.length);
      this.draw();
      this.again = setTimeout(() => this.renew(), AGAIN_AFTER);
    });
  }

  /** Ask anew where somebody can see it; a window behind others hears of every answer, too. */
  renew() {
    if (isShown(this.root) && !document.hidden) this.refresh();
  }

  startOver() {
    // What somebody looks at stays in front; nobody has looked at the others.
    this.cards.forget({ front: this.inFront });
    if (!this.inFront) this.shownPhoto = null;
    this.peek = 0;
    this.renew();
  }

  // --- answering ------------------------------------------------------------------------------

  /** Whether a guess is shown that can be agreed to. */
  get guessed() {
    return Boolean(this.card?.ranked.length && this.choices?.length && !this.guesses.hides(this.card));
  }

  /** To what is suggested first; where nothing is, the name is asked for: nobody agrees to what they see first. */
  agree() {
    if (this.guessed) this.choose(0);
    else if (this.card) this.search.open("");
  }

  choose(place) {
    const pose = this.choices?.[place];
    if (pose) this.answerPose(pose);
  }

  answerPose(pose) {
    const { card } = this;
    if (!card) return;
    const shown = this.guesses.hides(card) ? [] : (this.choices ?? []).map(({ id, slug, probability }) => ({ id, slug, probability }));
    this.guesses.named(pose);
    this.answer(card, { pose }, "label", { pose: pose.id, shown, ...(pose.side ? { side: pose.side } : {}) });
  }

  /** The photo is about somebody else in it. */
  turnPerson() {
    this.people.turn();
  }

  /** The pose is done on the other side. */
  turn() {
    if (!this.hasSides) return;
    this.turns += 1;
    drawAnswers(this, this.card);
  }

  answerMark(kind) {
    if (kind === "wrong_skeleton") this.people.flag();
    else if (this.card) this.answer(this.card, { kind }, "mark", { kind });
  }

  answer(card, what, name, asked) {
    const event = newId();
    const ms = Math.min(Math.round(performance.now() - this.shownAt), 3_600_000);
    const sample = this.guesses.sampleOf(card);
    this.search.clear();
    if (what.kind !== "skip") this.pace.answered(event);
    if (this.peek) {
      this.sitting.correct(this.entry, { ...what, event });
      this.peek -= 1;
    } else {
      this.cards.answer({ card, event, ...what });
    }
    this.draw();
    this.outbox.put(name, { ...asked, photo: card.photo, person: card.person, event, ms, ...(sample ? { sample } : {}) }, {
      who: signedIn(),
      what: `${what.pose ? what.pose.name : say(`label.kind.${what.kind}`)} (${card.name})`,
    });
  }

  undo() {
    this.back.undo();
  }

  step(by) {
    return this.back.step(by);
  }

  saved(event, seq) {
    this.sitting.saved(event, seq);
    this.pace.saved(event, seq);
    reveal(this, event);
    changed("labels");
    this.renew();
    this.advices.saved();
  }

  refused({ asked }) {
    this.sitting.drop(asked.event);
    this.pace.refused(asked.event);
    return this.refresh();
  }

  toggleBones() {
    this.bones = !this.bones;
    localStorage.setItem("yogalab.bones", this.bones ? "yes" : "no");
    this.drawBones();
  }

  /** Guesses shown, or the coach's own poses instead. */
  toggleGuesses() {
    this.guesses.toggle();
    this.draw();
    if (this.card) drawThoughts(this, this.card);
  }

  ownPoses() {
    this.guesses.fetch().then(() => this.card && this.guesses.hides(this.card) && drawAnswers(this, this.card));
  }

  toggleZoom() {
    if (this.card) this.zoom.toggle(this.card.skeleton);
  }

  help() {
    help();
  }

  /** Why a key does nothing now. */
  tell(code) {
    notice(say(code));
  }

  // --- drawing --------------------------------------------------------------------------------

  draw() {
    const { card } = this;
    this.body.hidden = !card;
    this.empty.hidden = Boolean(card) || !(this.cards.exhausted || this.cards.away);
    // Nothing to undo, turn or look at in a lab without photos.
    this.tools.hidden = !card && this.cards.tally?.photos === 0;
    this.drawBones();
    this.guessing.setAttribute("aria-pressed", String(this.guesses.on));
    this.print.draw(this.cards.tally);
    if (!card) {
      this.side.hidden = this.person.hidden = true;
      this.shownPhoto = null;
      nothingLeft(this.empty, this.cards);
      return;
    }
    lastLine(this.last, this.entry ?? this.sitting.last, this.peek > 0, this.guesses.on);
    if (card.photo === this.shownPhoto) return;
    this.shownPhoto = card.photo;
    this.shownAt = performance.now();
    this.pictures.show(card);
    this.zoom.home(false);
    this.person.hidden = !this.hasOthers;
    this.wrong.setAttribute("aria-pressed", String(Boolean(card.flag)));
    this.turns = 0;
    drawThoughts(this, card);
  }

  drawBones() {
    this.root.classList.toggle("is-boneless", !this.bones);
    this.skeleton.setAttribute("aria-pressed", String(this.bones));
  }

  drawState(state, n) {
    this.state.className = `yl-saved is-${state}`;
    this.state.textContent = state === "offline" && !n ? say("page.no_connection") : say(`review.${state}`, { n });
    // Also called while the outbox is being made.
    if (this.outbox) unsaved(this.unsaved, this.outbox, signInAs);
  }
}
