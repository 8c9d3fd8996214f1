// Who is who among the bodies found in a photo, and whose lies under a finger.

import assert from "node:assert/strict";
import test from "node:test";

import { bodies, nextPerson, personAt } from "../assets/review_bodies.js";

// Upright figures of two landmarks and the bone between them, at a third and at two thirds of the photo.
const upright = (x) => [[x, 0.2, 1], [x, 0.8, 1]];
const BONES = [[0, 1]];
const SIZE = [600, 300];
const card = { person: 1, skeleton: upright(1 / 3), others: [upright(2 / 3), upright(0.9)], whose: [0, 2] };
const alone = { person: 0, skeleton: null, others: [upright(1 / 3), upright(2 / 3)], whose: [0, 1] };

test("everybody is known by number, whoever is judged", () => {
  assert.deepEqual(bodies(card).map(({ person }) => person), [0, 1, 2]);
  assert.deepEqual(bodies(card)[1].points, card.skeleton);
  assert.deepEqual(bodies(alone).map(({ person }) => person), [0, 1]);
});

test("the next person comes round again", () => {
  const after = (person) => nextPerson({ ...card, person, whose: [0, 1, 2].filter((one) => one !== person) });
  assert.deepEqual([0, 1, 2].map(after), [1, 2, 0]);
  assert.equal(nextPerson(alone), 1);
  assert.equal(nextPerson({ person: 0, skeleton: upright(0.5), others: [], whose: [] }), null);
  assert.equal(nextPerson({ person: 0, skeleton: null, others: [], whose: [] }), null);
});

test("a finger means the body it is nearest to, as long as it is near one", () => {
  const at = (x, y) => personAt(card, BONES, [x, y], SIZE);
  assert.equal(at(200, 150), 1);
  assert.equal(at(400 + 21, 100), 0);
  assert.equal(at(400 + 23, 100), null);
  assert.equal(at(400, 240 + 21), 0);
  assert.equal(at(300, 150), null);
  assert.equal(at(540, 60), 2);
});
