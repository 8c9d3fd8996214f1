// The photo larger: to the body, by wheel and by hand, the skeleton with it. Sums apart from the page, so that node can
// test them. A view is {scale, x, y}: a point p of the photo (shares of its width and height) is shown at x + p * scale.

const WHOLE = { scale: 1, x: 0, y: 0 };
const MOST = 8;
// To the body: something happens even where it fills the photo, and hands and feet stay in it.
const LEAST = 1.25;
const SEEN = 0.5;
const MARGIN = 0.08;

const between = (value, low, high) => Math.min(Math.max(value, low), high);

/** Around a skeleton of [x, y, visibility], with some air: {left, top, right, bottom} in shares; null without one. */
export function bodyBox(points) {
  if (!points?.length) return null;
  const seen = points.filter(([, , visibility]) => visibility >= SEEN);
  const body = seen.length > 1 ? seen : points;
  const xs = body.map(([x]) => x);
  const ys = body.map(([, y]) => y);
  const air = MARGIN * Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  return {
    left: between(Math.min(...xs) - air, 0, 1),
    top: between(Math.min(...ys) - air, 0, 1),
    right: between(Math.max(...xs) + air, 0, 1),
    bottom: between(Math.max(...ys) + air, 0, 1),
  };
}

/** No nearer than MOST, no farther than the whole photo, and never past its edges. */
export function within({ scale, x, y }) {
  const near = between(scale, 1, MOST);
  return { scale: near, x: between(x, 1 - near, 0), y: between(y, 1 - near, 0) };
}

/** The view that shows a box as large as it fits, in the middle where the photo's edges allow. */
export function viewOf(box) {
  const { left, top, right, bottom } = box ?? { left: 0.25, top: 0.25, right: 0.75, bottom: 0.75 };
  const scale = between(Math.min(1 / Math.max(right - left, 1e-6), 1 / Math.max(bottom - top, 1e-6)), LEAST, MOST);
  return within({ scale, x: 0.5 - ((left + right) / 2) * scale, y: 0.5 - ((top + bottom) / 2) * scale });
}

/** A view `factor` times nearer, the point of it at (x, y) staying where it is. */
export function nearer(view, factor, x, y) {
  const scale = between(view.scale * factor, 1, MOST);
  const grown = scale / view.scale;
  return within({ scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown });
}

/** How much nearer one turn of a wheel brings; a trackpad's pinch is told as many small turns with Ctrl. */
export const turnOf = ({ deltaY, deltaMode, ctrlKey }) => Math.exp(-deltaY * (deltaMode ? 0.06 : ctrlKey ? 0.012 : 0.0018));

/** The view of one stage. All that lies in it follows by three properties of the stage itself. */
export class Zoom {
  constructor(stage, onChange = () => {}) {
    this.stage = stage;
    this.onChange = onChange;
    this.view = WHOLE;
    stage.addEventListener("wheel", (event) => this.turned(event), { passive: false });
  }

  get on() {
    return this.view.scale > 1;
  }

  /** To the body, and back. points: its skeleton, or nothing. */
  toggle(points) {
    this.show(this.on ? WHOLE : viewOf(bodyBox(points)), true);
  }

  /** The whole photo again; gliding: as the coach asked, not because another photo came. */
  home(gliding = true) {
    if (this.on || !gliding) this.show(WHOLE, gliding);
  }

  /** Nearer by a factor around a point of the window. */
  by(factor, { clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    this.show(nearer(this.view, factor, (clientX - left) / width, (clientY - top) / height));
  }

  /** Moved by pixels of the window. */
  move(dx, dy) {
    const { width, height } = this.stage.getBoundingClientRect();
    this.show(within({ ...this.view, x: this.view.x + dx / width, y: this.view.y + dy / height }));
  }

  turned(event) {
    const factor = turnOf(event);
    // The whole photo is no smaller: then the wheel scrolls, and it first brings back what was scrolled away.
    if (!this.on && !event.ctrlKey && (factor <= 1 || window.scrollY > 0)) return;
    event.preventDefault();
    this.by(factor, event);
  }

  show(view, gliding = false) {
    this.view = view;
    const { style, classList } = this.stage;
    classList.toggle("is-gliding", gliding);
    classList.toggle("is-zoomed", this.on);
    style.setProperty("--zoom", view.scale);
    style.setProperty("--zoom-x", `${view.x * 100}%`);
    style.setProperty("--zoom-y", `${view.y * 100}%`);
    this.onChange(this.on);
  }
}
