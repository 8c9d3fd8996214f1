// Where the tiles of the grid lie, and which of them are near the screen. Arithmetic only: node loads it, too.

// Firefox lays out nothing beyond some 17 million pixels; a grid that would be taller is scrolled in larger steps.
export const TALLEST = 15_000_000;

const GAP = { wide: 14, narrow: 10 };
const BETWEEN_ROWS = 18;
const LEAST_WIDTH = 190;
const NARROW = 640;
// Under each photo there is room for two lines.
const WORDS = 50;

/** How many columns fit a width, and how wide and high a tile is with what lies between it and the next, in pixels. */
export function shapeOf(width) {
  const narrow = width <= NARROW;
  const gap = narrow ? GAP.narrow : GAP.wide;
  const columns = narrow ? 2 : Math.max(2, Math.floor((width + gap) / (LEAST_WIDTH + gap)));
  const tile = (width - gap * (columns - 1)) / columns;
  return { columns, tile, gap, row: Math.round((tile * 5) / 4) + WORDS + BETWEEN_ROWS };
}

/**
 * A grid of `total` tiles seen through a screen that is `view` pixels high. `scroll` is how far the grid's upper edge
 * lies above the screen's, and may be below zero.
 */
export class Rows {
  constructor({ total, columns, row, view }) {
    Object.assign(this, { total, columns, row, view });
    this.full = Math.ceil(total / columns) * row;
    this.height = Math.min(this.full, TALLEST);
    // How many pixels of the grid go by for one that is scrolled.
    this.stretch = this.full > this.height ? (this.full - view) / (this.height - view) : 1;
  }

  /** The tiles from `first` up to, not including, `last`: those on the screen and on one screen above and below. */
  near(scroll) {
    const at = scroll * this.stretch;
    const row = (pixels) => Math.min(Math.max(pixels, 0), this.full) / this.row;
    const first = Math.floor(row(at - this.view)) * this.columns;
    const last = Math.ceil(row(at + 2 * this.view)) * this.columns;
    return [Math.min(first, this.total), Math.min(last, this.total)];
  }

  /** How far below the grid's upper edge a tile is to be put, with the page scrolled so. */
  top(index, scroll) {
    return Math.floor(index / this.columns) * this.row - scroll * (this.stretch - 1);
  }

  /** The scroll at which a tile is wholly on the screen, the nearest to this one. above: what lies over its upper part. */
  scrollFor(index, scroll, above = 0) {
    const upper = Math.floor(index / this.columns) * this.row;
    const at = scroll * this.stretch;
    const least = upper + this.row - this.view;
    const most = upper - above;
    const wanted = at > most ? most : at < least ? Math.min(least, most) : at;
    return wanted / this.stretch;
  }

  /** The tile that a key moves to from another; the same at an edge, undefined for other keys. */
  next(index, key) {
    const page = Math.max(1, Math.floor(this.view / this.row)) * this.columns;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns, PageUp: -page, PageDown: page };
    if (key === "Home") return 0;
    if (key === "End") return this.total - 1;
    if (!(key in steps)) return undefined;
    const to = index + steps[key];
    if (Math.abs(steps[key]) === 1) return Math.min(Math.max(to, 0), this.total - 1);
    // Up and down keep the column, as far as the last row has it.
    if (to < 0) return key === "ArrowUp" ? index : index % this.columns;
    if (to < this.total) return to;
    const isLast = Math.floor(index / this.columns) === Math.floor((this.total - 1) / this.columns);
    return isLast ? index : this.total - 1;
  }
}
