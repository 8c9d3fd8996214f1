// What lies where on the review page. Its buttons do what the table of keys says, and show the keys as they are now.

import { h, say } from "./core.js";
import { ACTIONS, keys, shortcuts, sign } from "./review_keys.js";
import { smallPrint } from "./review_small_print.js";
import { searchBox } from "./search_box.js";

const actionOf = Object.fromEntries(ACTIONS.map((action) => [action.name, action]));

/** The page's elements by name, put into its root. */
export function laid(page) {
  const button = (name) => actionButton(page, name);
  const search = searchBox(page.server, (pose) => page.answerPose(pose), () => page.stage.focus(), () => page.card?.people && { photo: page.card.photo, person: page.card.person });
  search.element.append(hinted(search.field, "search"));
  search.element.dataset.needs = "coach";
  const parts = {
    search,
    stage: h("div", { class: "yl-stage", tabindex: -1, "aria-label": say("review.photo") }),
    why: h("p", { class: "yl-why" }),
    notes: h("p", { class: "yl-notes", "aria-live": "polite" }),
    parts: h("ul", { class: "yl-votes", "aria-label": say("review.parts") }),
    tellings: h("p", { class: "yl-tellings", role: "note", "aria-label": say("telling.label") }),
    own: h("p", { class: "yl-own", hidden: true }),
    answers: h("ol", { class: "yl-answers" }),
    last: h("p", { class: "yl-last" }),
    advice: h("p", { class: "yl-advice" }),
    state: h("span", { class: "yl-saved", role: "status" }),
    print: smallPrint(page.pace),
    person: button("person"),
    side: button("side"),
    wrong: button("wrong_skeleton"),
    skeleton: button("skeleton"),
    guessing: button("guesses"),
    larger: button("zoom"),
    empty: h("div", { class: "yl-empty", hidden: true }),
    unsaved: h("div", { class: "yl-unsaved", hidden: true }),
  };
  parts.body = h(
    "div",
    { class: "yl-review-body" },
    h("div", { class: "yl-review-photo" }, parts.why, parts.notes, parts.stage, parts.parts, parts.tellings),
    h(
      "div",
      { class: "yl-review-side" },
      h("h2", { "data-needs": "coach" }, say("review.question")),
      h("h2", { "data-instead": "coach" }, say("review.looks")),
      parts.own,
      parts.answers,
      search.element,
      h("div", { class: "yl-marks", "data-needs": "coach" }, ["skip", "not_a_pose", "nobody"].map(button), parts.wrong),
      h("p", { class: "yl-swipes", "data-needs": "coach" }, say("review.swipe_tip")),
      h("p", { class: "yl-look", "data-instead": "coach" }, say("role.look.review")),
      parts.last,
      parts.advice,
    ),
  );
  const help = h("button", { class: "yl-button is-quiet is-help", onclick: () => page.help(), "aria-label": say("review.help") }, "?");
  hinted(help, "help");
  const [before, next] = [lookButton(page, "back", "photos.previous"), lookButton(page, "forward", "photos.next")];
  parts.tools = h("div", { class: "yl-row" }, before, next, parts.person, parts.side, button("undo"), parts.skeleton, parts.guessing, parts.larger, help);
  parts.bar = h("div", { class: "yl-review-bar" }, parts.state, parts.print.element, parts.tools);
  page.root.append(parts.bar, parts.unsaved, parts.body, parts.empty);
  return parts;
}

function actionButton(page, name) {
  const button = h("button", { class: "yl-button is-quiet", "data-needs": actionOf[name].needs, onclick: () => actionOf[name].act(page) }, say(`review.${name}`));
  button.append(hinted(button, name));
  return button;
}

/** From photo to photo, for whoever gives no answers that would bring the next one. */
function lookButton(page, name, says) {
  const button = h("button", { class: "yl-button", "data-instead": "coach", onclick: () => actionOf[name].act(page) }, say(says));
  button.append(hinted(button, name));
  return button;
}

/** The key of an action beside its control, for eyes and for screen readers; another one as soon as it is chosen. */
function hinted(control, name) {
  const hint = h("kbd", { "aria-hidden": "true" });
  const draw = () => {
    const [key, ...further] = keys().of(name);
    hint.hidden = !key;
    hint.textContent = key ? sign(key) : "";
    if (key) control.setAttribute("aria-keyshortcuts", shortcuts(key, ...further));
    else control.removeAttribute("aria-keyshortcuts");
  };
  keys().onChange(draw);
  draw();
  return hint;
}
