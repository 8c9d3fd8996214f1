// One photo in the grid: its picture, what it is called or taken for, how far it is, how many copies it stands for.

import { h, percent, ring, say, skeletons } from "./core.js";

const WORTH_SHOWING = 0.15;

/** An empty place in the grid, filled once its photo is known: the controls stay, and with them the focus. */
export function place() {
  const photo = h("button", { type: "button", class: "yl-tile-photo", tabindex: -1 });
  const box = h("input", { type: "checkbox", class: "yl-pick", "data-needs": "coach", tabindex: -1, hidden: true });
  const words = h("div", { class: "yl-tile-words" });
  return { photo, box, words, element: h("li", { class: "yl-tile is-empty" }, photo, box, words) };
}

/** Fill a place with a photo, or with what is known of it by now. */
export function fill(at, tile) {
  const { photo, box, words } = at;
  const pose = named(tile);
  const settled = Boolean(tile.label?.pose) && !tile.label.disputed;
  const what = pose ? pose.name : say(tile.warming ? "photo.loading" : "photos.unknown");
  at.element.classList.remove("is-empty");
  photo.setAttribute("aria-label", [what, say(`status.${tile.status}`), copies(tile, say), tile.name].filter(Boolean).join(". "));
  // The same picture stays: drawn anew it would flicker.
  const picture = at.shown === tile.photo ? photo.querySelector("img") : h("img", { src: `/photo/${tile.photo}?edge=320`, alt: "", loading: "lazy", decoding: "async", onerror: (event) => event.target.remove() });
  at.shown = tile.photo;
  photo.replaceChildren(
    ...[
      picture,
      tile.skeleton ? skeletons([tile.skeleton], tile.width, tile.height, { slice: true }) : null,
      tile.copies.length > 1 ? h("span", { class: "yl-copies", title: copies(tile, say), "aria-hidden": "true" }, `×\u2009${tile.copies.length}`) : null,
      badge(tile, settled),
    ].filter(Boolean),
  );
  box.hidden = Boolean(tile.warming);
  box.setAttribute("aria-label", say("photos.pick", { name: tile.name }));
  words.replaceChildren(
    h(
      "span",
      { class: `yl-chip${settled ? " is-settled" : ""}`, title: title(tile, pose, settled) },
      settled ? h("span", { class: "yl-tick", "aria-hidden": "true" }, "✓") : tile.warming ? "" : ring(tile.probability ?? 0),
      h("span", { class: "yl-chip-name" }, what),
    ),
  );
}

const copies = (tile, tell) => (tile.copies.length > 1 ? tell("photos.copies", { n: tile.copies.length }) : "");

/** What a photo is called, else what it is taken for. Where nobody was found a guess is noise, unless it stands out. */
function named(tile) {
  const guessed = tile.status !== "nobody_found" || tile.probability > WORTH_SHOWING ? tile.guess : null;
  return tile.label?.pose ?? guessed;
}

/** A guess waits for its answer: the ring says so already. */
function badge(tile, settled) {
  if (settled || tile.warming || tile.status === "waiting") return null;
  return h("span", { class: `yl-status is-${tile.status}`, "aria-hidden": "true" }, say(`status.${tile.status}`));
}

function title(tile, pose, settled) {
  if (settled) return say("photos.said");
  return pose ? say("photos.guess", { percent: percent(tile.probability ?? 0) }) : null;
}
