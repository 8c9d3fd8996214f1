// No answer lost, none doubled, in the order in which they were given: whatever network, clock and windows do.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Lab, browser, pass } from "./browser.mjs";
import { Outbox } from "../assets/review_outbox.js";

let page;
// Milliseconds by a clock that nobody sets.
let elapsed;
beforeEach(() => {
  page = browser();
  elapsed = 0;
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_700_000_000_000 });
});
const opened = [];
afterEach(async () => {
  // What still waits would be tried again for ever.
  for (const outbox of opened.splice(0)) outbox.shut = true;
  await pass(60_000);
  mock.timers.reset();
});

function open(lab, { told = {} } = {}) {
  const states = [];
  const outbox = new Outbox(lab, {
    onState: (state, n) => states.push([state, n]),
    onSaved: () => {},
    onRefused: (one) => Object.assign(told, { [one.asked.event]: one.told }),
    now: () => elapsed,
  });
  outbox.openIn(lab.mark);
  opened.push(outbox);
  return Object.assign(outbox, { states });
}

const put = (outbox, event, { name = "label", who = "Anna", ...asked } = {}) =>
  outbox.put(name, { photo: 1, ...asked, event }, { who, what: event });

test("answers arrive in the order in which they were given, many in one request", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  for (let n = 0; n < 120; n += 1) put(outbox, `event-${n}`);
  await pass();
  assert.deepEqual(lab.events, Array.from({ length: 120 }, (_, n) => `event-${n}`));
  assert.ok(lab.calls <= 5, `${lab.calls} requests`);
  assert.deepEqual(outbox.states.at(-1), ["saved", 0]);
});

test("cut off before and after the lab took it, nothing is lost and nothing is doubled", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  const troubles = ["cut before", "cut after", "silent", null];
  lab.trouble = () => troubles[Math.min(lab.calls - 1, 3)];
  put(outbox, "a");
  put(outbox, "b");
  await pass(60_000);
  await pass(60_000);
  assert.deepEqual(lab.events, ["a", "b"]);
  assert.equal(outbox.waiting.length, 0);
  assert.ok(outbox.states.some(([state, n]) => state === "offline" && n === 2));
});

test("a closed tab's answers are sent by the next one, before new ones, though the clock was set back", async () => {
  const lab = new Lab();
  lab.trouble = () => "cut before";
  put(open(lab), "first");
  await pass();
  page.reload();
  mock.timers.setTime(1_600_000_000_000);
  lab.trouble = null;
  const outbox = open(lab);
  put(outbox, "second");
  await pass(15_000);
  assert.deepEqual(lab.events, ["first", "second"]);
});

test("an undo names its photo, so that it may come before its answer; with nothing left to undo it goes quietly", async () => {
  const lab = new Lab();
  const told = {};
  const outbox = open(lab, { told });
  lab.refuses = { u: "label.nothing_to_undo", v: "photo.not_found" };
  put(outbox, "u", { name: "undo", target: "x" });
  put(outbox, "v", { name: "undo", target: "y" });
  put(outbox, "a");
  await pass();
  assert.deepEqual(lab.events, ["a"]);
  assert.deepEqual(told, {});
  assert.deepEqual(outbox.undoing, []);
});

test("a lab that was restored from before gets what it took since, in its old place", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  for (const event of ["a", "b", "c"]) put(outbox, event);
  await pass();
  // The backup knew only the first.
  lab.kept.length = lab.seq = 1;
  put(outbox, "d");
  await pass();
  assert.deepEqual(lab.events, ["a", "b", "c", "d"]);
  // Deleted with its photo meanwhile: nobody needs to hear of that.
  const told = {};
  page.reload();
  lab.kept = lab.kept.filter(({ event }) => event !== "c");
  lab.refuses = { c: "photo.not_found" };
  open(lab, { told });
  await pass();
  assert.deepEqual(told, {});
});

test("saved answers are kept ten minutes and no longer", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  put(outbox, "a");
  await pass();
  // Whatever is done to the clock on the wall.
  mock.timers.setTime(1_600_000_000_000);
  elapsed = 599_000;
  put(outbox, "b");
  await pass();
  assert.equal(outbox.mine.length, 2);
  elapsed = 601_000;
  put(outbox, "c");
  await pass();
  assert.deepEqual(outbox.mine.map((one) => one.asked.event), ["b", "c"]);
});

test("what the lab refuses is told and the others go on; tried again it may go", async () => {
  const lab = new Lab();
  const told = {};
  const outbox = open(lab, { told });
  lab.refuses = { b: "pose.not_found" };
  for (const event of ["a", "b", "c"]) put(outbox, event);
  await pass();
  assert.deepEqual(lab.events, ["a", "c"]);
  assert.deepEqual(told, { b: "Not this one (pose.not_found)." });
  lab.refuses = {};
  outbox.again();
  await pass();
  assert.deepEqual(lab.events, ["a", "c", "b"]);
});

