// The review page's keys: one table of what can be done, and one listener on the document. Help, hints and the choosing
// of other keys are drawn from the same table. Loads nothing that asks a lab, so that node can test it.

import { may } from "./role.js";

/**
 * Everything a key does. needs: the role it takes; looks: its words for who only looks; key: where it begins; also: further keys, which give way to a coach's choice; fixed: cannot be
 * chosen otherwise; runs: a held key does it again and again; can: whether it can be done now, and else `cannot` says why
 * not, or the key is left to the browser where there is nothing to say.
 */
export const ACTIONS = [
  { name: "number", needs: "coach", key: "123456789", fixed: true, says: "review.key.number", act: (page, key) => page.choose(Number(key) - 1) },
  { name: "first", needs: "coach", key: "Enter", says: "review.key.enter", act: (page) => page.agree() },
  { name: "search", needs: "coach", key: "/", says: "review.key.search", act: (page, key, typed = "") => page.search.open(typed), can: (page) => page.card },
  { name: "skip", needs: "coach", key: " ", says: "review.key.skip", act: (page) => page.answerMark("skip") },
  { name: "not_a_pose", needs: "coach", key: "n", says: "review.key.not_a_pose", act: (page) => page.answerMark("not_a_pose") },
  { name: "nobody", needs: "coach", key: "x", says: "review.key.nobody", act: (page) => page.answerMark("nobody") },
  { name: "wrong_skeleton", needs: "coach", key: "b", says: "review.key.wrong_skeleton", act: (page) => page.answerMark("wrong_skeleton") },
  { name: "person", needs: "coach", key: "p", says: "review.key.person", act: (page) => page.turnPerson(), can: (page) => page.hasOthers, cannot: "review.no_others" },
  { name: "side", needs: "coach", key: "m", also: [","], says: "review.key.side", act: (page) => page.turn(), can: (page) => page.hasSides, cannot: "review.no_sides" },
  { name: "undo", needs: "coach", key: "u", says: "review.key.undo", act: (page) => page.undo() },
  { name: "back", key: "ArrowLeft", says: "review.key.back", looks: "review.key.before", runs: true, act: (page) => page.step(1) },
  { name: "forward", key: "ArrowRight", says: "review.key.forward", looks: "review.key.next", runs: true, act: (page) => page.step(-1) },
  { name: "skeleton", key: "s", says: "review.key.skeleton", act: (page) => page.toggleBones() },
  { name: "guesses", key: "g", says: "review.key.guesses", act: (page) => page.toggleGuesses() },
  { name: "zoom", key: "z", says: "review.key.zoom", act: (page) => page.toggleZoom(), can: (page) => page.card },
  { name: "whole", key: "Escape", fixed: true, says: "review.key.whole", act: (page) => page.zoom.home(), can: (page) => page.zoom.on },
  { name: "help", key: "?", says: "review.key.help", act: (page) => page.help() },
];

/** What whoever is here can do with keys, in their words. */
export const actions = () =>
  ACTIONS.filter(({ needs }) => !needs || may(needs)).map((one) => (one.looks && !may("coach") ? { ...one, says: one.looks } : one));

const NAMED = Object.fromEntries(ACTIONS.map((action) => [action.name, action]));
const STORED = "yogalab.keys";
const WORDLESS = ["Enter", " ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown"];
const SIGNS = { " ": "␣", Enter: "⏎", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Backspace: "⌫", PageUp: "PgUp", PageDown: "PgDn", Insert: "Ins", Delete: "Del", Escape: "Esc" };

/** How a key is written on a button. */
export const sign = (key) => SIGNS[key] ?? key.toUpperCase();

/** A key as the table writes it: letters small, whatever Caps Lock does. */
export const plainKey = (key) => ([...key].length === 1 ? key.toLowerCase() : key);

/** Whether a key may be chosen: a sign, or one of the wordless keys; numbers stay the poses'. */
export const choosable = (key) => typeof key === "string" && (WORDLESS.includes(key) || /^[^\s\d]$/u.test(key) || key === "0");

/** Which key does what: the table's own, and what the coach chose instead, kept on this device. */
export class Keys {
  constructor(storage) {
    this.storage = storage;
    this.heard = [];
    this.read();
  }

  /** As kept; what cannot be understood is as it was. */
  read() {
    let kept = null;
    try {
      kept = JSON.parse(this.storage.getItem(STORED));
    } catch {
      // Not ours, or no storage at all.
    }
    this.chosen = kept !== null && typeof kept === "object" ? kept : {};
    this.settle();
  }

  /** A coach's own choice goes before a key of the table; whoever comes too late has none. */
  settle() {
    this.keyOf = {};
    this.actionAt = {};
    const begun = Object.fromEntries(ACTIONS.map((action) => [action.name, action.key]));
    for (const wished of [this.chosen, begun]) {
      for (const { name, fixed } of ACTIONS) {
        const key = wished[name];
        if (fixed || this.keyOf[name] || !choosable(key) || this.actionAt[key]) continue;
        this.keyOf[name] = key;
        this.actionAt[key] = name;
      }
    }
    for (const { name, key, also = [], fixed } of ACTIONS) {
      for (const one of fixed ? (name === "number" ? [...key] : [key]) : also) this.actionAt[one] ??= name;
    }
    for (const act of this.heard) act();
  }

