// What becomes of the files of one offer, told in steps that come late, in part, or not at all.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Files } from "../assets/upload_files.js";
import { Lines, shares } from "../assets/upload_send.js";

const none = { looked: 0, new: 0, known: 0, refused: 0, alike: 0, nobody: 0, troubles: [] };
const step = (files, more = {}) => ({ labelled: 0, ...more, files: files.map((one) => ({ ...none, ...one })) });
const offer = (...names) => new Files(names.map((path) => ({ path, file: { name: path.split("/").pop(), size: 100 } })));
const states = (files) => files.rows.map((row) => row.state);

test("each file's own state, from sending to what became of it", () => {
  const files = offer("a.jpg", "broken.jpg", "all.zip");
  const { rows } = files;
  assert.deepEqual(states(files), ["waiting", "waiting", "waiting"]);
  files.start(rows);
  files.sent(rows, shares([100, 100, 100], 150));
  assert.deepEqual(rows.map((row) => row.share), [1, 0.5, 0]);
  files.sent(rows, shares([100, 100, 100], Infinity));
  assert.deepEqual(states(files), ["looking", "looking", "looking"]);
  files.heard(rows, step([{ file: 0, looked: 1, new: 1, nobody: 1 }, { file: 1, looked: 1, troubles: ["Broken."] }]));
  files.heard(rows, step([{ file: 2, looked: 3, new: 2, troubles: ["Inside."] }]));
  assert.deepEqual(states(files), ["done", "trouble", "looking"]);
  files.end(rows, step([], { labelled: 2 }));
  assert.deepEqual(states(files), ["done", "trouble", "done"]);
  assert.deepEqual(files.total, { new: 3, known: 0, refused: 0, alike: 0, nobody: 1, labelled: 2, troubles: 2 });
  assert.deepEqual(files.troubles, ["Broken.", "Inside."]);
});

test("after a cut the rest waits, and what was added before is not told as known when it goes on", () => {
  const files = offer("a.jpg", "all.zip");
  const { rows } = files;
  files.start(rows);
  files.heard(rows, step([{ file: 0, known: 1 }, { file: 1, looked: 9, new: 8, nobody: 2 }]));
  files.cut(rows);
  assert.deepEqual(states(files), ["done", "waiting"]);
  const left = files.left;
  files.start(left);
  files.heard(left, step([{ file: 0, looked: 4, known: 8, new: 4, nobody: 1 }]));
  files.end(left, step([]));
  assert.deepEqual([rows[1].new, rows[1].known, rows[1].nobody], [12, 0, 3]);
  assert.equal(files.left.length, 0);
});

test("a stopped run leaves what it had not come to, and keeps what it had", () => {
  const files = offer("a.jpg", "b.jpg");
  files.start(files.rows);
  files.heard(files.rows, step([{ file: 0, looked: 1, new: 1 }]));
  files.end(files.rows, step([], { stopped: true }));
  assert.deepEqual(states(files), ["done", "waiting"]);
});

test("of thousands only those under way, next and just done are shown, and every trouble", () => {
  const files = offer(...Array.from({ length: 5000 }, (_, n) => `${n}.jpg`));
  const batch = files.rows.slice(0, 16);
  files.start(batch);
  files.end(batch, step([]));
  files.rows.slice(100, 400).forEach((row) => files.refuse(row, `${row.name} is gone.`));
  files.start(files.rows.slice(16, 32));
  const { rows, more } = files.shown;
  assert.ok(rows.length < 30);
  assert.deepEqual(rows.slice(0, 5).map((row) => row.name), ["12.jpg", "13.jpg", "14.jpg", "15.jpg", "16.jpg"]);
  assert.equal(more, 5000 - 32 - 300 - 3);
  assert.equal(files.troubles.length, 300);
  assert.equal(files.share > 0.06 && files.share < 0.07, true);
});

test("how far a single zip is only the lab knows", () => {
  const files = offer("all.zip");
  files.start(files.rows);
  assert.equal(files.share, 0);
  files.sent(files.rows, [1]);
  assert.equal(files.share, null);
});

test("an empty file has left when all before it has", () => {
  assert.deepEqual(shares([10, 0, 10], 10), [1, 0, 0]);
  assert.deepEqual(shares([10, 0, 10], 15), [1, 1, 0.5]);
});

test("a growing answer is read line by line, each once", () => {
  const lines = new Lines();
  assert.deepEqual(lines.fresh('{"a":1'), []);
  assert.deepEqual(lines.fresh('{"a":1}\n{"b"'), [{ a: 1 }]);
  assert.deepEqual(lines.fresh('{"a":1}\n{"b":2}\n'), [{ b: 2 }]);
  assert.deepEqual(lines.fresh('{"a":1}\n{"b":2}\n'), []);
});