test("a full disk of the lab's is waited for; an answer it falls over is given up", async () => {
  const lab = new Lab();
  const told = {};
  const outbox = open(lab, { told });
  lab.refuses = { a: "keeping.disk_full" };
  put(outbox, "a");
  put(outbox, "b");
  await pass(40_000);
  assert.equal(outbox.waiting.length, 2);
  lab.refuses = { a: "error" };
  await pass(100_000);
  await pass(100_000);
  assert.deepEqual(Object.keys(told), ["a"]);
  assert.deepEqual(lab.events, ["b"]);
});

test("another coach's answers wait until that coach is back", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  lab.refuses = { a: "label.other_coach" };
  put(outbox, "a", { who: "Ben" });
  put(outbox, "b");
  await pass();
  assert.deepEqual(lab.events, ["b"]);
  assert.deepEqual(outbox.states.at(-1), ["held", 1]);
  lab.refuses = {};
  outbox.signedIn();
  await pass();
  assert.deepEqual(lab.events, ["b", "a"]);
});

test("answers given in one lab are never sent to another at the same address", async () => {
  const lab = new Lab("lab-1");
  lab.trouble = () => "cut before";
  put(open(lab), "a");
  await pass();
  page.reload();
  const other = new Lab("lab-2");
  const outbox = open(other);
  put(outbox, "b");
  await pass(15_000);
  assert.deepEqual(other.events, ["b"]);
  page.reload();
  lab.trouble = null;
  open(lab);
  await pass(15_000);
  assert.deepEqual(lab.events, ["a"]);
});

test("a page that stays open while another lab takes the address sends nothing there", async () => {
  const lab = new Lab("lab-1");
  const outbox = open(lab);
  const other = new Lab("lab-2");
  outbox.server = other;
  put(outbox, "a");
  await pass(30_000);
  assert.deepEqual(other.events, []);
  outbox.openIn("lab-2");
  await pass(15_000);
  assert.deepEqual(other.events, []);
  assert.equal(outbox.waiting.length, 0);
});

test("two windows share what waits, and send it once each at most", async () => {
  const lab = new Lab();
  lab.trouble = () => "cut before";
  const one = open(lab);
  put(one, "a");
  await pass();
  const other = open(lab);
  put(other, "b");
  const [key] = [...other.kept.answers].find(([, { asked }]) => asked.event === "b");
  page.tell("storage", { key, newValue: localStorage.getItem(key) });
  put(one, "c");
  await pass(4000);
  // The other waits for its turn, and says so.
  assert.equal(other.states.at(-1)[0], "offline");
  lab.trouble = null;
  await pass(30_000);
  assert.deepEqual(lab.events, ["a", "b", "c"]);
});

test("without storage, or with a full one, answers go all the same", async () => {
  const lab = new Lab();
  localStorage.full = true;
  const outbox = open(lab);
  put(outbox, "a");
  put(outbox, "b");
  await pass();
  assert.deepEqual(lab.events, ["a", "b"]);
});

test("a list that an earlier YogaLab left is taken over", async () => {
  const lab = new Lab();
  localStorage.setItem("yogalab.labels.waiting.1.x", JSON.stringify([{ name: "label", asked: { event: "old", photo: 1 }, who: "Anna", what: "old" }]));
  open(lab);
  await pass();
  assert.deepEqual(lab.events, ["old"]);
  assert.equal(localStorage.getItem("yogalab.labels.waiting.1.x"), null);
});

test("what a coach gave and waits is told newest first, without what is about to be taken back", async () => {
  const lab = new Lab();
  lab.trouble = () => "cut before";
  const outbox = open(lab);
  put(outbox, "a", { pose: 3 });
  put(outbox, "b", { name: "mark", kind: "skip" });
  put(outbox, "c", { who: "Ben" });
  const events = (who) => outbox.given(who).map((one) => one.event);
  assert.deepEqual(events("Anna"), ["b", "a"]);
  assert.equal(outbox.given("Anna")[1].pose, 3);
  put(outbox, "u", { name: "undo", target: "b" });
  assert.deepEqual(events("Anna"), ["a"]);
  assert.deepEqual(events("Ben"), ["c"]);
});

test("a restored lab is found out and made whole before a page that was opened since sends anything new", async () => {
  const lab = new Lab();
  const first = open(lab);
  for (const event of ["a", "b", "c"]) put(first, event);
  await pass();
  first.shut = true;
  page.reload();
  lab.kept.length = lab.seq = 0;
  // It cannot even be asked, for now.
  lab.trouble = () => "cut before";
  const outbox = open(lab);
  put(outbox, "d");
  await pass();
  lab.trouble = null;
  await pass(30_000);
  assert.deepEqual(lab.events, ["a", "b", "c", "d"]);
});

test("an idle page makes a restored lab whole, and asks about no more than the newest answer while all is well", async () => {
  const lab = new Lab();
  const outbox = open(lab);
  for (const event of ["a", "b"]) put(outbox, event);
  await pass();
  const asked = [];
  const { missing } = Lab.prototype;
  lab.missing = (question) => (asked.push(question.events), missing.call(lab, question));
  assert.equal(await outbox.verify(), false);
  assert.deepEqual(asked, [["b"]]);
  lab.kept.length = lab.seq = 0;
  assert.equal(await outbox.verify(), true);
  await pass();
  assert.deepEqual(lab.events, ["a", "b"]);
});
