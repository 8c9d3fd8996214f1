// Which photos are picked. A tile may stand for several. Without a browser: node loads it, too.

export class Chosen {
  constructor(onChange = () => {}) {
    this.onChange = onChange;
    this.photos = new Set();
    // Where a range begins: the tile that was picked last.
    this.anchor = null;
  }

  get size() {
    return this.photos.size;
  }

  /** Whether all that a tile stands for is picked. */
  has(photos) {
    return photos.every((photo) => this.photos.has(photo));
  }

  /** Pick a tile, or pick it no longer. */
  toggle(photos, index) {
    const on = !this.has(photos);
    for (const photo of photos) this.photos[on ? "add" : "delete"](photo);
    this.anchor = index;
    this.onChange();
  }

  /** The tiles from the anchor to this one, both included, as {start, count}; null without an anchor. */
  range(index) {
    if (this.anchor === null) return null;
    const start = Math.min(this.anchor, index);
    return { start, count: Math.max(this.anchor, index) - start + 1 };
  }

  add(photos) {
    for (const photo of photos) this.photos.add(photo);
    this.onChange();
  }

  clear() {
    this.photos.clear();
    this.anchor = null;
    this.onChange();
  }
}
