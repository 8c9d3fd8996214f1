// What a key press means, and the keys that a coach chooses instead.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { browser } from "./browser.mjs";
import { ACTIONS, Keys, actions, choosable, listen, meaning, shortcuts, sign } from "../assets/review_keys.js";

beforeEach(() => browser());

const bound = (chosen) => {
  if (chosen !== undefined) localStorage.setItem("yogalab.keys", typeof chosen === "string" ? chosen : JSON.stringify(chosen));
  return new Keys(localStorage);
};
const press = (key, more = {}) => ({ key, code: "", ...more });
const name = (key, more, keys = bound()) => meaning(press(key, more), keys)?.name ?? null;

test("every key of the issue does what it says there", () => {
  const said = { 1: "number", 9: "number", Enter: "first", " ": "skip", n: "not_a_pose", x: "nobody", b: "wrong_skeleton", p: "person", u: "undo", ArrowLeft: "back", ArrowRight: "forward", s: "skeleton", g: "guesses", m: "side", ",": "side", z: "zoom", "?": "help", "/": "search", Escape: "whole" };
  for (const [key, action] of Object.entries(said)) assert.equal(name(key), action, key);
  assert.equal(name("N"), "not_a_pose", "Caps Lock");
  assert.deepEqual(new Set(ACTIONS.map((one) => one.name)), new Set(Object.values(said)));
});

test("no two actions begin with one key, and each has a sentence", () => {
  const begun = ACTIONS.flatMap(({ name: action, key, also = [] }) => (action === "number" ? [...key] : [key, ...also]));
  assert.equal(new Set(begun).size, begun.length);
  assert.ok(ACTIONS.every(({ says, act }) => says.startsWith("review.key.") && act));
});

test("a letter that is no key begins a search, and with Shift every letter does", () => {
  assert.deepEqual(meaning(press("t"), bound()), { name: "search", key: "t", typed: "t" });
  assert.deepEqual(meaning(press("B", { shiftKey: true }), bound()), { name: "search", key: "B", typed: "B" });
  assert.deepEqual(meaning(press("é"), bound()), { name: "search", key: "é", typed: "é" });
  assert.equal(name("?", { shiftKey: true }), "help");
  assert.equal(name("/", { shiftKey: true, code: "Digit7" }), "search");
  assert.equal(name("F5"), null);
  assert.equal(name("0"), null);
});

test("with Ctrl, Alt or Cmd a key is the browser's, but for Ctrl-Z", () => {
  for (const held of ["ctrlKey", "metaKey", "altKey"]) {
    for (const { key } of ACTIONS.filter((one) => one.key !== "z")) assert.equal(name([...key][0] === "1" ? "1" : key, { [held]: true }), null, `${held} ${key}`);
  }
  assert.equal(name("z", { ctrlKey: true }), "undo");
  assert.equal(name("z", { metaKey: true }), "undo");
  assert.equal(name("z", { altKey: true }), null);
  assert.equal(name("Z", { ctrlKey: true, shiftKey: true }), null);
  assert.equal(name("?", { ctrlKey: true, altKey: true, getModifierState: (one) => one === "AltGraph" }), "help");
});

test("numbers are found where a keyboard writes them with Shift only", () => {
  assert.deepEqual(meaning(press("é", { code: "Digit2" }), bound()), { name: "number", key: "2" });
  assert.equal(name("@", { code: "Digit2", shiftKey: true }), null);
});

test("a chosen key is used, kept, and told to all who show it", () => {
  const keys = bound();
  let told = 0;
  keys.onChange(() => (told += 1));
  keys.choose("skip", "k");
  assert.equal(told, 1);
  for (const one of [keys, bound()]) {
    assert.equal(name("k", {}, one), "skip");
    assert.equal(name(" ", {}, one), null);
    assert.deepEqual(one.of("skip"), ["k"]);
    assert.ok(one.changed);
  }
  keys.asItWas();
  assert.equal(localStorage.getItem("yogalab.keys"), null);
  assert.equal(name(" ", {}, bound()), "skip");
  assert.ok(!keys.changed);
});

