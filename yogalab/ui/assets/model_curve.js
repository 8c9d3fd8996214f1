// The learning curve as a picture: shares over labels, each with what is probable around it.

import { h, percent, s, say } from "./core.js";

// On a narrow screen fewer, so that what is written stays as large as the text around it.
const wide = () => (matchMedia("(max-width: 640px)").matches ? 340 : 600);
const HIGH = 280;
const LEFT = 52;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 44;

/** curve: points of the same photos, versions as they were judged, ahead what more labels promise. */
export function drawCurve(curve) {
  const scale = scaleOf([...curve.points, ...curve.versions, ...curve.ahead]);
  const promised = [...curve.points.slice(-1), ...curve.ahead];
  const parts = [
    ...axes(scale),
    band(curve.points, scale, "now"),
    band(promised, scale, "ahead"),
    line(curve.points, scale, "now"),
    line(promised, scale, "ahead"),
    ...curve.versions.map((one) => whisker(one, scale)),
    ...curve.points.map((one) => dot(one, scale, "now")),
    ...curve.ahead.map((one) => dot(one, scale, "ahead")),
    ...curve.versions.map((one) => dot(one, scale, "version")),
  ];
  const words = say("models.curve_picture", { told: curve.told });
  return h("figure", { class: "yl-curve-figure" }, s("svg", { class: "yl-curve", viewBox: `0 0 ${scale.wide} ${HIGH}`, role: "img", "aria-label": words }, ...parts), keys(curve));
}

function scaleOf(all) {
  const most = Math.max(...all.map((one) => one.labels), 1);
  const least = Math.max(0, Math.floor(Math.min(...all.map((one) => one.low)) * 10) / 10);
  const [across, down] = [wide() - LEFT - RIGHT, HIGH - TOP - BOTTOM];
  return {
    wide: wide(),
    most,
    least,
    // The first labels bring most: their square root gives them room.
    x: (labels) => LEFT + Math.sqrt(labels / most) * across,
    y: (share) => TOP + ((1 - share) / (1 - least)) * down,
  };
}

function axes(scale) {
  const text = (attributes, words) => s("text", { class: "yl-curve-text", ...attributes }, words);
  const labels = [...new Set([0, 0.1, 0.4, 1].map((part) => Math.round(scale.most * part)))];
  const anchor = (number) => (number === 0 ? "start" : number === scale.most ? "end" : "middle");
  return [
    ...[scale.least, (scale.least + 1) / 2, 1].flatMap((share) => [
      s("line", { class: "yl-curve-rule", x1: LEFT, x2: scale.wide - RIGHT, y1: scale.y(share), y2: scale.y(share) }),
      text({ x: LEFT - 8, y: scale.y(share) + 4, "text-anchor": "end" }, percent(share)),
    ]),
    ...labels.map((number) => text({ x: scale.x(number), y: HIGH - BOTTOM + 18, "text-anchor": anchor(number) }, String(number))),
    text({ x: (LEFT + scale.wide - RIGHT) / 2, y: HIGH - 6, "text-anchor": "middle" }, say("models.curve_labels")),
  ];
}

const place = (one, scale, name = "share") => `${scale.x(one.labels)},${scale.y(one[name])}`;

function line(points, scale, kind) {
  if (points.length < 2) return null;
  return s("polyline", { class: `yl-curve-line is-${kind}`, points: points.map((one) => place(one, scale)).join(" ") });
}

function band(points, scale, kind) {
  if (points.length < 2) return null;
  const edge = (name) => points.map((one) => place(one, scale, name));
  return s("polygon", { class: `yl-curve-band is-${kind}`, points: [...edge("high"), ...edge("low").reverse()].join(" ") });
}

function whisker(one, scale) {
  const x = scale.x(one.labels);
  return s("line", { class: "yl-curve-whisker", x1: x, x2: x, y1: scale.y(one.low), y2: scale.y(one.high) });
}

function dot(one, scale, kind) {
  const words = { labels: one.labels, share: percent(one.share), low: percent(one.low), high: percent(one.high) };
  return s("circle", { class: `yl-curve-dot is-${kind}`, cx: scale.x(one.labels), cy: scale.y(one.share), r: 5 }, s("title", {}, say("models.curve_point", words)));
}

function keys(curve) {
  const key = (kind, code) => h("span", { class: "yl-curve-key" }, h("span", { class: `yl-curve-sign is-${kind}`, "aria-hidden": "true" }), say(code));
  return h(
    "figcaption",
    { class: "yl-soft yl-small" },
    curve.points.length ? key("now", "models.curve_key_now") : null,
    curve.versions.length ? key("version", "models.curve_key_versions") : null,
    curve.ahead.length ? key("ahead", "models.curve_key_ahead") : null,
  );
}
