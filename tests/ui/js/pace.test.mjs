// How it goes: answers of today and a minute, and the target.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser } from "./browser.mjs";
import { Pace, dayBegan, targetOf } from "../assets/review_pace.js";

let now;
beforeEach(() => {
  browser();
  now = 5000;
});

const begun = () => new Pace(localStorage, () => now);

/** An answer every so many seconds. */
function answers(pace, times, seconds, from = 0) {
  for (let n = 0; n < times; n += 1) {
    now += seconds * 1000;
    pace.answered(`e${from + n}`);
  }
}

test("answers a minute are those of the last stretch, from the fourth on", () => {
  const pace = begun();
  answers(pace, 3, 6);
  assert.equal(pace.aMinute, null);
  answers(pace, 1, 6, 3);
  assert.equal(pace.aMinute, 10);
  answers(pace, 40, 1, 4);
  assert.equal(pace.aMinute, 60);
});

test("a short pause leaves the pace where it is, a long one takes it away and begins it anew", () => {
  const pace = begun();
  answers(pace, 5, 3);
  now += 119_000;
  assert.equal(pace.aMinute, 20);
  now += 2000;
  assert.equal(pace.aMinute, null);
  answers(pace, 3, 2, 5);
  assert.equal(pace.aMinute, null);
  answers(pace, 1, 2, 8);
  assert.equal(pace.aMinute, 30);
});

test("an answer that was taken back is no pace, and a slow coach has one, too", () => {
  const pace = begun();
  answers(pace, 4, 100);
  assert.equal(pace.aMinute, 1);
  pace.takenBack("e3", "u3");
  assert.equal(pace.aMinute, null);
});

test("today is what the lab has counted and what it has not heard yet", () => {
  const pace = begun();
  answers(pace, 3, 1);
  assert.equal(pace.today(40), 43);
  pace.saved("e0", 7);
  pace.counted(6);
  assert.equal(pace.today(40), 43, "the lab does not know it yet");
  pace.counted(7);
  assert.equal(pace.today(41), 43);
  pace.takenBack("e0", "u0");
  assert.equal(pace.today(41), 42);
  pace.takenBack("e1", "u1");
  pace.refused("e2");
  assert.equal(pace.today(41), 40);
  for (const [place, event] of ["u0", "e1", "u1"].entries()) pace.saved(event, 8 + place);
  pace.counted(9);
  assert.equal(pace.today(41), 40);
  pace.counted(10);
  assert.equal(pace.today(40), 40);
  pace.takenBack("of yesterday", "u9");
  assert.equal(pace.today(40), 40);
  answers(pace, 2, 1, 10);
  pace.forget();
  assert.deepEqual([pace.today(7), pace.aMinute], [7, null]);
});

test("the target is kept on the device, and what is none changes nothing", () => {
  assert.equal(begun().target, 100);
  begun().target = 250;
  assert.equal(begun().target, 250);
  begun().target = 0;
  assert.equal(begun().target, 0);
  localStorage.setItem("yogalab.target", "many");
  assert.equal(begun().target, 100);
  assert.deepEqual(["12", "", "0", "-1", "1.5", "many", "10000"].map(targetOf), [12, 0, 0, null, null, null, null]);
  const pace = begun();
  localStorage.full = true;
  pace.target = 30;
  pace.storage = { getItem: () => { throw new Error("no storage"); } };
  assert.equal(pace.target, 30);
});

test("a day begins at midnight where the device is", () => {
  const noon = new Date(2026, 10, 21, 12, 30);
  assert.equal(dayBegan(noon), new Date(2026, 10, 21).toISOString());
  assert.equal(noon.getHours(), 12);
});
