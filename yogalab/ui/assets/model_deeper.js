// Training deeper: the encoder itself learns. One quiet card, for those who look for more.

import { h, say } from "./core.js";

const OPEN = ["waiting", "running"];

/** Draw the card: what it does, what it would learn from, and a button for each way there is. */
export function drawDeeper(card, { deeper, tuning }, tune) {
  const running = OPEN.includes(tuning?.state);
  card.replaceChildren(
    h("h3", {}, say("deeper.title")),
    h("p", { class: "yl-soft" }, say("deeper.lead")),
    h("p", {}, deeper.says),
    ...deeper.ways.map(({ rung, name, takes }) =>
      h(
        "div",
        { class: "yl-row" },
        h("button", { class: "yl-button", disabled: running, "aria-describedby": `yl-deeper-${rung}`, onclick: () => tune(rung) }, name),
        h("span", { class: "yl-soft yl-small", id: `yl-deeper-${rung}` }, takes),
      ),
    ),
  );
}

/** What came of it, as a sentence. */
export function tuned({ result }) {
  const came = result.promoted ? "deeper.better" : "deeper.kept";
  const told = result.version == null ? say("deeper.nothing") : say(came, { number: result.version });
  return result.lost ? `${told} ${say("deeper.lost", { n: result.lost })}` : told;
}
