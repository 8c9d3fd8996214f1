// The small print: how it goes today, how much of the coach's target is left, how far the lab is.

import { h, host, say } from "./core.js";
import { LARGEST, targetOf } from "./review_pace.js";

/** The line with the button that changes the target; `draw` writes it anew. */
export function smallPrint(pace) {
  const today = h("span", {});
  const target = h("button", { class: "yl-target", onclick: () => chooseTarget(pace, () => draw()) });
  const all = h("span", {});
  const element = h("span", { class: "yl-tally" }, h("span", { "data-needs": "coach" }, today, target, " · "), all);
  let known = null;

  function draw(tally = known) {
    known = tally;
    if (!known) return;
    const n = pace.today(known.today);
    const { aMinute } = pace;
    const words = [say("review.today", { today: n }), aMinute === null ? null : say("review.pace", { pace: aMinute })];
    today.textContent = `${words.filter(Boolean).join(" · ")} · `;
    const left = Math.max(pace.target - n, 0);
    target.classList.toggle("is-reached", Boolean(pace.target && !left));
    target.textContent = pace.target ? say(left ? "review.left" : "review.reached", { left, target: pace.target }) : say("review.no_target");
    target.title = say("review.target_title");
    all.textContent = say("review.tally", known);
  }

  return { element, draw };
}

function chooseTarget(pace, changed) {
  const field = h("input", { id: "yl-target", type: "number", inputmode: "numeric", min: 0, max: LARGEST, step: 1, value: pace.target || "", autocomplete: "off" });
  const keep = (event) => {
    event.preventDefault();
    const target = targetOf(field.value);
    if (target === null) return;
    pace.target = target;
    changed();
    dialog.close();
  };
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-target-title", onclose: () => dialog.remove() },
    h(
      "form",
      { method: "dialog", onsubmit: keep },
      h("h2", { id: "yl-target-title" }, say("review.target_title")),
      h("label", { for: "yl-target" }, say("review.target")),
      field,
      h("p", { class: "yl-soft" }, say("review.target_lead")),
      h(
        "div",
        { class: "yl-row is-end" },
        h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")),
        h("button", { class: "yl-button is-main" }, say("review.target_keep")),
      ),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  field.select();
}
