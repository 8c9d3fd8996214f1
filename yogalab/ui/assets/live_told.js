// What the live page says of a moving picture: the pose, what to do about it, and what else it may be. Seen at once;
// read aloud to those who cannot see it, but not in every breath.

import { figure, h, percent, say } from "./core.js";

// Milliseconds between two things that a screen reader is given to say.
const BREATH = 2000;

export class Spoken {
  constructor() {
    this.aim = null;
    this.drawn = "";
    this.heading = h("p", { class: "yl-told-kind" });
    this.pose = h("div", { class: "yl-told-pose" });
    this.advice = h("ul", { class: "yl-told-advice" });
    this.aloud = h("p", { class: "yl-aloud", "aria-live": "polite" });
    this.also = h("ol", { class: "yl-bars" });
    this.others = h("div", { class: "yl-told-also", hidden: true }, h("p", { class: "yl-told-kind" }, say("live.many")), this.also);
    this.box = h("div", { class: "yl-told", hidden: true }, this.heading, this.pose, this.advice, this.aloud);
    this.said = "";
    this.saidAt = -BREATH;
  }

  /** The pose that was chosen; null to guess it. */
  choose(aim) {
    this.aim = aim;
    this.said = "";
    this.show({ pose: null, advice: [], ranked: [], state: "waiting" });
  }

  hide() {
    this.box.hidden = true;
    this.others.hidden = true;
    this.aloud.textContent = this.said = "";
  }

  /** answer: as the lab gives it. */
  show({ pose, advice, ranked, state }) {
    this.box.hidden = false;
    const shown = this.aim ?? pose;
    const lines = advice.length || shown ? advice : [say("live.hold")];
    const drawn = JSON.stringify([this.aim?.id, shown?.id, lines, state]);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.heading.hidden = !shown;
      this.heading.textContent = say(this.aim ? "live.aim" : "live.seems");
      this.pose.replaceChildren(...(shown ? [figure(shown, 96), h("span", { class: "yl-names" }, h("b", {}, shown.name), h("i", {}, shown.sanskrit))] : []));
      this.advice.replaceChildren(...lines.map((line) => h("li", { class: `is-${state}` }, line)));
    }
    this.showOthers(ranked, pose);
    this.speak([this.aim || !pose ? "" : `${pose.name}.`, ...advice].join(" ").trim());
  }

  /** What else it may be: while the pose is guessed, and worth a look. */
  showOthers(ranked, pose) {
    this.others.hidden = this.aim !== null || !pose || ranked.length < 2;
    if (this.others.hidden) return;
    this.also.replaceChildren(
      ...ranked.map((one) =>
        h(
          "li",
          { class: "yl-bar" },
          figure(one, 44),
          h("span", { class: "yl-names" }, h("b", {}, one.name), h("i", {}, one.sanskrit)),
          h("span", { class: "yl-share" }, percent(one.probability)),
          h("span", { class: "yl-share-bar", style: `--share:${one.probability}` }),
        ),
      ),
    );
  }

  speak(words) {
    const now = performance.now();
    if (!words || words === this.said || now - this.saidAt < BREATH) return;
    this.said = words;
    this.saidAt = now;
    this.aloud.textContent = words;
  }
}
