// The photos page: drop photos in, find some, pick them, look at one.

import { ask, changed, h, isShown, onChanged, say, trying } from "./core.js";
import { openPhoto } from "./photo_large.js";
import { Chosen } from "./photos_chosen.js";
import { Filters } from "./photos_filter.js";
import { Grid } from "./photos_grid.js";
import { PickBar } from "./photos_pick.js";
import { may } from "./role.js";
import { uploader } from "./upload.js";

// Where a page that is opened again goes on.
const KEPT = "yogalab.photos";
const WARMING = 1000;
// Who scrolls up to the tabs to go elsewhere comes back to where they rested before.
const RESTED = 1200;

export function mount(root, server) {
  new Photos(root, server);
}

class Photos {
  constructor(root, server) {
    Object.assign(this, { root, server, front: false, settled: false, known: false });
    const before = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    this.scroll = before.scroll ?? 0;
    this.lay(before.filters ?? {});
    new IntersectionObserver((entries) => this.shown(entries.at(-1).isIntersecting)).observe(root);
    onChanged((what) => {
      if (["poses", "pose added", "coach", "labels"].includes(what)) this.known = false;
      if (what === "role") this.chosen.clear();
      if (isShown(root)) this.refresh();
    });
    window.addEventListener("scroll", () => this.keep(), { passive: true });
    document.addEventListener("keydown", (event) => this.pressed(event));
    // The first page in front need not wait until somebody notices that it is.
    this.shown(isShown(root));
  }

  lay(filters) {
    this.drop = uploader(
      () => (changed("photos"), this.refresh()),
      (busy) => {
        this.busy = busy;
        if (busy) this.empty.hidden = true;
      },
    );
    this.filters = new Filters(() => this.narrow());
    this.filters.kept = filters;
    this.chosen = new Chosen(() => (this.bar.draw(), this.grid.draw()));
    this.grid = new Grid((range) => this.ask(range), {
      open: (index) => this.open(index),
      pick: (index, { range }) => this.pick(index, range),
      isPicked: (tile) => this.chosen.has(tile.copies),
      above: () => (this.bar.tools.hidden && this.bar.done.hidden ? 0 : this.bar.element.offsetHeight + 16),
    });
    this.bar = new PickBar(this.server, this.chosen, () => this.pickAll(), () => this.grid.focusOn(this.grid.active));
    this.empty = h("div", { class: "yl-empty", hidden: true });
    this.warming = h("p", { class: "yl-soft yl-warming", role: "status", hidden: true }, say("photos.warming"));
    const look = h("p", { class: "yl-look", "data-instead": "coach" }, say("role.look.photos"));
    this.root.append(look, this.drop.element, this.filters.element, this.warming, this.bar.element, this.grid.element, this.empty);
  }

  /** The page comes to the front, where it was left, or goes behind another. */
  async shown(now) {
    if (now === this.front) return;
    this.front = now;
    this.settled = false;
    clearTimeout(this.resting);
    if (!now) return;
    await this.refresh();
    if (this.scroll > 0) window.scrollTo(0, this.scroll);
    this.settled = true;
  }

  keep() {
    clearTimeout(this.resting);
    if (!this.settled || !isShown(this.root)) return;
    this.resting = setTimeout(() => {
      this.scroll = window.scrollY;
      this.note();
    }, RESTED);
  }

  note() {
    sessionStorage.setItem(KEPT, JSON.stringify({ filters: this.filters.kept, scroll: this.scroll }));
  }

  ask(range) {
    return trying(() => ask(this.server, "grid", { ...this.filters.asked, ...range }));
  }

  /** Other photos are wanted: what was picked among those before is not picked any more. */
  narrow() {
    this.chosen.clear();
    this.note();
    return this.refresh({ top: true });
  }

  async refresh({ top = false } = {}) {
    const answer = await this.grid.refresh({ top });
    if (!answer) return;
    // Asked together, the photos themselves would come later.
    const asked = this.known ? null : ask(this.server, "filters").catch(() => null);
    const narrowed = this.filters.narrowed;
    this.drop.lead(answer.photos > 0 || narrowed || answer.warming);
    this.filters.element.hidden = !answer.photos && !narrowed;
    this.filters.count.textContent = answer.warming && narrowed ? "" : say("photos.count", { n: answer.photos });
    this.bar.draw(answer.warming ? 0 : answer.photos);
    this.drawEmpty(answer, narrowed);
    this.drawWarming(answer.warming);
    const known = await asked;
    if (known) {
      this.known = true;
      this.filters.known(known);
    }
  }

  /** While the lab still reads its photos, what it has is shown; guesses and filters come with the rest. */
  drawWarming(warming) {
    this.warming.hidden = !warming;
    clearTimeout(this.soon);
    if (warming) this.soon = setTimeout(() => isShown(this.root) && this.refresh(), WARMING);
  }

  async pick(index, range) {
    const wanted = range ? this.chosen.range(index) : null;
    if (!wanted) {
      const tile = await this.grid.tileAt(index);
      if (tile && !tile.warming) this.chosen.toggle(tile.copies, index);
      return;
    }
    const found = await trying(() => ask(this.server, "matching", { ...this.filters.asked, ...wanted }));
    this.chosen.add(found?.photos ?? []);
  }

  async pickAll() {
    const found = await trying(() => ask(this.server, "matching", this.filters.asked));
    this.chosen.add(found?.photos ?? []);
  }

  open(index) {
    openPhoto(this.server, {
      index,
      at: (place) => this.grid.tileAt(place),
      onClose: (place) => this.grid.total && this.grid.go(Math.min(place, this.grid.total - 1)),
      onDelete: () => changed("photos"),
    });
  }

  /** Keys for the page as a whole: everything picked, nothing picked, taken back. */
  pressed(event) {
    if (!isShown(this.root) || !may("coach") || event.defaultPrevented || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const held = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (held && key === "a" && this.grid.total) this.pickAll();
    else if (!held && key === "escape" && this.chosen.size) this.chosen.clear();
    else if (!held && key === "delete" && this.chosen.size) this.bar.remove();
    else if (key === (held ? "z" : "u") && this.bar.undoable) this.bar.undoable();
    else return;
    event.preventDefault();
  }

  drawEmpty({ photos, warming }, narrowed) {
    // While the first photos are coming in, saying that there are none would be odd.
    this.empty.hidden = photos > 0 || Boolean(warming) || Boolean(this.busy && !narrowed);
    if (this.empty.hidden) return;
    this.empty.replaceChildren(
      h("h2", {}, say(narrowed ? "photos.none_here" : "photos.none")),
      h("p", {}, say(narrowed ? "photos.none_here_lead" : may("coach") ? "photos.none_lead" : "role.look.no_photos")),
      narrowed
        ? h("button", { type: "button", class: "yl-button", onclick: () => this.filters.clear() }, say("photos.clear"))
        : h("button", { type: "button", class: "yl-button", "data-needs": "coach", onclick: () => this.drop.drawPeople() }, say("photos.try_drawn")),
    );
  }
}
