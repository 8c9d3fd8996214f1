// What comes next stays ready; what was answered can be looked at and taken back, however long ago it was.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Cards } from "../assets/review_queue.js";
import { Sitting } from "../assets/review_sitting.js";

const card = (photo, rest = {}) => ({ photo, name: `${photo}.jpg`, ...rest });
const kept = (seq, photo = seq) => ({ event: `e${seq}`, seq, kind: "skip", pose: null, card: card(photo) });

/** A lab that remembers `all`, oldest first, and tells `size` at a time. */
function lab(all, { size = 50, waiting = [], undoing = [] } = {}) {
  const asked = [];
  const server = {
    sitting: async (question) => {
      asked.push(question);
      const earlier = all.filter((one) => one.seq < (question.before ?? Infinity)).toReversed();
      return { ok: { answers: [...question.waiting, ...earlier.slice(0, size)], more: earlier.length > size } };
    },
  };
  const sitting = new Sitting(server, { waiting: () => waiting, undoing: () => undoing });
  return { sitting, asked };
}

const events = (sitting) => sitting.entries.map((entry) => entry.event);

test("undo goes back through what the page knows, then through what the lab knows, to the very first", async () => {
  const { sitting } = lab([1, 2, 3, 4, 5].map((seq) => kept(seq)), { size: 2 });
  sitting.add({ card: card(9), event: "new", kind: "skip" });
  const taken = [];
  for (let one = sitting.back(); one; one = sitting.back() ?? ((await sitting.more()) && sitting.back())) taken.push(one.event);
  assert.deepEqual(taken, ["new", "e5", "e4", "e3", "e2", "e1"]);
  assert.equal(await sitting.more(), false);
});

test("what is asked for is what came before the oldest that is known, and nothing comes twice", async () => {
  const all = Array.from({ length: 120 }, (_, n) => kept(n + 1));
  const { sitting, asked } = lab(all);
  for (let photo = 121; photo <= 330; photo += 1) {
    sitting.add({ card: card(photo), event: `e${photo}`, kind: "skip" });
    sitting.saved(`e${photo}`, photo);
    all.push(kept(photo));
  }
  // The page remembers the newest two hundred of its own.
  assert.equal(sitting.entries.length, 200);
  while (await sitting.more());
  assert.deepEqual(events(sitting), Array.from({ length: 330 }, (_, n) => `e${n + 1}`));
  assert.equal(asked[0].before, 131);
});

test("after a reload, answers that still wait are the newest", async () => {
  const waiting = [{ ...kept(0, 8), event: "w2", seq: null }, { ...kept(0, 7), event: "w1", seq: null }];
  // The first has arrived by the time the lab is asked.
  const { sitting } = lab([kept(1), kept(2), { ...kept(3, 7), event: "w1" }], { waiting });
  assert.equal(await sitting.more(), true);
  assert.deepEqual(events(sitting), ["e1", "e2", "w1", "w2"]);
  assert.equal(sitting.back().event, "w2");
});

test("what was said last goes first, of whichever photo, and what was said before it stands again", () => {
  const { sitting } = lab([]);
  const tree = { name: "Tree" };
  sitting.add({ card: card(1), event: "a", pose: tree });
  sitting.add({ card: card(2), event: "b", kind: "skip" });
  sitting.correct(sitting.entries[0], { event: "c", kind: "nobody" });
  assert.deepEqual(events(sitting), ["c", "b"]);
  assert.deepEqual(sitting.back(), { event: "c", card: card(1), open: false });
  assert.equal(sitting.entries[0].pose, tree);
  assert.equal(sitting.back().event, "b");
  assert.deepEqual(sitting.back(), { event: "a", card: card(1), open: true });
  assert.equal(sitting.back(), null);
});

test("what is said while earlier answers are being fetched is not what is taken back", async () => {
  const { sitting } = lab([kept(1)]);
  const { newest } = sitting;
  assert.equal(sitting.back(newest), null);
  sitting.add({ card: card(9), event: "just now", kind: "skip" });
  assert.equal(sitting.back(newest), null);
  await sitting.more();
  assert.equal(sitting.back(newest).event, "e1");
});

test("a photo answered twice is one photo, whichever page said it", async () => {
  const { sitting } = lab([kept(1, 7), kept(2, 8), kept(3, 7)]);
  await sitting.more();
  assert.deepEqual(events(sitting), ["e2", "e3"]);
  assert.deepEqual(sitting.back(), { event: "e3", card: card(7), open: false });
  assert.equal(sitting.back().event, "e2");
  assert.deepEqual(sitting.back(), { event: "e1", card: card(7), open: true });
});

