// What is done with picked photos: naming them all or recording who agreed, and taking that back at one click; deleting them for good.

import { ask, changed, h, notice, say, trying } from "./core.js";
import { newId } from "./asking.js";
import { sureToDelete } from "./photo_large.js";
import { chooseConsent, consented, record, takeBack } from "./photos_consent.js";
import { searchBox } from "./search_box.js";
import { signedIn } from "./shell.js";

export class PickBar {
  /** all(): pick everything that fits; back(): the focus goes back to the photos. */
  constructor(server, chosen, all, back) {
    Object.assign(this, { server, chosen, back, busy: false, tried: null, search: null });
    this.field = h("div", { class: "yl-pick-name" });
    this.count = h("span", { class: "yl-pick-count", role: "status" });
    this.every = h("button", { type: "button", class: "yl-button is-quiet", onclick: all });
    this.tools = h(
      "div",
      { class: "yl-picked" },
      this.count,
      this.every,
      h("button", { type: "button", class: "yl-button is-quiet", onclick: () => (chosen.clear(), back()) }, say("photos.unpick")),
      this.field,
      h("button", { type: "button", class: "yl-button", onclick: () => this.name(null) }, say("photos.no_pose")),
      h("button", { type: "button", class: "yl-button", onclick: () => this.agree() }, say("photos.consent")),
      h("button", { type: "button", class: "yl-button is-danger", onclick: () => this.remove() }, say("photos.delete")),
    );
    this.done = h("div", { class: "yl-picked is-done", role: "status" });
    this.element = h("div", { class: "yl-pick-bar", "data-needs": "coach" }, this.tools, this.done);
    this.done.hidden = true;
    this.draw(0);
  }

  /** fitting: how many photos fit the filters. */
  draw(fitting = this.fitting) {
    this.fitting = fitting;
    const n = this.chosen.size;
    this.tools.hidden = !n;
    this.count.textContent = n ? say("photos.picked", { n }) : "";
    this.every.hidden = n >= fitting;
    this.every.textContent = say("photos.pick_all", { n: fitting });
    if (!n) return;
    this.done.hidden = true;
    // Made when it is needed: it asks for all poses.
    if (this.search) return;
    this.search = searchBox(this.server, (pose) => this.name(pose), this.back);
    this.search.field.placeholder = this.search.field.ariaLabel = say("photos.name_them");
    this.field.append(this.search.element);
  }

  /** pose: null for photos that show none. */
  async name(pose) {
    const photos = [...this.chosen.photos];
    if (!photos.length || this.busy) return;
    // Asked again after the answer was lost on its way, it is the same click: nothing is named twice, and one undo takes all back.
    const what = JSON.stringify([pose?.id ?? null, photos]);
    if (this.tried?.what !== what) this.tried = { what, event: newId() };
    const kept = await this.waiting(say("photos.naming", { n: photos.length }), () =>
      ask(this.server, "name_all", { photos, pose: pose?.id ?? 0, event: this.tried.event, coach: signedIn() }),
    );
    if (!kept) return;
    this.tried = null;
    this.search.clear();
    this.chosen.clear();
    this.tell(say(pose ? "photos.named" : "photos.named_none", { n: kept.photos, pose: pose?.name }), () => this.undo(kept.click));
    changed("labels");
  }

  /** What was done, with the way back. */
  tell(words, undo) {
    this.done.hidden = false;
    this.done.replaceChildren(
      h("span", { class: "yl-pick-count" }, words),
      undo ? h("button", { type: "button", class: "yl-button is-main", onclick: undo }, say("review.undo")) : "",
      h("button", { type: "button", class: "yl-button is-quiet", onclick: () => (this.done.hidden = true) }, say("page.close")),
    );
    this.undoing = undo;
  }

  /** Whether there is something to take back, for the key that does it. */
  get undoable() {
    return !this.done.hidden && this.undoing;
  }

  async undo(click) {
    this.taking ??= { click, event: newId() };
    const back = await this.waiting(say("photos.taking_back"), () => ask(this.server, "take_back", { ...this.taking, coach: signedIn() }));
    if (!back) return;
    this.taking = this.undoing = null;
    this.done.hidden = true;
    notice(say("photos.taken_back", { n: back.photos }));
    changed("labels");
  }

  async agree() {
    const photos = [...this.chosen.photos];
    if (!photos.length || this.busy) return;
    const chosen = await chooseConsent(this.server, photos);
    if (!chosen) return;
    const done = await this.waiting(say("photos.consenting", { n: photos.length }), () => record(this.server, photos, chosen.consent));
    if (!done) return;
    this.chosen.clear();
    this.tell(consented(photos.length, chosen), done.photos ? () => this.disagree(chosen.consent, done.before) : null);
    changed("photos");
  }

  /** before: as it was recorded until then. */
  async disagree(consent, before) {
    const back = await this.waiting(say("photos.taking_back"), () => takeBack(this.server, consent, before));
    if (!back) return;
    this.undoing = null;
    this.done.hidden = true;
    notice(say("photos.taken_back", { n: back.photos }));
    changed("photos");
  }

  async remove() {
    const photos = [...this.chosen.photos];
    if (!photos.length || this.busy || !(await sureToDelete(this.server, photos))) return;
    const done = await this.waiting(say("photos.deleting", { n: photos.length }), () => ask(this.server, "delete", { photos }));
    if (!done) return;
    this.chosen.clear();
    notice(say("photos.deleted", { n: done.deleted }));
    changed("photos");
  }

  /** Two quick presses are one. */
  async waiting(words, work) {
    if (this.busy) return undefined;
    this.busy = true;
    const controls = [...this.element.querySelectorAll("button, input")];
    const before = this.count.textContent;
    this.count.textContent = words;
    for (const one of controls) one.disabled = true;
    try {
      return await trying(work);
    } finally {
      this.busy = false;
      this.count.textContent = before;
      for (const one of controls) one.disabled = false;
    }
  }
}
