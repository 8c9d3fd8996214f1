// Training deeper: the encoder itself learns. One quiet card, for those who look for more.

import { h, say } from "./core.js";

const OPEN = ["waiting", "running"];

/** Draw the card: what it does, what it would learn from, and a button for each way there is. acts: tune, rent. */
export function drawDeeper(card, { deeper, tuning }, acts) {
  const running = OPEN.includes(tuning?.state);
  card.replaceChildren(
    h("h3", {}, say("deeper.title")),
    h("p", { class: "yl-soft" }, say("deeper.lead")),
    h("p", {}, deeper.says),
    ...deeper.ways.map(({ rung, name, takes }) =>
      h(
        "div",
        { class: "yl-row" },
        h("button", { class: "yl-button", disabled: running, "aria-describedby": `yl-deeper-${rung}`, onclick: () => acts.tune(rung) }, name),
        h("span", { class: "yl-soft yl-small", id: `yl-deeper-${rung}` }, takes),
      ),
    ),
    deeper.ways.length
      ? h(
          "div",
          { class: "yl-row" },
          h("button", { class: "yl-button is-quiet", disabled: running, "aria-describedby": "yl-deeper-rent", onclick: acts.rent }, say("rent.open")),
          h("span", { class: "yl-soft yl-small", id: "yl-deeper-rent" }, say("rent.open_lead")),
        )
      : "",
  );
}

/** What came of it, as a sentence. */
export function tuned({ result }) {
  const came = result.candidate ? (result.promoted ? "rent.better" : "rent.kept") : result.promoted ? "deeper.better" : "deeper.kept";
  const told = result.version == null ? say("deeper.nothing") : say(came, { number: result.version });
  return result.lost ? `${told} ${say("deeper.lost", { n: result.lost })}` : told;
}
