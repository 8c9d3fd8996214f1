// The review page's keys: one listener on the document, silent while somebody types or another page is in front.

import { h, host, isShown, say } from "./core.js";

/** How a key is written on a button. */
export const KEYS = { " ": "␣" };

const ROWS = [
  ["1 – 9", "review.key.number"],
  ["Enter", "review.key.enter"],
  ["Space", "review.key.skip"],
  ["/", "review.key.search"],
  ["N", "review.key.not_a_pose"],
  ["X", "review.key.nobody"],
  ["B", "review.key.wrong_skeleton"],
  [",", "review.key.side"],
  ["U", "review.key.undo"],
  ["← →", "review.key.back"],
  ["S", "review.key.skeleton"],
  ["?", "review.key.help"],
];

const TYPING = "input, textarea, select, [contenteditable=true]";
const PRESSED = "button, a, summary, [role=tab], [role=button], [role=option]";

export function listen(review) {
  const acts = {
    Enter: () => review.choose(0),
    " ": () => review.answerMark("skip"),
    n: () => review.answerMark("not_a_pose"),
    x: () => review.answerMark("nobody"),
    b: () => review.answerMark("wrong_skeleton"),
    ",": () => review.turn(),
    u: () => review.undo(),
    s: () => review.toggleBones(),
    "?": () => help(),
    "/": () => review.search.open(""),
    ArrowLeft: () => review.step(1),
    ArrowRight: () => review.step(-1),
  };
  document.addEventListener("keydown", (event) => {
    if (!isShown(review.root) || event.isComposing || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (key === "z" && !event.shiftKey && !event.altKey) run(event, () => review.undo());
      return;
    }
    if (/^[1-9]$/.test(key)) {
      // A held key must not label photo after photo.
      run(event, () => event.repeat || review.choose(Number(key) - 1));
      return;
    }
    if ((key === "Enter" || key === " ") && target.closest(PRESSED)) return;
    if (key.startsWith("Arrow") && target.closest("[role=tab]")) return;
    if (acts[key]) run(event, () => event.repeat || acts[key]());
    else if (/^\p{L}$/u.test(key)) run(event, () => review.search.open(event.key));
  });
}

function run(event, act) {
  event.preventDefault();
  act();
}

/** All keys at a glance. */
export function help() {
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-keys", onclose: () => dialog.remove() },
    h("h2", { id: "yl-keys" }, say("review.keys")),
    h(
      "dl",
      { class: "yl-keys" },
      ROWS.map(([keys, code]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, say(code))]),
    ),
    h("form", { method: "dialog", class: "yl-row is-end" }, h("button", { class: "yl-button is-main" }, say("page.close"))),
  );
  host().append(dialog);
  dialog.showModal();
}
