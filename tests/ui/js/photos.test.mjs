// Where tiles lie, which of them are kept near the screen, where keys lead, and what is picked.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chosen } from "../assets/photos_chosen.js";
import { Rows, TALLEST, shapeOf } from "../assets/photos_rows.js";

test("a wide screen has as many columns as fit, a phone two", () => {
  // 6 * 190 + 5 * 14 = 1210, and a seventh column needs 1414.
  const wide = shapeOf(1270);
  assert.deepEqual([wide.columns, wide.tile], [6, 200]);
  // A photo of 4 to 5, two lines of words, and what lies between two rows.
  assert.equal(wide.row, 250 + 50 + 18);
  const phone = shapeOf(366);
  assert.deepEqual([phone.columns, phone.tile], [2, 178]);
});

test("three screens of tiles are kept, fewer at the ends", () => {
  const rows = new Rows({ total: 1000, columns: 5, row: 100, view: 400 });
  assert.equal(rows.height, 200 * 100);
  // At the top: rows 0 to 7. In the middle: from one screen above (row 46) to one below (row 57).
  assert.deepEqual(rows.near(0), [0, 40]);
  assert.deepEqual(rows.near(5000), [230, 290]);
  assert.deepEqual(rows.near(19600), [960, 1000]);
  // The grid lies wholly below the screen, or above it.
  assert.deepEqual(rows.near(-5000), [0, 0]);
  assert.deepEqual(rows.near(99999), [1000, 1000]);
  assert.deepEqual(new Rows({ total: 0, columns: 5, row: 100, view: 400 }).near(0), [0, 0]);
});

test("a hundred thousand photos fit the tallest page that browsers have, on a phone as well", () => {
  for (const width of [366, 1280]) {
    const rows = new Rows({ total: 100_000, ...shapeOf(width), view: 844 });
    assert.ok(rows.full <= TALLEST, `${rows.full}`);
    assert.equal(rows.stretch, 1);
  }
});

test("a grid too tall for any browser is scrolled in larger steps, to its very last tile", () => {
  const rows = new Rows({ total: 1_000_000, columns: 2, row: 300, view: 800 });
  assert.equal(rows.height, TALLEST);
  const end = TALLEST - 800;
  const [first, last] = rows.near(end);
  assert.equal(last, 1_000_000);
  // The last row's lower edge is the screen's: the grid ends where the page ends.
  assert.equal(Math.round(rows.top(999_999, end) + 300), TALLEST);
  assert.ok(last - first <= 2 * 10);
  // What is near lies near the screen, wherever that is.
  const middle = TALLEST / 2;
  const [from] = rows.near(middle);
  assert.ok(Math.abs(rows.top(from, middle) - (middle - 800)) <= 300);
});

test("a tile is scrolled to only as far as it must be", () => {
  const rows = new Rows({ total: 1000, columns: 5, row: 100, view: 400 });
  assert.equal(rows.scrollFor(55, 900), 900);
  assert.equal(rows.scrollFor(55, 5000), 1100);
  assert.equal(rows.scrollFor(55, 5000, 80), 1020);
  // Row 11 ends at 1200.
  assert.equal(rows.scrollFor(55, 0), 800);
});

test("arrow keys keep the column, and lead to the first and the last tile", () => {
  const rows = new Rows({ total: 23, columns: 5, row: 100, view: 250 });
  const after = (index, ...keys) => keys.reduce((at, key) => rows.next(at, key), index);
  assert.equal(after(0, "ArrowRight", "ArrowDown", "ArrowDown"), 11);
  assert.equal(after(11, "ArrowUp", "ArrowUp", "ArrowUp"), 1);
  assert.equal(after(0, "ArrowLeft"), 0);
  assert.equal(after(0, "End", "ArrowRight"), 22);
  // The last row is shorter.
  assert.equal(after(19, "ArrowDown"), 22);
  assert.equal(after(21, "ArrowDown"), 21);
  // Two rows fit the screen.
  assert.equal(after(3, "PageDown"), 13);
  assert.equal(after(13, "PageUp", "PageUp"), 3);
  assert.equal(after(13, "Home"), 0);
  assert.equal(rows.next(13, "x"), undefined);
});

test("a tile is picked with all that it stands for, a range from the one picked last", () => {
  let changes = 0;
  const chosen = new Chosen(() => (changes += 1));
  assert.equal(chosen.range(4), null);
  chosen.toggle([7, 8], 3);
  assert.deepEqual([...chosen.photos], [7, 8]);
  assert.deepEqual(chosen.range(1), { start: 1, count: 3 });
  assert.deepEqual(chosen.range(5), { start: 3, count: 3 });
  chosen.add([8, 9, 10]);
  assert.equal(chosen.size, 4);
  assert.equal(chosen.has([9, 11]), false);
  // Half of it picked, it becomes picked wholly.
  chosen.toggle([10, 11], 6);
  assert.ok(chosen.has([10, 11]));
  chosen.toggle([10, 11], 6);
  assert.deepEqual([...chosen.photos].toSorted(), [7, 8, 9]);
  chosen.clear();
  assert.deepEqual([chosen.size, chosen.range(2), changes], [0, null, 5]);
});
