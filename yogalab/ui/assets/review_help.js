// All keys at a glance, and what fingers do; drawn from the table of keys, as they are now.

import { h, host, say } from "./core.js";
import { actions, keys } from "./review_keys.js";
import { chooseKeys, keyName } from "./review_remap.js";
import { may } from "./role.js";

const FINGERS = { "→": "review.finger.right", "←": "review.finger.left", "↑": "review.finger.up", "⤢": "review.finger.two" };
// Of whoever only looks.
const LOOKING = { "→": "review.key.before", "←": "review.key.next", "⤢": "review.finger.two" };

export function help() {
  const bound = keys();
  const row = (signs, words) => [h("dt", {}, signs.map((one) => h("kbd", {}, one))), h("dd", {}, words)];
  const known = actions().filter(({ name }) => bound.of(name).length);
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-keys", onclose: () => dialog.remove() },
    h("h2", { id: "yl-keys" }, say("review.keys")),
    h(
      "dl",
      { class: "yl-keys" },
      known.map(({ name, says }) => row(name === "number" ? ["1 – 9"] : bound.of(name).map(keyName), say(says))),
    ),
    h("p", { class: "yl-keys-typing yl-soft", "data-needs": "coach" }, say("review.keys_typing")),
    // Where there is no finger to put on it, nobody needs to know.
    navigator.maxTouchPoints
      ? [
          h("h3", { class: "yl-fingers" }, say("review.fingers")),
          h("dl", { class: "yl-keys" }, Object.entries(may("coach") ? FINGERS : LOOKING).map(([arrow, says]) => row([arrow], say(says)))),
        ]
      : null,
    h(
      "form",
      { method: "dialog" },
      h(
        "div",
        { class: "yl-row is-end" },
        h("button", { type: "button", class: "yl-button", onclick: () => (dialog.close(), chooseKeys()) }, say("review.keys_other")),
        h("button", { class: "yl-button is-main", autofocus: true }, say("page.close")),
      ),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  // Its button is at the end of a list longer than a phone.
  dialog.scrollTop = 0;
}
