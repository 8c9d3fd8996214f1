// For somebody new: three steps that follow what has really happened, until they are done or put away.

import { ask, changed, figure, goTo, h, isShown, onChanged, say } from "./core.js";
import { may } from "./role.js";

// "open" from the first visit to an empty lab on, "closed" for ever after. In private windows it may not be kept.
const KEY = "yogalab.welcome";
// Answers go out behind the page: what was just said is counted a moment later.
const SOON = 900;
const FEW = 10;
const STEPS = [
  { name: "photos", page: "photos", needs: "coach", pose: "tree", done: (far) => far.photos > 0 },
  { name: "name", page: "review", needs: "coach", pose: "warrior_2", done: (far) => far.named >= far.wanted },
  { name: "teach", page: "models", needs: "owner", pose: "dancer", done: (far) => far.versions > 0 },
];

const inFront = (page) => {
  const panel = document.querySelector(`.yl-${page}`);
  return Boolean(panel && isShown(panel));
};

/** The welcome of a strip; returns the button that opens it again. */
export function welcome(strip, server) {
  const card = h("section", { class: "yl yl-welcome", "aria-labelledby": "yl-welcome", "data-needs": "coach", hidden: true });
  const again = h("button", { class: "yl-help", "data-needs": "coach", "aria-label": say("welcome.open"), title: say("welcome.open"), onclick: () => show(true) }, "?");
  let reopened = false;
  let drawing = false;
  let clock = null;
  strip.after(card);

  async function show(asked = false) {
    const far = await ask(server, "steps").catch(() => null);
    if (!far) return;
    const first = localStorage.getItem(KEY) === null && far.photos === 0;
    if (first || asked) localStorage.setItem(KEY, "open");
    if (localStorage.getItem(KEY) !== "open") return;
    reopened ||= asked;
    draw(far);
    if (asked) card.querySelector("h2").focus();
  }

  function close() {
    localStorage.setItem(KEY, "closed");
    reopened = false;
    card.hidden = true;
    again.focus();
  }

  function draw(far) {
    const steps = STEPS.filter((step) => may(step.needs));
    const next = steps.find((step) => !step.done(far));
    // Whoever is not to train it has done their part before it has learned.
    const finished = may("owner") || far.versions > 0 ? "welcome.finished" : "welcome.finished_coach";
    card.hidden = false;
    card.classList.toggle("is-small", !reopened && (drawing || far.photos > 0) && Boolean(next));
    // What is done is told in a line: the pages below are what matters now.
    card.classList.toggle("is-finished", !next && !reopened);
    card.replaceChildren(
      h(
        "div",
        { class: "yl-welcome-head" },
        h("h2", { id: "yl-welcome", tabindex: -1 }, say("welcome.title")),
        h("p", { class: "yl-soft" }, say(!next ? finished : may("owner") ? "welcome.lead" : "welcome.lead_coach")),
      ),
      h("button", { class: "yl-button is-quiet yl-welcome-close", "aria-label": say("welcome.close"), title: say("welcome.close"), onclick: close }, "✕"),
      h("ol", { "aria-label": say("welcome.steps") }, steps.map((step, place) => drawn(step, place, far, step === next))),
      next ? "" : h("button", { class: "yl-button is-main", onclick: close }, say("welcome.finished_go")),
    );
  }

  function drawn(step, place, far, isNext) {
    const done = step.done(far);
    const title = say(`welcome.${step.name}`, { n: far.wanted || FEW });
    const counts = step.name === "name" && far.photos > 0 && !done;
    const go = h("button", { class: `yl-button${isNext ? " is-main" : ""}`, onclick: () => begin(step) }, say(`welcome.${step.name}_go`));
    return h(
      "li",
      { class: done ? "is-done" : isNext ? `is-next${inFront(step.page) ? " is-here" : ""}` : null, "aria-current": isNext ? "step" : null },
      figure({ slug: step.pose }, 120),
      h("b", { class: "yl-welcome-mark" }, h("span", { "aria-hidden": "true" }, done ? "✓" : place + 1), done ? h("span", { class: "yl-unseen" }, say("welcome.done")) : null),
      h("h3", {}, title, counts ? h("span", { class: "yl-share" }, say("welcome.name_far", { done: far.named, wanted: far.wanted })) : null),
      h("p", { class: "yl-soft" }, say(`welcome.${step.name}_lead`)),
      counts ? h("progress", { max: far.wanted, value: far.named, "aria-label": title }) : null,
      done ? null : buttons(step, go),
    );
  }

  /** Go where a step is done; photos are chosen there at once, so that a click never seems to do nothing. */
  function begin(step) {
    reopened = false;
    goTo(step.page);
    if (step.name === "photos") document.querySelector(".yl-drop button")?.click();
    show();
  }

  function buttons(step, go) {
    if (step.name !== "photos") return h("div", { class: "yl-row" }, go);
    return h("div", { class: `yl-row${drawing ? " is-told" : ""}` }, drawing ? null : go, drawnPeople());
  }

  /** A lab to play with, by one click: its progress shows on the photos' page, and the next step opens by itself. */
  function drawnPeople() {
    if (drawing) return h("span", { class: "yl-soft", role: "status" }, say("welcome.drawing"));
    const draws = () => {
      drawing = true;
      reopened = false;
      goTo("photos");
      changed("drawn people wanted");
      show();
    };
    return h("button", { class: "yl-button", onclick: draws }, say("welcome.drawn_go"));
  }

  async function heard(what) {
    if (what === "drawn people wanted") return;
    if (what === "photos" && drawing) {
      drawing = false;
      await show();
      if (card.querySelector("li.is-done") && inFront("photos")) goTo("review");
    }
    // Once for many answers, and not put off by those that follow.
    if (clock && what !== "page") return;
    clearTimeout(clock);
    clock = setTimeout(() => ((clock = null), !card.hidden && show()), what === "page" ? 0 : SOON);
  }

  onChanged(heard);
  window.addEventListener("focus", () => !card.hidden && show());
  // Who is where the next step is done needs no button that leads there.
  document.addEventListener("click", (event) => event.target.closest?.("#yl-tabs [role=tab], #yl-tabs .overflow-dropdown") && heard("page"));
  show();
  return again;
}
