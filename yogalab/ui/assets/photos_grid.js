// The grid: as many tiles as there are photos, of which only those near the screen are in the page.

import { h, say } from "./core.js";
import { fill, place } from "./photo_tile.js";
import { may } from "./role.js";
import { Rows, shapeOf } from "./photos_rows.js";

// Further from the screen than this, tiles are forgotten and asked for again.
const KEPT = 1200;
// Before anything is known: about as many as a large screen shows.
const FIRST = 48;

/** ask({start, count}) gives {tiles, total}; act says what becomes of a tile: open(index), pick(index, how), isPicked(tile). */
export class Grid {
  constructor(ask, act) {
    Object.assign(this, { ask, act, total: 0, active: 0, tiles: new Map(), places: new Map(), asking: null, turn: 0 });
    this.hint = h("p", { class: "yl-hidden", id: "yl-grid-keys" });
    this.list = h("ul", { class: "yl-grid", role: "list", "aria-label": say("photos.grid"), "aria-describedby": "yl-grid-keys" });
    this.element = h("div", {}, this.hint, this.list);
    this.list.addEventListener("keydown", (event) => this.pressed(event));
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.list.addEventListener("focusin", (event) => this.focused(event));
    const soon = () => (this.due ??= requestAnimationFrame(() => ((this.due = null), this.draw())));
    window.addEventListener("scroll", soon, { passive: true });
    new ResizeObserver(soon).observe(this.element);
    window.addEventListener("resize", soon);
  }

  /** Ask anew for what is near the screen; what is shown stays until it has come. Returns the answer, if it is still wanted. */
  async refresh({ top = false } = {}) {
    const turn = (this.turn += 1);
    const [first, last] = top || !this.rows ? [0, FIRST] : this.near();
    const answer = await this.ask({ start: first, count: Math.max(last - first, FIRST) });
    if (!answer || turn !== this.turn) return undefined;
    this.tiles.clear();
    this.asking = null;
    if (top) this.active = 0;
    this.take(first, answer, true);
    if (top) this.toTop();
    return answer;
  }

  take(start, answer, fresh = false) {
    // Photos came or went: what lies elsewhere may have moved.
    if (answer.total !== this.total) this.tiles.clear();
    this.total = answer.total;
    answer.tiles.forEach((tile, step) => this.tiles.set(start + step, { ...tile, warming: answer.warming }));
    this.active = Math.min(this.active, Math.max(this.total - 1, 0));
    this.draw(fresh);
  }

  get scroll() {
    return -this.list.getBoundingClientRect().top;
  }

  near() {
    return this.rows.near(this.scroll);
  }

  /** Put the tiles near the screen into the page and take the others out. fresh: they may be others now. */
  draw(fresh = false) {
    const width = this.list.clientWidth;
    // On a tab behind nothing has a size.
    if (!width) return;
    this.shape = shapeOf(width);
    this.rows = new Rows({ total: this.total, columns: this.shape.columns, row: this.shape.row, view: window.innerHeight });
    this.hint.textContent = say(may("coach") ? "photos.keys" : "photos.keys_look");
    this.list.style.height = `${this.rows.height}px`;
    const [first, last] = this.near();
    const held = this.list.contains(document.activeElement) ? this.placeOf(document.activeElement) : null;
    const shown = new Map();
    for (let index = first; index < last; index += 1) this.at(index, shown, fresh);
    this.keep(held, shown, fresh);
    for (const [key, one] of this.places) if (shown.get(key) !== one) one.element.remove();
    this.places = shown;
    this.lay(held);
    this.missing(first, last);
  }

  /** The place of a tile, the one that has its photo already where there is one. */
  at(index, shown, fresh) {
    const tile = this.tiles.get(index);
    const key = tile ? tile.photo : `#${index}`;
    const one = this.places.get(key) ?? (tile && this.places.get(`#${index}`)) ?? place();
    one.index = index;
    if (tile && (fresh || one.tile !== tile)) fill(one, tile);
    one.tile = tile;
    one.box.checked = Boolean(tile) && this.act.isPicked(tile);
    one.element.classList.toggle("is-picked", one.box.checked);
    shown.set(key, one);
  }

