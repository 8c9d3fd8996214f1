// How labelling pays: the learning curve with its forecast, what can be told, and what is mixed up.

import { ask, figure, h, say, trying } from "./core.js";
import { drawCurve } from "./model_curve.js";

/** A part of the page that asks for itself: it takes longer than everything else there. */
export function learning(server) {
  const curve = h("div", { class: "yl-card yl-learning-curve" });
  const mixed = h("div", { class: "yl-card yl-mixed" });
  const box = h("section", { class: "yl-learning", hidden: true, "aria-label": say("models.learning") }, curve, mixed);
  let asked = 0;
  return {
    box,
    async refresh(some) {
      box.hidden = !some;
      if (!some) return;
      const mine = (asked += 1);
      if (!curve.childElementCount) curve.append(h("p", { class: "yl-soft", role: "status" }, say("models.learning_counting")));
      const found = await trying(() => ask(server, "learning", {}));
      // A later question has been asked meanwhile: its answer is the one to show.
      if (mine !== asked) return;
      box.hidden = !found;
      if (!found) return;
      curve.replaceChildren(...curveOf(found.curve));
      mixed.hidden = !found.mixed.judged;
      mixed.replaceChildren(...mixedOf(found.mixed));
    },
  };
}

function curveOf(curve) {
  const drawable = curve.points.length > 1 || curve.versions.length > 1;
  return [
    h("h3", {}, say("models.learning")),
    drawable ? drawCurve(curve) : null,
    h("p", {}, curve.told),
    ...(curve.reach ? [h("h4", {}, say("models.reach_title")), h("p", { class: "yl-soft" }, curve.reach)] : []),
  ].filter(Boolean);
}

function mixedOf(mixed) {
  return [
    h("h3", {}, say("models.mixed")),
    h("p", { class: "yl-soft" }, mixed.told),
    h("ul", { class: "yl-mixed-pairs" }, ...mixed.pairs.map(pairOf)),
  ];
}

function pairOf(pair) {
  return h(
    "li",
    { "aria-label": say("check.agreeing_pair", { one: pair.one.name, other: pair.other.name }) },
    h("div", { class: "yl-mixed-sides" }, sideOf(pair.one, pair.ones), sideOf(pair.other, pair.others)),
    h("p", { class: "yl-soft yl-small" }, pair.told),
  );
}

const sideOf = (pose, photos) => h("div", { class: "yl-mixed-side" }, h("b", {}, figure(pose, 36), pose.name), h("div", { class: "yl-mixed-photos" }, ...photos.map(photoOf)));

function photoOf(one) {
  const words = one.taken_for ? say("models.mixed_taken", { pose: one.taken_for }) : say("models.mixed_right");
  return h(
    "figure",
    { class: `yl-mixed-photo${one.taken_for ? " is-mistaken" : ""}` },
    h("img", { src: `/photo/${one.photo}?edge=320`, alt: one.name, width: one.width, height: one.height, loading: "lazy", decoding: "async" }),
    h("figcaption", { class: "yl-small" }, words),
  );
}
