// What comes in from others, and the whole lab as one file.

import { ask, changed, h, notice, say, trying } from "./core.js";

/** Bring in a version that somebody has published. */
export function pullForm(server) {
  const repo = h("input", { id: "yl-pull", placeholder: say("models.repo_example"), required: true, autocomplete: "off", spellcheck: "false" });
  const revision = h("input", { id: "yl-revision", placeholder: "v0003", autocomplete: "off", spellcheck: "false" });
  const pull = async (event) => {
    event.preventDefault();
    notice(say("models.pulling"));
    const done = await trying(() => ask(server, "pull", { repo: repo.value, revision: revision.value }));
    if (!done) return;
    notice(say("models.pulled", { number: done.number }));
    changed("versions");
  };
  return h(
    "form",
    { class: "yl-card", onsubmit: pull },
    h("h3", {}, say("models.pull")),
    h("p", { class: "yl-soft" }, say("models.pull_lead")),
    h("div", { class: "yl-fields" }, h("label", { class: "yl-field", for: "yl-pull" }, h("span", {}, say("models.repo")), repo), h("label", { class: "yl-field is-short", for: "yl-revision" }, h("span", {}, say("models.revision")), revision)),
    h("div", { class: "yl-row" }, h("button", { class: "yl-button" }, say("models.pull_go"))),
  );
}

/** The whole lab to take along. photos: how many there are, null where that is not known. */
export function drawWhole(box, photos) {
  box.replaceChildren(
    h("h3", {}, say("models.whole_lab")),
    h("p", { class: "yl-soft" }, say("models.whole_lab_lead")),
    photos === 0
      ? h("p", {}, say("models.whole_lab_empty"))
      : h("div", { class: "yl-row" }, h("a", { class: "yl-button", href: "/lab/lab.zip", download: "", onclick: () => notice(say("models.packing")) }, say("models.whole_lab_go"))),
  );
}
