// One entry of the check page: its photos, what was said of them, and the answers it can get.

import { h, percent, say, skeletons } from "./core.js";
import { sign } from "./review_keys.js";
import { may } from "./role.js";

/** The answers to an entry, each {key, words, name, asked, told}; `opens` asks for a pose first. rules: may decide; none for who only looks. */
export function answersTo(entry, rules) {
  if (!may("coach")) return [];
  return { suspects: toSuspect, disagreements: (one) => (rules ? toDispute(one) : []), copies: toCopies, skipped: toSkipped }[entry.list](entry);
}

function toSuspect(entry) {
  const { photo } = entry.photos[0];
  const settle = (pose) => ({ name: "settle", asked: { photo, pose: pose.id, check: "suspects" }, told: () => say("check.done", { what: pose.name }) });
  return [
    ...entry.poses.map((pose, place) => ({ key: String(place + 1), words: say("check.it_is", { pose: pose.name }), ...settle(pose) })),
    {
      key: "k",
      words: say("check.keep", { pose: entry.called.name }),
      name: "keep",
      asked: { photos: [photo], check: "suspects" },
      told: () => say("check.kept", { what: entry.called.name }),
    },
    another(settle),
    wrongSkeleton(photo),
  ];
}

function toDispute(entry) {
  const { photo } = entry.photos[0];
  const what = (one) => one.pose?.name ?? say(`label.kind.${one.kind}`);
  const rule = (pose, words) => ({ name: "rule", asked: { photo, pose: pose?.id ?? null }, told: () => say("check.done", { what: words }) });
  const said = [...new Map(entry.said.map((one) => [what(one), one])).values()];
  return [
    ...said.map((one, place) => ({ key: String(place + 1), words: say("check.it_is", { pose: what(one) }), ...rule(one.pose, what(one)) })),
    another((pose) => rule(pose, pose.name)),
  ];
}

function toCopies(entry) {
  const photos = entry.photos.map((one) => one.photo);
  const alike = (pose) => ({ name: "alike", asked: { photos, pose: pose.id }, told: (kept) => say("check.done_all", { n: kept.photos.length, what: pose.name }) });
  return [
    ...entry.poses.map((pose, place) => ({ key: String(place + 1), words: say("check.all_are", { pose: pose.name }), ...alike(pose) })),
    ...(entry.differ
      ? [{ key: "k", words: say("check.keep_all"), name: "keep", asked: { photos, check: "copies" }, told: () => say("check.kept", { what: entry.poses.map((pose) => pose.name).join(", ") }) }]
      : []),
    another(alike),
  ];
}

function toSkipped(entry) {
  const { photo } = entry.photos[0];
  const label = (pose) => ({ name: "label", asked: { photo, pose: pose.id, shown: entry.poses }, told: () => say("check.done", { what: pose.name }) });
  return [
    ...entry.poses.map((pose, place) => ({ key: String(place + 1), words: pose.name, ...label(pose) })),
    another(label),
    { key: "n", words: say("review.not_a_pose"), name: "mark", asked: { photo, kind: "not_a_pose" }, told: () => say("check.done", { what: say("label.kind.not_a_pose") }) },
  ];
}

const another = (named) => ({ key: "/", words: say("check.another"), opens: true, named });

const wrongSkeleton = (photo) => ({
  key: "b",
  words: say("review.wrong_skeleton"),
  name: "mark",
  asked: { photo, kind: "wrong_skeleton" },
  told: () => say("check.done", { what: say("label.kind.wrong_skeleton") }),
});

/** An entry with its photos and answers. */
export function entryOf(entry, page) {
  const [first, ...others] = entry.photos;
  const name = others.length ? say("check.group", { n: entry.photos.length, name: first.name }) : say("check.entry", { name: first.name });
  return h(
    "li",
    { class: `yl-again${others.length ? " is-group" : ""}`, "aria-label": name },
    h("div", { class: "yl-again-photos" }, entry.photos.map((one) => picture(one, entry, page))),
    h(
      "div",
      { class: "yl-again-words" },
      said(entry).map((line, place) => h("p", { class: place ? "yl-soft" : null }, line)),
      h("div", { class: "yl-again-answers" }, entry.answers.map((answer, place) => button(answer, place, entry, page))),
    ),
  );
}

function picture(one, entry, page) {
  const opens = entry.answers.find((answer) => answer.opens);
  const inside = [
    h("img", { src: `/photo/${one.photo}?edge=640`, alt: "", loading: "lazy", decoding: "async" }),
    one.skeleton ? skeletons([one.skeleton], one.width, one.height) : null,
  ];
  const frame = { class: "yl-again-photo", style: `--aspect:${one.width / one.height}` };
  const words = entry.list === "copies" ? h("span", { class: "yl-again-name" }, one.label?.pose?.name ?? say("check.unnamed")) : null;
  const photo = opens
    ? h("button", { ...frame, onclick: () => page.give(entry, opens), "aria-label": `${say("check.another")}: ${one.name}` }, inside)
    : h("div", frame, inside);
  return h("div", { class: "yl-again-one" }, photo, words);
}

function button(answer, place, entry, page) {
  return h(
    "button",
    { class: `yl-button${place ? " is-quiet" : ""}`, onclick: () => page.give(entry, answer), "aria-keyshortcuts": answer.key },
    h("span", {}, answer.words),
    h("kbd", { "aria-hidden": "true" }, sign(answer.key)),
  );
}

function said(entry) {
  if (entry.list === "suspects") {
    const called = entry.by ? say("check.called_by", { pose: entry.called.name, who: entry.by }) : say("check.called", { pose: entry.called.name });
    return [called, say("check.computer", { pose: entry.poses[0].name, percent: percent(entry.probability) })];
  }
  if (entry.list === "disagreements") {
    const words = entry.said.map((one) => say("check.said", { who: one.who, pose: one.pose?.name ?? say(`label.kind.${one.kind}`) }));
    return [words.join(" · "), ...entry.guesses.map((one) => say("check.computer", { pose: one.name, percent: percent(one.probability) }))];
  }
  return entry.list === "copies" ? [] : [entry.photos[0].name];
}

/** What an entry has become, with the way back. */
export function settled(entry, takeBack) {
  return h(
    "li",
    { class: "yl-again is-settled", "aria-label": entry.told },
    h("div", { class: "yl-again-photos" }, entry.photos.slice(0, 1).map((one) => h("div", { class: "yl-again-photo is-small" }, h("img", { src: `/photo/${one.photo}?edge=160`, alt: "" })))),
    h("p", { role: "status" }, entry.told),
    h("button", { class: "yl-button is-quiet", "data-needs": "coach", onclick: takeBack, "aria-keyshortcuts": "u" }, say("review.undo"), h("kbd", { "aria-hidden": "true" }, "U")),
  );
}
