// A photo of the check page large, and the search among all poses for what it is.

import { h, host, say, skeletons } from "./core.js";
import { searchBox } from "./search_box.js";

/** Ask what an entry's photo shows; `choose` gets the pose. */
export function nameIt(server, entry, choose) {
  const [one] = entry.photos;
  const leave = () => dialog.close();
  const search = searchBox(server, (pose) => (leave(), choose(pose)), leave);
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog is-wide", "aria-labelledby": "yl-name-it", onclose: () => dialog.remove() },
    h(
      "div",
      { class: "yl-large" },
      h(
        "div",
        { class: "yl-stage", style: `--aspect:${one.width / one.height}` },
        h("img", { src: `/photo/${one.photo}`, alt: one.name, width: one.width, height: one.height }),
        one.skeleton ? skeletons([one.skeleton], one.width, one.height) : null,
      ),
      h(
        "div",
        { class: "yl-large-words yl-name-it" },
        h("h2", { id: "yl-name-it" }, say("check.name")),
        search.element,
        h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", onclick: leave }, say("page.close"))),
      ),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  search.open("");
}
