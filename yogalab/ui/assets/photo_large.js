// One photo large: skeleton, prediction, everything said of it, and deleting it for good.

import { ask, changed, day, figure, h, host, notice, percent, say, skeletons, sure, trying } from "./core.js";
import { newId } from "./asking.js";
import { searchBox } from "./search_box.js";
import { signedIn } from "./shell.js";

/** Open a dialog over the page; ←/→ go through the grid's photos. */
export function openPhoto(server, tiles, photo, onChange) {
  const inside = h("div", { class: "yl-large" });
  const dialog = h("dialog", { class: "yl yl-dialog is-wide", "aria-label": say("photo.title"), onclose: () => dialog.remove() }, inside);
  let now = photo;
  let last = null;

  function step(by) {
    const place = tiles.findIndex((tile) => tile.photo === now) + by;
    if (tiles[place]) show(tiles[place].photo);
  }

  async function show(wanted) {
    const card = await trying(() => ask(server, "photo", { photo: wanted }));
    if (!card) return;
    now = wanted;
    inside.replaceChildren(picture(card), words(card, naming(card), remove, () => dialog.close()));
  }

  /** The likeliest poses and all others, to settle the photo right here. */
  function naming(card) {
    let sending = false;
    const tell = async (name, asked, told) => {
      // Two quick presses are one answer.
      if (sending) return;
      sending = true;
      const kept = await trying(() => ask(server, name, { ...asked, event: newId(), coach: signedIn() }));
      sending = false;
      if (!kept) return;
      last = name === "label" ? { photo: card.photo, event: kept.event } : null;
      notice(told);
      changed("labels");
      if (now === card.photo) await show(card.photo);
    };
    const choose = (pose) => tell("label", { photo: card.photo, pose: pose.id, shown: card.ranked.slice(0, 3) }, say("photo.named", { what: pose.name }));
    const undo = () => tell("undo", { target: last.event }, say("photo.named", { what: say("label.kind.undo") }));
    return h(
      "div",
      { class: "yl-naming", style: "display:grid;gap:8px" },
      h("h3", {}, say("photo.name")),
      h("div", { class: "yl-row" }, card.ranked.slice(0, 3).map((pose) => h("button", { class: "yl-button", onclick: () => choose(pose) }, pose.name))),
      searchBox(server, choose, () => inside.querySelector(".yl-naming input")?.focus()).element,
      last?.photo === card.photo ? h("button", { class: "yl-button is-quiet", onclick: undo }, say("review.undo")) : null,
    );
  }

  async function remove() {
    if (!(await sureToDelete(server, [now]))) return;
    const done = await trying(() => ask(server, "delete", { photos: [now] }));
    if (!done) return;
    notice(say("photos.deleted", { n: 1 }));
    dialog.close();
    onChange();
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.target.closest("input")) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key.toLowerCase() === "s") dialog.classList.toggle("is-boneless");
  });
  host().append(dialog);
  dialog.showModal();
  show(photo);
}

/** Ask before photos go for good, and say so where something of them stays. */
export async function sureToDelete(server, photos) {
  const told = await trying(() => ask(server, "shaped", { photos }));
  if (!told) return false;
  const n = photos.length;
  const stays = told.shaped ? ` ${say("photos.delete_shaped", { n })}` : "";
  return sure(say("photos.delete_sure", { n }) + stays, say("photos.delete_yes"), { danger: true });
}

function picture(card) {
  return h(
    "div",
    { class: "yl-stage", style: `--aspect:${card.width / card.height}` },
    h("img", { src: `/photo/${card.photo}`, alt: card.name, width: card.width, height: card.height }),
    card.skeleton ? skeletons([card.skeleton], card.width, card.height) : null,
  );
}

function words(card, naming, remove, close) {
  return h(
    "div",
    { class: "yl-large-words" },
    h("h2", {}, card.label?.pose?.name ?? card.ranked[0]?.name ?? say("photos.unknown")),
    h("p", { class: "yl-soft yl-filename" }, card.name),
    card.people ? null : h("p", {}, say("photo.nobody")),
    naming,
    h("h3", {}, say(card.version ? "photo.prediction" : "photo.prediction_untrained", { version: card.version })),
    h("ol", { class: "yl-bars" }, card.ranked.slice(0, 5).map(bar)),
    h("h3", {}, say("photo.history")),
    card.history.length
      ? h("ul", { class: "yl-history" }, card.history.map(said))
      : h("p", { class: "yl-soft" }, say("photo.no_history")),
    h(
      "div",
      { class: "yl-row is-end" },
      h("button", { class: "yl-button is-danger", onclick: remove }, say("photos.delete")),
      h("button", { class: "yl-button is-main", onclick: close, autofocus: true }, say("page.close")),
    ),
  );
}

export function bar(pose) {
  return h(
    "li",
    { class: "yl-bar" },
    figure(pose, 36),
    h("span", { class: "yl-names" }, h("b", {}, pose.name)),
    h("span", { class: "yl-share" }, percent(pose.probability)),
    h("span", { class: "yl-share-bar", style: `--share:${pose.probability}` }),
  );
}

function said(event) {
  const what = event.kind === "undo" ? say("label.kind.undo") : event.pose || say(`label.kind.${event.kind}`);
  return h("li", {}, h("b", {}, event.coach), ` ${what} `, h("time", { datetime: event.at, class: "yl-soft" }, day(event.at)));
}
