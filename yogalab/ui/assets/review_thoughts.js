// What the lab thinks of the photo in front; where that stays unsaid, the coach's own poses, and the guess once it is answered.

import { ask, say } from "./core.js";
import { partsOf } from "./review_body.js";
import { answersOf, ownAnswersOf, tellingsOf } from "./review_parts.js";
import { may } from "./role.js";

// Said of a photo, and no answer to what it shows.
const NO_ANSWER = ["skip", "wrong_skeleton"];

export function drawThoughts(page, card) {
  const { guesses, stage } = page;
  const hidden = guesses.hides(card);
  page.why.textContent = card.people ? whyOf(card, guesses) : say("review.nobody_found");
  page.notes.textContent = card.notes.filter((note) => (may("coach") && !hidden) || note !== say("review.strange")).join(" ");
  drawAnswers(page, card);
  for (const told of stage.querySelectorAll(".is-told")) told.classList.remove("is-told");
  tellingsOf(page.tellings, hidden ? { tellings: { fits: [], strays: [] } } : card);
  if (hidden) page.parts.replaceChildren();
  else partsOf(page.parts, stage, card, page.server, () => page.card === card && !guesses.hides(card));
}

export function drawAnswers(page, card) {
  const choose = (pose) => page.answerPose(pose);
  const { guesses } = page;
  const hidden = guesses.hides(card);
  // Who only looks has nothing to choose from.
  const own = may("coach") ? guesses.own : [];
  page.choices = hidden ? ownAnswersOf(page.answers, own, card, choose, page.turns) : answersOf(page.answers, card, choose, page.turns);
  page.own.hidden = !hidden || !may("coach");
  if (hidden) page.own.textContent = say(guesses.own.length ? "review.own" : "review.own_none");
  page.side.hidden = !page.hasSides;
}

function whyOf(card, guesses) {
  const looks = !may("coach");
  // A reason tells of the guess.
  if (!guesses.on) return looks ? "" : say("review.guesses_off");
  return card.sample === "hidden" ? say(looks ? "review.unguessed_look" : "review.unguessed") : card.reason;
}

/** A photo was answered without a guess, and the lab has the answer: from now on its guess may be seen. */
export async function reveal(page, event) {
  const { sitting } = page;
  const entry = sitting.entries.find((one) => one.event === event);
  if (entry?.card.sample !== "hidden" || NO_ANSWER.includes(entry.kind)) return;
  const { card } = entry;
  const full = await ask(page.server, "card", { photo: card.photo }).catch(() => null);
  // Taken back meanwhile, it is still to be said without a guess.
  if (!full || !sitting.entries.includes(entry) || entry.event !== event || entry.card !== card) return;
  const { why, reason, label } = card;
  page.people.replace(card, { ...full, why, reason, label, sample: null, told: full.ranked[0] ?? null });
  page.draw();
}