  /** All keys of an action, the chosen one first. */
  of(name) {
    const { key, also = [], fixed } = NAMED[name];
    if (fixed) return name === "number" ? [...key] : [key];
    return [this.keyOf[name], ...also].filter((one) => one && this.actionAt[one] === name);
  }

  /** What a key does, or undefined. */
  at(key) {
    return this.actionAt[key];
  }

  /** The other action that has a key already; a further key of another gives way, so it is none. */
  clash(name, key) {
    const other = this.actionAt[key];
    return other && other !== name && this.keyOf[other] === key ? other : null;
  }

  choose(name, key) {
    this.chosen = { ...this.chosen, [name]: key };
    this.keep();
  }

  /** Give an action another's key, and that one the key it had. */
  swap(name, other) {
    this.chosen = { ...this.chosen, [name]: this.keyOf[other], [other]: this.keyOf[name] };
    this.keep();
  }

  /** All keys as they were before anything was chosen. */
  asItWas() {
    this.chosen = {};
    this.keep();
  }

  get changed() {
    return ACTIONS.some(({ name, key, fixed }) => !fixed && this.keyOf[name] !== key);
  }

  keep() {
    this.settle();
    const other = ACTIONS.filter(({ name, key, fixed }) => !fixed && this.keyOf[name] && this.keyOf[name] !== key);
    this.chosen = Object.fromEntries(other.map(({ name }) => [name, this.keyOf[name]]));
    try {
      if (other.length) this.storage.setItem(STORED, JSON.stringify(this.chosen));
      else this.storage.removeItem(STORED);
    } catch {
      // Without storage they hold as long as the page.
    }
  }

  onChange(act) {
    this.heard.push(act);
  }
}

let ours;
/** This device's keys. */
export function keys() {
  if (!ours) {
    ours = new Keys(globalThis.localStorage);
    window.addEventListener("storage", (event) => [STORED, null].includes(event.key) && ours.read());
  }
  return ours;
}

/** Keys as aria-keyshortcuts wants them. */
export const shortcuts = (...all) => all.map((key) => ({ " ": "Space", "+": "Plus" })[key] ?? key).join(" ");

/** What a key press means: {name, key}, with `typed` where it begins a search; null where it is not the page's. */
export function meaning(event, bound) {
  const letter = /^\p{L}$/u.test(event.key);
  // Ctrl and Alt together are how some keyboards write signs.
  if ((event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState?.("AltGraph")) {
    const takesBack = plainKey(event.key) === "z" && !event.shiftKey && !event.altKey;
    return takesBack ? { name: "undo", key: event.key } : null;
  }
  // With Shift any letter begins a name, also one that does something by itself.
  if (letter && event.shiftKey) return { name: "search", key: event.key, typed: event.key };
  const key = plainKey(event.key);
  const name = bound.at(key);
  if (name) return { name, key };
  // Where numbers are written with Shift (AZERTY), the key without it is meant.
  const number = /^Digit([1-9])$/.exec(event.shiftKey ? "" : (event.code ?? ""));
  if (number) return { name: "number", key: number[1] };
  return letter ? { name: "search", key, typed: event.key } : null;
}

const SWITCHES = "input[type=checkbox], input[type=radio], input[type=button], input[type=submit]";
const TYPING = "input, textarea, select, [contenteditable=true]";
const PRESSED = `button, a[href], summary, [role=tab], [role=button], [role=option], ${SWITCHES}`;

/** Whether what is typed goes into this element. */
export const takesTyping = (element) => !element.matches(SWITCHES) && Boolean(element.closest(TYPING));

/** Hear the keys for a page while it is in front and nobody types elsewhere. */
export function listen(page, bound = keys()) {
  let clicked = null;
  // What was chosen with a mouse keeps the focus, and would swallow Enter and Space: it is not meant again.
  const control = (target) => target.closest?.(PRESSED) ?? target.closest?.("label")?.control ?? null;
  document.addEventListener("pointerdown", (event) => (clicked = control(event.target)), true);
  document.addEventListener("keydown", (event) => event.key === "Tab" && (clicked = null), true);
  document.addEventListener("keydown", (event) => {
    if (!page.inFront || event.isComposing || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (takesTyping(target) || document.querySelector("dialog[open]")) return;
    const meant = meaning(event, bound);
    if (!meant) return;
    const focused = target.closest(PRESSED);
    if (focused && focused !== clicked && keepsForItself(focused, event.key)) return;
    const action = NAMED[meant.name];
    if (action.needs && !may(action.needs)) return;
    const can = !action.can || action.can(page);
    if (!can && !action.cannot) return;
    event.preventDefault();
    if (focused && focused === clicked) focused.blur();
    // A held key must not answer photo after photo.
    if (event.repeat && !action.runs) return;
    if (can) action.act(page, meant.key, meant.typed);
    else page.tell(action.cannot);
  });
}

/** A control reached by keyboard is pressed by Enter and Space; tabs are walked by arrows. */
function keepsForItself(focused, key) {
  return key === "Enter" || key === " " || (key.startsWith("Arrow") && focused.matches("[role=tab], input[type=radio]"));
}