test("a key that another action has is told, and the two may swap", () => {
  const keys = bound();
  assert.equal(keys.clash("skip", "n"), "not_a_pose");
  assert.equal(keys.clash("skip", " "), null);
  assert.equal(keys.clash("skip", "k"), null);
  keys.swap("skip", "not_a_pose");
  assert.deepEqual([name("n", {}, keys), name(" ", {}, keys)], ["skip", "not_a_pose"]);
  keys.swap("skip", "not_a_pose");
  assert.equal(localStorage.getItem("yogalab.keys"), null, "as it was is not kept as a choice");
});

test("a second key gives way to a choice, and comes back", () => {
  const keys = bound();
  assert.equal(keys.clash("skip", ","), null);
  keys.choose("skip", ",");
  assert.deepEqual([name(",", {}, keys), keys.of("side")], ["skip", ["m"]]);
  keys.asItWas();
  assert.deepEqual(keys.of("side"), ["m", ","]);
});

test("what lies in storage is believed only where it makes sense", () => {
  for (const broken of ["{", "null", "7", '"n"', '{"skip":"1"}', '{"skip":{}}', '{"skip":"Tab"}', '{"number":"k"}', '{"whole":"k","nothing":"j"}', "[]"]) {
    const keys = bound(broken);
    for (const { key, name: action, fixed } of ACTIONS) assert.equal(keys.at(fixed && action === "number" ? "5" : key), action, `${broken} ${action}`);
  }
  // Two for one key: the first of the table has it, the other keeps what it had.
  const keys = bound({ not_a_pose: "k", nobody: "k" });
  assert.deepEqual([keys.at("k"), keys.at("x")], ["not_a_pose", "nobody"]);
  // An action that is new since then does not take away a key that was chosen.
  const before = bound({ skip: "z" });
  assert.deepEqual([before.at("z"), before.of("zoom"), before.at(" ")], ["skip", [], undefined]);
});

test("without storage chosen keys hold as long as the page", () => {
  localStorage.full = true;
  const keys = bound();
  keys.choose("help", "h");
  assert.equal(name("h", {}, keys), "help");
  const none = new Keys(undefined);
  none.choose("help", "h");
  assert.equal(name("h", {}, none), "help");
});

test("only keys that are free for it can be chosen", () => {
  for (const key of ["k", "ß", "д", "+", "0", "ArrowUp", "PageDown", " "]) assert.ok(choosable(key), key);
  for (const key of ["1", "9", "Escape", "Tab", "Shift", "F5", "Dead", "", "ab", "\t", null, undefined]) assert.ok(!choosable(key), String(key));
});

test("keys are written for eyes and for screen readers", () => {
  assert.deepEqual(["n", " ", "ArrowLeft", "?"].map(sign), ["N", "␣", "←", "?"]);
  assert.equal(shortcuts(" ", "n", "+", "ArrowLeft"), "Space n Plus ArrowLeft");
});

// --- the listener, on a document of a few elements -----------------------------------------------

class Element {
  constructor(kind, parent = null) {
    Object.assign(this, { kind, parent, blurred: 0 });
  }
  matches(selector) {
    return selector.split(",").some((one) => one.trim() === this.kind);
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
  }
  blur() {
    this.blurred += 1;
  }
}

function desk(page, role = "owner") {
  const heard = { pointerdown: [], keydown: [] };
  globalThis.Element = Element;
  const body = new Element("body");
  globalThis.document = { body, dialog: null, documentElement: { dataset: { role } }, addEventListener: (what, act) => heard[what].push(act), querySelector: () => document.dialog };
  listen(page, bound());
  const tell = (what, target, event) => {
    const one = { target, defaultPrevented: false, preventDefault: () => (one.defaultPrevented = true), code: "", ...event };
    heard[what].forEach((act) => act(one));
    return one.defaultPrevented;
  };
  return { key: (key, target = body, more = {}) => tell("keydown", target, { key, ...more }), click: (target) => tell("pointerdown", target, {}) };
}

