// The live page: the camera's picture with the skeleton on it, which pose that is and what to do about it; or a
// picture from the disk. Nothing is kept.

import { Told, figure, h, isShown, onChanged, percent, say, skeletons, whenShown } from "./core.js";
import { Camera } from "./live_camera.js";
import { Spoken } from "./live_told.js";

const WORTH_SHOWING = 0.15;

export function mount(root) {
  new Live(root);
}

class Live {
  constructor(root) {
    this.root = root;
    this.asked = 0;
    this.poses = [];
    this.video = h("video", { playsinline: true, muted: true, hidden: true, "aria-label": say("live.camera") });
    this.camera = new Camera(this.video, { seen: (answer) => this.seen(answer), trouble: (words) => this.trouble(words), ended: () => this.stop(say("live.ended")) });
    this.still = h("img", { hidden: true, alt: say("live.picture") });
    this.over = h("div", { class: "yl-over" });
    this.idle = h("p", { class: "yl-live-idle" }, say("live.idle"));
    this.stage = h("div", { class: "yl-stage is-live" }, this.video, this.still, this.over, this.idle);
    this.spoken = new Spoken();
    this.answers = h("ol", { class: "yl-bars" });
    this.said = h("p", { class: "yl-soft", role: "status" }, say("live.lead"));
    this.view = h("div", { class: "yl-live-view" }, this.stage, this.spoken.box);
    root.append(h("div", { class: "yl-live-body" }, this.view, this.side()));
    whenShown(root, () => this.fetch());
    onChanged((what) => what.startsWith("pose") && isShown(root) && this.fetch());
    window.addEventListener("pagehide", () => this.camera.stop());
  }

  side() {
    this.start = h("button", { class: "yl-button is-main", onclick: () => (this.camera.stream ? this.stop() : this.begin(() => this.camera.start())) }, say("live.start"));
    this.turn = h("button", { class: "yl-button", hidden: true, onclick: () => this.begin(() => this.camera.turn()) }, say("live.other"));
    this.large = h("button", { class: "yl-button", hidden: true, onclick: () => this.view.requestFullscreen() }, say("live.large"));
    const file = h("input", { type: "file", accept: "image/*,.heic,.heif", class: "yl-hidden", tabindex: -1, "aria-hidden": "true", onchange: () => this.picture(file) });
    const pick = h("button", { class: "yl-button", onclick: () => file.click() }, say("live.choose"));
    this.aim = h("select", { id: "yl-live-aim", onchange: () => this.choose() }, h("option", { value: "" }, say("live.any")));
    return h(
      "div",
      { class: "yl-live-side" },
      h("h2", {}, say("live.title")),
      this.said,
      h("div", { class: "yl-row" }, this.start, this.turn, this.large, pick, file),
      h("label", { class: "yl-field", for: "yl-live-aim" }, h("span", {}, say("live.practise")), this.aim),
      this.spoken.others,
      this.answers,
      h("p", { class: "yl-soft yl-small" }, say("live.nothing_kept")),
    );
  }

  /** The poses to practise, as they are now; the one that was chosen stays so. */
  async fetch() {
    const answer = await fetch(new URL("/lab/poses.json", document.baseURI)).catch(() => null);
    if (!answer?.ok) return;
    this.poses = (await answer.json()).poses;
    const chosen = this.aim.value;
    this.aim.replaceChildren(this.aim.options[0], ...this.poses.map((pose) => h("option", { value: pose.id }, pose.name)));
    this.aim.value = this.poses.some((pose) => String(pose.id) === chosen) ? chosen : "";
    if (this.aim.value !== chosen) this.choose();
  }

  choose() {
    const aim = this.poses.find((pose) => String(pose.id) === this.aim.value) ?? null;
    this.camera.pose = aim?.id ?? null;
    this.spoken.choose(aim);
    if (!this.camera.stream && !aim) this.spoken.hide();
  }

