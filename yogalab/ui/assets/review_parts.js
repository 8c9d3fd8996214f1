// Pieces of the review page: the answers, what speaks for them, the line about the last one, what is not saved.

import { figure, goTo, h, percent, say } from "./core.js";
import { keys, shortcuts } from "./review_keys.js";
import { may } from "./role.js";

const LEAST = 4;
const WORTH_SHOWING = 0.01;

/** Left for right as often as a coach turned it; a side that the body does not show begins with left. */
export function turned(pose, times) {
  if (!pose.sided || !times) return pose;
  const sides = pose.side === "left" ? ["left", "right"] : pose.side === "right" ? ["right", "left"] : [null, "left", "right"];
  return { ...pose, side: sides[times % sides.length] };
}

/** Draw the ranked poses as buttons; returns them in the order of their numbers. times: how often sides were turned. */
export function answersOf(list, card, choose, times = 0) {
  const likely = card.ranked.filter((pose, place) => place < LEAST || pose.probability >= WORTH_SHOWING).slice(0, 9);
  const poses = likely.map((pose) => turned(pose, times));
  list.classList.remove("is-own");
  list.replaceChildren(...poses.map((pose, place) => h("li", {}, answer(pose, place, card, choose))));
  return poses;
}

/** The same of poses that nobody suggests: they are at hand, and say nothing about the photo. */
export function ownAnswersOf(list, own, card, choose, times = 0) {
  const poses = own.map((pose) => turned(pose, times));
  list.classList.add("is-own");
  list.replaceChildren(...poses.map((pose, place) => h("li", {}, answer(pose, place, card, choose, false))));
  return poses;
}

function answer(pose, place, card, choose, guessed = true) {
  const given = card.label?.pose?.id === pose.id;
  if (!may("coach")) return h("div", { class: "yl-answer is-seen" }, told(pose, guessed));
  return h(
    "button",
    {
      class: `yl-answer${given ? " is-given" : ""}`,
      onclick: () => choose(pose),
      "aria-keyshortcuts": place || !guessed ? String(place + 1) : shortcuts("1", ...keys().of("first")),
    },
    h("kbd", { "aria-hidden": "true" }, String(place + 1)),
    told(pose, guessed),
  );
}

function told(pose, guessed) {
  return [
    figure(pose, 44),
    h("span", { class: "yl-names" }, h("b", {}, pose.name), pose.side ? h("span", { class: "yl-side" }, say(`review.side.${pose.side}`)) : null, pose.sanskrit ? h("i", { lang: "sa-Latn" }, pose.sanskrit) : null),
    guessed
      ? [
          h("span", { class: "yl-share" }, percent(pose.probability)),
          h("span", { class: "yl-share-bar", "aria-hidden": "true", style: `--share:${pose.probability}` }),
        ]
      : null,
  ];
}

/** Under the photo: the figures that speak for the first guess, and the one that does not. */
export function tellingsOf(line, card) {
  const { fits, strays } = card.tellings;
  const words = (code, all) => (all.length ? [h("span", {}, h("b", {}, say(code)), ` ${all.join(" · ")} `)] : []);
  line.replaceChildren(...words("telling.fits", fits), ...words("telling.strays", strays));
}

/** Answers that could not be saved, each with the reason, and those that wait for the coach who gave them. */
export function unsaved(place, outbox, signInAs) {
  const { refused, held } = outbox;
  const button = (code, act, data) => h("button", { class: "yl-button is-quiet", onclick: act }, say(code, data));
  place.hidden = !refused.length && !held.length;
  place.replaceChildren(
    ...(refused.length
      ? [
          h("div", { class: "yl-alert", role: "alert" }, h("b", {}, say("review.refused", { n: refused.length })), h("ul", {}, refused.map((one) => h("li", {}, `${one.what}: ${one.told}`)))),
          h("div", { class: "yl-row" }, may("coach") ? button("review.refused_again", () => outbox.again()) : null, button("review.put_away", () => outbox.putAway())),
        ]
      : []),
    ...[...new Set(held.map((one) => one.who))].flatMap((who) => [
      h("p", { role: "status" }, say("review.held_by", { n: held.filter((one) => one.who === who).length, who })),
      h("div", { class: "yl-row" }, button("review.held_go", () => signInAs(who), { who })),
    ]),
  );
}

/** Why there is no photo in front, and where to go from here. */
export function nothingLeft(place, { tally, away, exhausted }) {
  if (away && !exhausted) {
    place.replaceChildren(h("h2", {}, say("review.away")), h("p", {}, say("review.away_lead")));
    return;
  }
  const none = tally?.photos === 0;
  // Who may not add, or not train, is not sent to do it.
  const [adds, trains] = [may("coach"), may("owner")];
  const state = none ? "no_photos" : tally?.waiting ? "others_have_them" : "all_done";
  const lead = none && !adds ? "role.look.no_photos" : state === "all_done" && !trains ? "review.all_done_look" : `review.${state}_lead`;
  place.replaceChildren(
    h("h2", {}, say(`review.${state}`)),
    h("p", {}, say(lead, { ...tally, n: tally?.waiting })),
    h(
      "button",
      { class: "yl-button is-main", "data-needs": none ? "coach" : null, onclick: () => goTo(none ? "photos" : "models") },
      say(none ? "review.to_photos" : trains ? "review.to_models" : "tab.models"),
    ),
  );
}

/** What was said last, so that a slip is seen at once. guessed: whether guesses are told, also those that came late. */
export function lastLine(line, entry, looking, guessed) {
  if (!entry) {
    line.textContent = "";
    return;
  }
  const what = entry.pose ? entry.pose.name : say(`label.kind.${entry.kind}`);
  const told = guessed && !looking ? entry.card.told : null;
  if (told) {
    const code = told.id === entry.pose?.id ? "review.last_alike" : "review.last_told";
    line.textContent = say(code, { what, guess: told.name, share: percent(told.probability) });
  } else line.textContent = say(looking ? "review.looking_back" : "review.last", { what });
}