test("that a skeleton is wrong is no answer: the photo stays open", () => {
  const { sitting } = lab([]);
  sitting.add({ card: card(1), event: "flag", kind: "wrong_skeleton" });
  assert.deepEqual(sitting.photos, []);
  sitting.add({ card: card(1), event: "label", pose: { name: "Tree" } });
  assert.deepEqual(sitting.photos, [1]);
  assert.deepEqual(events(sitting), ["label"]);
  assert.deepEqual(sitting.back(), { event: "label", card: card(1), open: true });
  assert.deepEqual(sitting.photos, []);
  assert.equal(sitting.back().event, "flag");
});

test("what the lab refused was never said", () => {
  const { sitting } = lab([]);
  sitting.add({ card: card(1), event: "a", kind: "skip" });
  sitting.correct(sitting.entries[0], { event: "b", kind: "nobody" });
  sitting.drop("b");
  assert.deepEqual(events(sitting), ["a"]);
  sitting.drop("a");
  sitting.drop("unknown");
  assert.deepEqual(events(sitting), []);
});

// --- what comes next ----------------------------------------------------------------------------

/** A page that asks a lab whose order is `order(held)`; what it made ready, newest first. */
function page(order) {
  const asked = [];
  const sitting = new Sitting({}, { waiting: () => [], undoing: () => [] });
  const server = {
    queue: async (question) => {
      asked.push(question);
      return { ok: { tally: {}, lab: "lab", closed: [], ...(await order(question)) } };
    },
  };
  const ready = [];
  const cards = new Cards(server, sitting, { ready: (ahead) => ready.unshift(photos(ahead)), onChange: () => {} });
  return { cards, sitting, asked, ready };
}

const photos = (cards) => cards.map((one) => one.photo);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, n) => card(first + n));

test("the next five stay where they are when the queue is ranked anew; all that may come is made ready", async () => {
  const renewed = [card(6), card(2, { told: "anew" }), card(4), card(5), card(3)];
  const orders = [range(1, 8), [...renewed, card(8), card(30), card(31)]];
  const { cards, asked, ready } = page(() => ({ cards: orders.shift() }));
  await cards.refresh();
  assert.deepEqual(ready[0], [1, 2, 3, 4, 5, 6, 7, 8]);
  cards.ahead[0].told = "seen";
  await cards.refresh();
  assert.deepEqual(ready[0], [1, 2, 3, 4, 5, 6, 8, 30, 31]);
  assert.deepEqual([asked[1].held, asked[1].renew], [[1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6]]);
  // The one in front is not touched, the next ones say what the lab thinks now.
  assert.deepEqual([cards.ahead[0].told, cards.ahead[1].told], ["seen", "anew"]);
});

test("what was answered while the order was worked out does not come back", async () => {
  let answerNow;
  const { cards, sitting } = page(({ held }) => {
    if (held.length) answerNow();
    return { cards: range(1, 12).filter((one) => !held.includes(one.photo)).slice(0, 8) };
  });
  await cards.refresh();
  answerNow = () => [1, 2].forEach((photo) => cards.answer({ card: cards.front, event: `e${photo}`, kind: "skip" }));
  await cards.refresh();
  assert.deepEqual(photos(cards.ahead), [3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.deepEqual(sitting.photos, [1, 2]);
});

test("a photo that was deleted, or answered on another page, is not kept for later", async () => {
  const { cards } = page(({ held }) => (held.length ? { cards: range(9, 16), closed: [1, 3] } : { cards: range(1, 8) }));
  await cards.refresh();
  await cards.refresh();
  // The one in front stays under the coach's fingers; the answer to it is told to be too late.
  assert.deepEqual(photos(cards.ahead), [1, 2, 4, 5, 6, 9, 10, 11, 12]);
});

test("another lab at the same address: nothing of the first one is shown or taken back there", async () => {
  const labs = ["one", "two"];
  const { cards, sitting } = page(() => ({ cards: range(1, 8), lab: labs.shift() }));
  await cards.refresh();
  cards.answer({ card: cards.front, event: "a", kind: "skip" });
  await cards.refresh();
  assert.deepEqual(photos(cards.ahead), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(sitting.back(), null);
});