  /** The tile with the focus stays in the page however far it is scrolled away; its keys must still be heard. */
  keep(held, shown, fresh) {
    if (!held) return;
    if ([...shown.values()].includes(held)) this.active = held.index;
    // What is no longer among them goes, and the focus to what has come in its place.
    else if (!fresh && held.index < this.total) shown.set(held.tile?.photo ?? `#${held.index}`, held);
  }

  lay(held) {
    const { columns, tile, gap, row } = this.shape;
    const scroll = this.scroll;
    let before = null;
    for (const one of [...this.places.values()].sort((a, b) => a.index - b.index)) {
      const top = Math.min(Math.max(this.rows.top(one.index, scroll), 0), Math.max(this.rows.height - row, 0));
      one.element.style.cssText = `width:${tile}px;transform:translate(${(one.index % columns) * (tile + gap)}px,${top}px)`;
      one.element.setAttribute("aria-setsize", this.total);
      one.element.setAttribute("aria-posinset", one.index + 1);
      // One tile is on the way of the Tab key; arrow keys go on from there.
      const stop = one.index === this.active ? 0 : -1;
      one.photo.tabIndex = one.box.tabIndex = stop;
      const next = before ? before.nextSibling : this.list.firstChild;
      if (one.element !== next) this.list.insertBefore(one.element, next);
      before = one.element;
    }
    // Nobody is left without a tile that Tab reaches.
    const near = [...this.places.values()];
    if (near.length && !near.some((one) => one.index === this.active)) near[0].photo.tabIndex = 0;
    if (held && !this.list.contains(document.activeElement)) this.focusOn(this.active);
  }

  async missing(first, last) {
    let [start, end] = [first, last];
    while (start < end && this.tiles.has(start)) start += 1;
    while (end > start && this.tiles.has(end - 1)) end -= 1;
    if (start === end || this.asking) return;
    const turn = this.turn;
    const asking = (this.asking = this.ask({ start, count: end - start }));
    const answer = await asking;
    if (this.asking === asking) this.asking = null;
    // Cut off, the next scroll asks again.
    if (!answer || turn !== this.turn) return;
    for (const index of this.tiles.keys()) if (index < start - KEPT || index > end + KEPT) this.tiles.delete(index);
    this.take(start, answer);
  }

  /** The tile at a place, asked for if it must be; undefined beyond the ends. */
  async tileAt(index) {
    if (index < 0 || index >= this.total) return undefined;
    if (!this.tiles.has(index)) {
      const start = Math.max(0, index - FIRST / 2);
      const answer = await this.ask({ start, count: FIRST });
      if (answer) this.take(start, answer);
    }
    return this.tiles.get(index);
  }

  /** Scroll to a tile and put the focus there. */
  go(index) {
    this.active = index;
    const scroll = this.scroll;
    const by = this.rows.scrollFor(index, scroll, this.act.above?.() ?? 0) - scroll;
    if (Math.abs(by) >= 1) window.scrollBy(0, by);
    this.draw();
    this.focusOn(index);
  }

  focusOn(index) {
    [...this.places.values()].find((one) => one.index === index)?.photo.focus({ preventScroll: true });
  }

  toTop() {
    if (this.scroll > 0) window.scrollBy(0, -this.scroll - (this.act.above?.() ?? 0) - 16);
  }

  placeOf(node) {
    const element = node.closest?.(".yl-tile");
    return element ? [...this.places.values()].find((one) => one.element === element) : undefined;
  }

  focused(event) {
    const one = this.placeOf(event.target);
    if (!one || one.index === this.active) return;
    this.active = one.index;
    for (const other of this.places.values()) other.photo.tabIndex = other.box.tabIndex = other === one ? 0 : -1;
  }

  clicked(event) {
    const one = this.placeOf(event.target);
    if (!one?.tile) return;
    if (event.target === one.box) this.act.pick(one.index, { range: event.shiftKey });
    else if (event.target.closest(".yl-tile-photo")) {
      if (may("coach") && (event.shiftKey || event.ctrlKey || event.metaKey)) this.act.pick(one.index, { range: event.shiftKey });
      else this.act.open(one.index);
    }
  }

  pressed(event) {
    const one = this.placeOf(event.target);
    if (!one || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = this.rows.next(one.index, event.key);
    if (to !== undefined) this.go(to);
    else if (event.key === " " && event.target === one.photo && may("coach")) this.act.pick(one.index, { range: event.shiftKey });
    else return;
    event.preventDefault();
  }
}
