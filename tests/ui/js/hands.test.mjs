// The photo under the hands: where a zoom leads, and which way of a finger is an answer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { swipeOf } from "../assets/review_swipe.js";
import { bodyBox, nearer, turnOf, viewOf, within } from "../assets/review_zoom.js";

const near = (one, other) => Object.keys(other).forEach((key) => assert.ok(Math.abs(one[key] - other[key]) < 1e-9, `${key}: ${one[key]}`));

test("the box of a body has air around it and ends with the photo; what is guessed does not widen it", () => {
  near(bodyBox([[0.3, 0.4, 1], [0.5, 0.6, 0.9], [0.9, 0.9, 0.1]]), { left: 0.284, top: 0.384, right: 0.516, bottom: 0.616 });
  near(bodyBox([[0, 0.2, 1], [0.5, 1, 1]]), { left: 0, top: 0.136, right: 0.564, bottom: 1 });
  // Nothing is seen well: all of it counts.
  near(bodyBox([[0.4, 0.4, 0.1], [0.6, 0.6, 0.1]]), { left: 0.384, top: 0.384, right: 0.616, bottom: 0.616 });
  assert.equal(bodyBox(null), null);
});

test("a body is shown in the middle, as large as it fits, and never past the photo's edge", () => {
  // A quarter of the photo in its middle, four times as large: 0.5 * 4 - 1.5 = 0.5.
  near(viewOf({ left: 0.375, top: 0.45, right: 0.625, bottom: 0.55 }), { scale: 4, x: -1.5, y: -1.5 });
  near(viewOf({ left: 0, top: 0, right: 0.25, bottom: 0.5 }), { scale: 2, x: 0, y: 0 });
  near(viewOf({ left: 0.999, top: 0.999, right: 1, bottom: 1 }), { scale: 8, x: -7, y: -7 });
  // Something happens even where the body fills the photo, or nobody was found.
  near(viewOf({ left: 0, top: 0, right: 1, bottom: 1 }), { scale: 1.25, x: -0.125, y: -0.125 });
  near(viewOf(null), { scale: 2, x: -0.5, y: -0.5 });
});

test("the point under the wheel stays under it, until the whole photo is there", () => {
  const view = nearer({ scale: 1, x: 0, y: 0 }, 3, 0.2, 0.5);
  near(view, { scale: 3, x: -0.4, y: -1 });
  // Shares of the photo: (0.2 - x) / scale.
  near({ p: (0.2 - view.x) / view.scale }, { p: 0.2 });
  near(nearer(view, 0.01, 0.9, 0.9), { scale: 1, x: 0, y: 0 });
  near(within({ scale: 2, x: 0.3, y: -9 }), { scale: 2, x: 0, y: -1 });
  assert.ok(turnOf({ deltaY: -100, deltaMode: 0 }) > 1 && turnOf({ deltaY: 3, deltaMode: 1 }) < 1);
  assert.ok(turnOf({ deltaY: -5, deltaMode: 0, ctrlKey: true }) > turnOf({ deltaY: -5, deltaMode: 0 }));
});

test("only a long and clear way over the photo is an answer", () => {
  const way = (dx, dy) => swipeOf(dx, dy, 360, 380);
  assert.deepEqual(way(5, 5), { way: null, share: 0 });
  assert.equal(way(60, 4).way, "right");
  assert.ok(way(60, 4).share < 1);
  assert.ok(way(-115, 30).share >= 1 && way(-115, 30).way === "left");
  assert.ok(way(20, -140).share >= 1 && way(20, -140).way === "up");
  // Scrolling, and what might be either.
  assert.equal(way(10, 200).way, null);
  assert.equal(way(90, -90).way, null);
  // On a large screen a swipe need not cross it, on a tiny photo a slip is none.
  assert.ok(swipeOf(150, 0, 1600, 900).share >= 1);
  assert.ok(swipeOf(60, 0, 100, 100).share < 1);
});
