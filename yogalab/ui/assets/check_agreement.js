// How far coaches agree: in all, each with the others, pose by pose. Counted when somebody looks.

import { ask, figure, h, onChanged, percent, say, trying } from "./core.js";

/** A drawer that fills itself when it is opened, and anew after labels have changed. */
export function agreement(server) {
  const box = h("div", { class: "yl-agreeing-figures", role: "status" });
  const drawer = h("details", { class: "yl-agreeing", hidden: true }, h("summary", {}, say("check.agreeing")), box);
  const fill = async () => {
    if (!drawer.open) return;
    if (!box.childElementCount) box.textContent = say("check.agreeing_counting");
    const found = await trying(() => ask(server, "agreement", {}));
    if (found) box.replaceChildren(...drawn(found));
    else if (!box.childElementCount) drawer.open = false;
  };
  drawer.addEventListener("toggle", fill);
  onChanged((what) => what === "labels" && fill());
  return drawer;
}

function drawn(found) {
  return [
    h("p", {}, found.overall),
    part("check.agreeing_coaches", found.coaches.map((one) => [h("b", {}, one.name), bar(one)])),
    part("check.agreeing_poses", found.poses.map((one) => [named(one), bar(one)])),
    part("check.agreeing_mixed", found.mixed.map((one) => [pair(one.poses), h("span", { class: "yl-soft" }, say("check.agreeing_photos", { n: one.photos }))])),
    h("section", {}, h("h3", {}, say("check.agreeing_guesses")), h("p", {}, found.anchoring)),
  ];
}

function part(title, rows) {
  if (!rows.length) return null;
  return h("section", {}, h("h3", {}, say(title)), h("ul", { class: "yl-agreeing-rows" }, ...rows.map((row) => h("li", {}, ...row))));
}

const named = (one) => h("b", { class: "yl-agreeing-pose" }, one.pose ? figure(one.pose, 36) : null, one.name);

const pair = ([one, other]) =>
  h("b", { class: "yl-agreeing-pose" }, ...[one, other].map((each) => (each.pose ? figure(each.pose, 36) : null)), say("check.agreeing_pair", { one: one.name, other: other.name }));

/** A share as a dot on a line from none to all, with the whisker of what is probable; told in words below. */
function bar(one) {
  if (one.same === null) return h("span", { class: "yl-soft" }, say("check.agreeing_few", { n: one.photos }));
  const at = (share) => `${share * 100}%`;
  const words = say("check.agreeing_same", { same: percent(one.same), n: one.photos, low: percent(one.low), high: percent(one.high) });
  return h(
    "span",
    { class: "yl-agreeing-bar" },
    h(
      "span",
      { class: "yl-agreeing-line", "aria-hidden": "true" },
      h("span", { class: "yl-whisker is-now", style: `--low:${at(one.low)};--high:${at(one.high)}` }),
      h("span", { class: "yl-dot is-now", style: `--at:${at(one.same)}` }),
    ),
    h("span", { class: "yl-soft" }, words),
  );
}
