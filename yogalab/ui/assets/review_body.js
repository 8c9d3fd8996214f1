// What each part of the body says on its own: chips under the photo, and a glow on a part that says otherwise.

import { ask, figure, h, say } from "./core.js";

/** Show what a card's parts say; asked for late, because an answer never waits for an explanation. */
export async function partsOf(list, stage, card, server, stillShown) {
  list.replaceChildren();
  if (!card.skeleton || card.label) return;
  try {
    card.parts ??= (await ask(server, "explain", { photo: card.photo, person: card.person })).parts;
  } catch {
    // The photo can be named all the same; what went wrong is told where an answer is kept.
    return;
  }
  if (!stillShown()) return;
  list.replaceChildren(...card.parts.map((one) => chip(one, stage)));
  for (const one of card.parts) if (one.against) glow(stage, one.part, true);
}

function chip({ part, pose, against, says }, stage) {
  return h(
    "li",
    {
      class: against ? "is-against" : null,
      title: says,
      onmouseenter: () => glow(stage, part, true),
      onmouseleave: () => glow(stage, part, against),
    },
    figure(pose, 26),
    // What speaks for another pose is said in full: a figure alone would not tell which.
    ...(against ? [h("span", {}, says)] : [h("span", { "aria-hidden": "true" }, say(`part.${part}.chip`)), h("span", { class: "yl-unseen" }, says)]),
  );
}

function glow(stage, part, on) {
  for (const bone of stage.querySelectorAll(`g:not(.is-other) > .yl-halo > [data-part=${part}]`)) bone.classList.toggle("is-told", on);
}
