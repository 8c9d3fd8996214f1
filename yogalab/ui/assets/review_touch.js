// Fingers on the photo: swipes that answer, two fingers that bring it nearer, one that moves it then; a mouse moves it, too.

import { h, say } from "./core.js";
import { TAP, far, swipeOf } from "./review_swipe.js";
import { may } from "./role.js";

// Swipes from the window's edge belong to the browser: they turn its pages.
const EDGE = 22;
const TWICE = 320;

/**
 * Let fingers do what keys do. ways: {right, left, up}, each () => {words, go}, or null where there is nothing to do, and
 * without `go` where the words are all there is;
 * twice: what a double tap does. zoom: the stage's Zoom.
 */
export function feel(stage, zoom, ways, twice) {
  const down = new Map();
  let gesture = null;
  // Whether what is going on may be a tap.
  let still = true;
  let tapped = { at: -Infinity, x: 0, y: 0 };

  const begin = (event) => {
    const { clientX: x, clientY: y, pointerId: id, pointerType: kind } = event;
    if (event.button !== 0 || (kind === "mouse" && !zoom.on)) return;
    down.set(id, { x, y, from: { x, y } });
    // A finger that leaves the photo is still this gesture's.
    stage.setPointerCapture(id);
    still = down.size === 1;
    gesture?.end();
    gesture = still && !zoom.on && x > EDGE && x < window.innerWidth - EDGE ? new Swipe(stage, ways, x, y) : null;
  };

  const move = (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY, from: before.from };
    still &&= far(now, now.from) <= TAP;
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    down.set(event.pointerId, now);
    if (other) {
      // The point between the fingers stays between them.
      const middle = { clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 };
      zoom.by(far(now, other) / Math.max(far(before, other), 1), middle);
      zoom.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (gesture) gesture.move(now.x, now.y);
    else if (zoom.on) zoom.move(now.x - before.x, now.y - before.y);
  };

  const end = (event) => {
    if (!down.delete(event.pointerId)) return;
    const way = gesture?.end();
    gesture = null;
    if (event.type === "pointercancel") return;
    if (way) way.go();
    else if (still && event.pointerType !== "mouse") tap(event);
  };

  function tap({ clientX: x, clientY: y, timeStamp: at }) {
    const again = at - tapped.at < TWICE && far({ x, y }, tapped) < 2 * TAP;
    tapped = { at: again ? -Infinity : at, x, y };
    if (again) twice();
  }

  stage.addEventListener("pointerdown", begin);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
}

/** What a finger's way over the photo leads to on the review page, in words and in deed. */
export function waysOf(page) {
  const answering = {
    // Only a guess is agreed to without looking for its number.
    right: () => (page.guessed ? { words: page.choices[0].name, go: () => page.choose(0) } : page.card && { words: say("review.no_guess") }),
    left: () => page.card && { words: say("review.skip"), go: () => page.answerMark("skip") },
    up: () => ({ words: say("review.undo"), go: () => page.undo() }),
  };
  const looking = {
    right: () => page.card && { words: say("photos.previous"), go: () => page.step(1) },
    left: () => page.card && { words: say("photos.next"), go: () => page.step(-1) },
    up: () => null,
  };
  const way = (name) => () => (may("coach") ? answering : looking)[name]();
  return { right: way("right"), left: way("left"), up: way("up") };
}

/** One finger's way over the photo, and what letting go would do, told while it moves. */
class Swipe {
  constructor(stage, ways, x, y) {
    Object.assign(this, { stage, ways, x, y, ready: null });
  }

  move(x, y) {
    const [dx, dy] = [x - this.x, y - this.y];
    const { width, height } = this.stage.getBoundingClientRect();
    const { way, share } = swipeOf(dx, dy, width, height);
    const does = way && this.ways[way]();
    this.ready = does?.go && share >= 1 ? does : null;
    this.tell(way, does, share, dx, dy);
  }

  tell(way, does, share, dx, dy) {
    const { stage } = this;
    stage.classList.toggle("is-swiped", Boolean(does));
    if (!does) {
      this.hint?.remove();
      this.hint = null;
      return;
    }
    stage.style.setProperty("--swipe-x", way === "up" ? "0px" : `${dx / 3}px`);
    stage.style.setProperty("--swipe-y", way === "up" ? `${dy / 3}px` : "0px");
    this.hint ??= stage.appendChild(h("div", { class: "yl-swipe", "aria-hidden": "true" }));
    this.hint.className = `yl-swipe is-${way}${this.ready ? " is-ready" : ""}`;
    this.hint.style.setProperty("--share", Math.min(share, 1));
    this.hint.replaceChildren(h("b", {}, does.words), does.go ? h("span", {}, say(this.ready ? "review.let_go" : "review.further")) : "");
  }

  /** The finger is gone: what it asked for, or null. */
  end() {
    this.hint?.remove();
    this.stage.classList.remove("is-swiped");
    return this.ready;
  }
}