  async begin(open) {
    this.asked += 1;
    this.start.disabled = this.turn.disabled = true;
    this.clear(say("live.looking"));
    try {
      if (!navigator.mediaDevices) throw Object.assign(new Error(), { name: "Insecure" });
      await open();
      this.idle.hidden = true;
      this.video.hidden = false;
      this.said.textContent = say("live.fetching");
      this.start.textContent = say("live.stop");
      this.stage.style.setProperty("--aspect", this.video.videoWidth / this.video.videoHeight);
      this.stage.classList.toggle("is-mirror", this.camera.isMirror);
      this.spoken.choose(this.spoken.aim);
      this.large.hidden = !this.view.requestFullscreen;
      this.turn.hidden = (await Camera.count()) < 2;
    } catch (error) {
      this.stop(say({ Insecure: "live.insecure", NotAllowedError: "live.denied" }[error.name] ?? "live.no_camera"));
    }
    this.start.disabled = this.turn.disabled = false;
  }

  /** trouble: why the camera went off by itself. */
  stop(trouble = "") {
    this.camera.stop();
    this.video.hidden = this.turn.hidden = this.large.hidden = true;
    this.start.textContent = say("live.start");
    this.stage.classList.remove("is-mirror");
    this.spoken.hide();
    this.clear(trouble || say("live.lead"), Boolean(trouble));
  }

  /** No picture and no answer, only what there is to say: an old answer beside it would be taken for this one's. */
  clear(words, trouble = false) {
    URL.revokeObjectURL(this.still.src);
    this.still.removeAttribute("src");
    this.still.hidden = true;
    this.idle.hidden = false;
    this.over.replaceChildren();
    this.answers.replaceChildren();
    this.stage.style.removeProperty("--aspect");
    this.tell(words, trouble);
  }

  tell(words, trouble = false) {
    // Written anew, the same words would be read aloud anew.
    if (this.said.textContent !== words) this.said.textContent = words;
    this.said.classList.toggle("yl-trouble", trouble);
  }

  // --- the camera -----------------------------------------------------------------------------------------------

  seen(answer) {
    // On another page the camera is let go.
    if (!isShown(this.root)) return void this.stop();
    this.over.replaceChildren(answer.person ? skeletons([answer.person], this.video.videoWidth, this.video.videoHeight) : "");
    this.tell(say("live.ready"));
    this.spoken.show(answer);
  }

  trouble(words) {
    if (!isShown(this.root)) return void this.stop();
    this.over.replaceChildren();
    this.spoken.hide();
    this.tell(words ?? say("page.no_connection"), true);
  }

  // --- a picture from the disk ----------------------------------------------------------------------------------

  async picture(file) {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    const mine = (this.asked += 1);
    if (this.camera.stream) this.stop();
    this.clear(say("live.looking"));
    try {
      const address = new URL("/lab/look", document.baseURI);
      address.search = new URLSearchParams({ name: chosen.name });
      const answer = await fetch(address, { method: "POST", body: chosen, headers: { "Content-Type": "application/octet-stream" } });
      const seen = await answer.json();
      if (!answer.ok) throw new Told(seen.error);
      // Another picture may have been chosen, or the camera started, while this one was looked at.
      if (mine === this.asked) await this.showStill(chosen, seen);
    } catch (error) {
      if (mine === this.asked) this.clear(error instanceof Told ? error.message : say("page.no_connection"), true);
    }
  }

  async showStill(chosen, seen) {
    this.still.src = URL.createObjectURL(chosen);
    // HEIC cannot be shown by most browsers; the prediction still can.
    const shown = await this.still.decode().then(() => true, () => false);
    this.idle.hidden = shown;
    this.still.hidden = !shown;
    const width = this.still.naturalWidth || 1000;
    const height = this.still.naturalHeight || 1000;
    this.stage.style.setProperty("--aspect", width / height);
    this.over.replaceChildren(seen.people.length ? skeletons(seen.people, width, height) : "");
    this.tell(seen.people.length ? say("live.people", { n: seen.people.length }) : say("live.nobody"));
    // Without a skeleton every pose is about as likely as another: rather nothing than noise.
    const worth = seen.people.length || seen.ranked[0]?.probability > WORTH_SHOWING;
    this.answers.replaceChildren(
      ...(worth ? seen.ranked : []).map((pose) =>
        h(
          "li",
          { class: "yl-bar" },
          figure(pose, 44),
          h("span", { class: "yl-names" }, h("b", {}, pose.name), h("i", {}, pose.sanskrit)),
          h("span", { class: "yl-share" }, percent(pose.probability)),
          h("span", { class: "yl-share-bar", style: `--share:${pose.probability}` }),
        ),
      ),
    );
  }
}
