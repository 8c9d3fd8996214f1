// One photo large: skeleton, prediction, everything said of it, and deleting it for good.

import { ask, changed, day, figure, h, host, notice, percent, say, skeletons, sure, trying } from "./core.js";
import { newId } from "./asking.js";
import { chooseConsent, consented, record } from "./photos_consent.js";
import { searchBox } from "./search_box.js";
import { signedIn } from "./shell.js";

/**
 * Open a dialog over the page; ←/→ go through the photos that the grid would show.
 * walk: {index, at(index) gives a tile or undefined, onClose(index), onDelete()}.
 */
export function openPhoto(server, walk) {
  const inside = h("div", { class: "yl-large" });
  const buttons = h(
    "div",
    { class: "yl-row is-end yl-large-buttons" },
    h("button", { class: "yl-button is-danger", "data-needs": "coach", onclick: () => remove() }, say("photos.delete")),
    h("button", { class: "yl-button", onclick: () => step(-1), "aria-keyshortcuts": "ArrowLeft" }, say("photos.previous")),
    h("button", { class: "yl-button", onclick: () => step(1), "aria-keyshortcuts": "ArrowRight" }, say("photos.next")),
    h("button", { class: "yl-button is-main", onclick: () => dialog.close(), autofocus: true }, say("page.close")),
  );
  const dialog = h("dialog", { class: "yl yl-dialog is-wide", tabindex: -1, "aria-label": say("photo.title"), onclose: () => (dialog.remove(), walk.onClose(index)) }, inside, buttons);
  let index = walk.index;
  let now = null;
  let last = null;

  async function step(by) {
    // Named, a photo may have left the photos looked through: then the next one has come in its place.
    const here = await walk.at(index);
    const to = here?.photo === now || by < 0 ? index + by : index;
    const tile = await walk.at(to);
    if (!tile) return;
    index = to;
    show(tile);
  }

  async function show(tile) {
    const wanted = tile.photo;
    now = wanted;
    // The picture at once, what is known of it a moment later.
    if (tile.name) put(picture(tile), h("p", { class: "yl-soft yl-large-words", role: "status" }, say("photo.loading")));
    const card = await trying(() => ask(server, "photo", { photo: wanted }));
    if (!card || now !== wanted) return;
    put(picture(card), words(card, naming(card), consenting(card)));
    walk.at(index + 1).then((next) => next && (new Image().src = `/photo/${next.photo}`));
  }

  /** What is drawn anew may have held the focus, and keys are heard where that is. */
  function put(...parts) {
    inside.replaceChildren(...parts);
    if (!dialog.contains(document.activeElement)) dialog.focus();
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
      if (now === card.photo) await show({ photo: card.photo });
    };
    const choose = (pose) => tell("label", { photo: card.photo, pose: pose.id, shown: card.ranked.slice(0, 3) }, say("photo.named", { what: pose.name }));
    const undo = () => tell("undo", { target: last.event }, say("photo.named", { what: say("label.kind.undo") }));
    return h(
      "div",
      { class: "yl-naming", "data-needs": "coach", style: "display:grid;gap:8px" },
      h("h3", {}, say("photo.name")),
      h("div", { class: "yl-row" }, card.ranked.slice(0, 3).map((pose) => h("button", { class: "yl-button", onclick: () => choose(pose) }, pose.name))),
      searchBox(server, choose, () => inside.querySelector(".yl-naming input")?.focus()).element,
      last?.photo === card.photo ? h("button", { class: "yl-button is-quiet", onclick: undo }, say("review.undo")) : null,
    );
  }

  const consenting = ({ photo }) => h("div", { class: "yl-row", "data-needs": "coach" }, h("button", { class: "yl-button is-quiet", onclick: () => agree(photo) }, say("photos.consent")));

  async function agree(photo) {
    const chosen = await chooseConsent(server, [photo]);
    if (!chosen || !(await trying(() => record(server, [photo], chosen.consent)))) return;
    notice(consented(1, chosen));
    changed("photos");
    if (now === photo) await show({ photo });
  }

  async function remove() {
    if (!(await sureToDelete(server, [now]))) return;
    const done = await trying(() => ask(server, "delete", { photos: [now] }));
    if (!done) return;
    notice(say("photos.deleted", { n: 1 }));
    dialog.close();
    walk.onDelete();
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.target.closest("input")) return;
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key.toLowerCase() === "s") dialog.classList.toggle("is-boneless");
  });
  host().append(dialog);
  dialog.showModal();
  walk.at(index).then((tile) => (tile ? show(tile) : dialog.close()));
}

/** Ask before photos go for good, and say so where something of them stays. */
export async function sureToDelete(server, photos) {
  const told = await trying(() => ask(server, "shaped", { photos }));
  if (!told) return false;
  const n = photos.length;
  const stays = told.shaped ? ` ${say("photos.delete_shaped", { n })}` : "";
  const away = told.published.length ? ` ${say("photos.delete_published", { n, places: told.published.join(", ") })}` : "";
  return sure(say("photos.delete_sure", { n }) + stays + away, say("photos.delete_yes"), { danger: true });
}

function picture(card) {
  return h(
    "div",
    { class: "yl-stage", style: `--aspect:${card.width / card.height}` },
    h("img", { src: `/photo/${card.photo}`, alt: card.name, width: card.width, height: card.height }),
    card.skeleton ? skeletons([card.skeleton], card.width, card.height) : null,
  );
}

function words(card, naming, consenting) {
  const { by, at, source, consent, holdout } = card.origin;
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
    card.history.length ? h("ol", { class: "yl-history" }, card.history.map(said)) : h("p", { class: "yl-soft" }, say("photo.no_history")),
    h("p", { class: "yl-soft yl-small" }, say("photo.added", { who: by, when: day(at), source }), " ", say("photo.consent", { consent }), holdout ? ` ${say("photo.holdout")}` : ""),
    consenting,
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

/** Who said what, when; struck through once it is taken back. */
function said(event) {
  const what = event.pose || say(`label.kind.${event.kind}`);
  const when = h("time", { datetime: event.at, class: "yl-soft" }, day(event.at));
  const back = event.taken_back ? h("span", { class: "yl-soft" }, ` · ${say("photo.taken_back", { when: day(event.taken_back) })}`) : null;
  return h("li", {}, h("b", {}, event.coach), " ", event.taken_back ? h("del", {}, what) : what, event.notes.length ? ` (${event.notes.join(", ")})` : "", " ", when, back);
}
