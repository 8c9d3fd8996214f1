// Which photos are shown without guesses, and the coach's own poses that are at hand there.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser } from "./browser.mjs";
import { Guesses } from "../assets/review_guesses.js";

beforeEach(() => browser());

const pose = (id) => ({ id, slug: `pose_${id}`, name: `Pose ${id}`, sanskrit: "", sided: false });
const ids = (guesses) => guesses.own.map(({ id }) => id);
const chosen = { sample: null };
const shown = { sample: "shown" };
const hidden = { sample: "hidden" };

function begun(own = []) {
  const calls = [];
  const server = { own: () => new Promise((resolve, reject) => calls.push({ answer: (poses = own) => resolve({ ok: { poses } }), fail: reject })) };
  return { guesses: new Guesses(server, localStorage), calls };
}

test("a hidden photo hides its guesses, and all do once they are switched off", () => {
  const { guesses } = begun();
  assert.deepEqual([chosen, shown, hidden].map((card) => guesses.hides(card)), [false, false, true]);
  assert.deepEqual([chosen, shown, hidden].map((card) => guesses.sampleOf(card)), [null, "shown", "hidden"]);
  guesses.toggle();
  assert.deepEqual([chosen, shown, hidden].map((card) => guesses.hides(card)), [true, true, true]);
  assert.deepEqual([chosen, shown, hidden].map((card) => guesses.sampleOf(card)), [null, null, null]);
});

test("the switch stays as it was left, with or without storage", () => {
  begun().guesses.toggle();
  const { guesses } = begun();
  assert.equal(guesses.on, false);
  guesses.toggle();
  assert.equal(begun().guesses.on, true);
  localStorage.full = true;
  guesses.toggle();
  assert.equal(guesses.on, false);
});

test("each pose at hand keeps its number, and new ones come behind until there are nine", async () => {
  const { guesses, calls } = begun([pose(5), pose(2)]);
  const first = guesses.fetch();
  assert.equal(guesses.fetch(), first);
  guesses.named(pose(7));
  calls[0].answer();
  await first;
  assert.equal(calls.length, 1);
  assert.deepEqual(ids(guesses), [5, 2, 7]);
  for (const id of [2, 7, 11, 12, 13, 14, 15, 16, 17, 18]) guesses.named({ ...pose(id), probability: 0.9 });
  assert.deepEqual(ids(guesses), [5, 2, 7, 11, 12, 13, 14, 15, 16]);
  assert.equal("probability" in guesses.own.at(-1), false);
});

test("another coach's poses are not taken for this one's, and what failed is asked for again", async () => {
  const { guesses, calls } = begun([pose(1)]);
  const before = guesses.fetch();
  guesses.forget();
  const after = guesses.fetch();
  calls[1].answer([pose(2)]);
  calls[0].answer([pose(1)]);
  await Promise.all([before, after]);
  assert.deepEqual(ids(guesses), [2]);
  guesses.forget();
  const failed = guesses.fetch();
  calls[2].fail(new Error("network"));
  await failed;
  const again = guesses.fetch();
  calls[3].answer([pose(3)]);
  await again;
  assert.deepEqual(ids(guesses), [3]);
});