function page(more = {}) {
  const done = [];
  const note = (word) => (...with_) => done.push([word, ...with_].join(" "));
  return {
    done,
    inFront: true,
    card: {},
    hasSides: false,
    hasOthers: false,
    search: { open: note("search") },
    zoom: { on: false, home: note("whole") },
    ...Object.fromEntries(["choose", "agree", "toggleGuesses", "answerMark", "turnPerson", "turn", "undo", "step", "toggleBones", "toggleGuesses", "toggleZoom", "help", "tell"].map((word) => [word, note(word)])),
    ...more,
  };
}

test("each key does its one thing, and a held one does it once", () => {
  const one = page({ hasSides: true, hasOthers: true });
  const hands = desk(one);
  for (const key of ["3", "Enter", " ", "n", "x", "b", "p", "m", ",", "u", "ArrowLeft", "ArrowRight", "s", "g", "z", "?", "/", "w"]) hands.key(key);
  assert.deepEqual(one.done, ["choose 2", "agree", "answerMark skip", "answerMark not_a_pose", "answerMark nobody", "answerMark wrong_skeleton", "turnPerson", "turn", "turn", "undo", "step 1", "step -1", "toggleBones", "toggleGuesses", "toggleZoom", "help", "search ", "search w"]);
  one.done.length = 0;
  assert.ok(hands.key("1", undefined, { repeat: true }), "nor does it scroll");
  hands.key("ArrowLeft", undefined, { repeat: true });
  assert.deepEqual(one.done, ["step 1"]);
});

test("who only looks goes from photo to photo, and no key answers", () => {
  const one = page({ hasSides: true, hasOthers: true });
  const hands = desk(one, "viewer");
  for (const key of ["3", "Enter", " ", "n", "x", "b", "p", "m", ",", "u", "/", "w"]) assert.equal(hands.key(key), false, `${key} is left to the browser`);
  for (const key of ["ArrowLeft", "ArrowRight", "s", "g", "z", "?"]) hands.key(key);
  assert.deepEqual(one.done, ["step 1", "step -1", "toggleBones", "toggleGuesses", "toggleZoom", "help"]);
  assert.deepEqual(actions().map(({ name }) => name), ["back", "forward", "skeleton", "guesses", "zoom", "whole", "help"]);
  document.documentElement.dataset.role = "coach";
  hands.key("n");
  assert.equal(one.done.at(-1), "answerMark not_a_pose");
  assert.equal(actions().length, ACTIONS.length);
});

test("what cannot be done now is told, or left to the browser", () => {
  const one = page();
  const hands = desk(one);
  hands.key("p");
  hands.key("m");
  assert.deepEqual(one.done, ["tell review.no_others", "tell review.no_sides"]);
  assert.equal(hands.key("Escape"), false);
  one.zoom.on = true;
  assert.equal(hands.key("Escape"), true);
  assert.equal(one.done.at(-1), "whole");
});

test("keys are silent in fields, in dialogs, on other pages and while an input method is open", () => {
  const one = page();
  const hands = desk(one);
  for (const kind of ["input", "textarea", "select", "[contenteditable=true]"]) hands.key("1", new Element(kind));
  hands.key("1", undefined, { isComposing: true });
  document.dialog = {};
  hands.key("1");
  document.dialog = null;
  one.inFront = false;
  hands.key("1");
  assert.deepEqual(one.done, []);
});

test("what a mouse chose does not swallow Enter and Space; what the Tab key reached is pressed by them", () => {
  const one = page();
  const hands = desk(one);
  const button = new Element("button");
  const tab = new Element("[role=tab]");
  for (const control of [button, tab]) {
    hands.click(new Element("span", control));
    assert.ok(hands.key("Enter", control));
    assert.equal(control.blurred, 1);
  }
  assert.deepEqual(one.done.splice(0), ["agree", "agree"]);
  hands.key("Tab", tab);
  assert.equal(hands.key("Enter", button), false);
  assert.equal(hands.key(" ", button), false);
  assert.equal(hands.key("ArrowLeft", tab), false);
  assert.deepEqual(one.done, []);
  hands.key("n", button);
  assert.deepEqual(one.done, ["answerMark not_a_pose"]);
});
