// A page that is closed tells the lab, so that its photos need not wait.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Cards } from "../assets/review_queue.js";
import { browser } from "./browser.mjs";

test("a page that has photos says once that it is closed, under its own name", async () => {
  const page = browser();
  const sent = [];
  globalThis.document = { baseURI: "http://lab.test/" };
  navigator.sendBeacon = (url) => sent.push(String(url));
  const server = { queue: async () => ({ ok: { cards: [], closed: [], tally: {}, lab: "lab-1" } }) };
  const sitting = { photos: [], forget: () => {} };
  const cards = new Cards(server, sitting, { ready: () => {}, onChange: () => {} });
  // Before it was given any there is nothing to let go.
  page.tell("pagehide");
  assert.deepEqual(sent, []);
  await cards.refresh();
  page.tell("pagehide");
  assert.deepEqual(sent, [`http://lab.test/lab/review/leave?seat=${cards.seat}`]);
});
