// The live page: the camera's picture with the skeleton on it, and what the pose may be. Nothing is kept.

import { Told, ask, h, isShown, percent, say, skeletons, figure } from "./core.js";

const EDGE = 512;
const WORTH_SHOWING = 0.15;

export function mount(root, server) {
  new Live(root, server);
}

class Live {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.stream = null;
    this.asked = 0;
    this.canvas = h("canvas");
    this.video = h("video", { playsinline: true, muted: true, hidden: true, "aria-label": say("live.camera") });
    this.still = h("img", { hidden: true, alt: say("live.picture") });
    this.over = h("div", { class: "yl-over" });
    this.idle = h("p", { class: "yl-live-idle" }, say("live.idle"));
    this.stage = h("div", { class: "yl-stage is-live" }, this.video, this.still, this.over, this.idle);
    this.answers = h("ol", { class: "yl-bars", "aria-live": "off" });
    this.said = h("p", { class: "yl-soft", role: "status" }, say("live.lead"));
    this.camera = h("button", { class: "yl-button is-main", onclick: () => (this.stream ? this.stop() : this.start()) }, say("live.start"));
    const file = h("input", { type: "file", accept: "image/*,.heic,.heif", class: "yl-hidden", tabindex: -1, "aria-hidden": "true", onchange: () => this.picture(file) });
    const pick = h("button", { class: "yl-button", onclick: () => file.click() }, say("live.choose"));
    root.append(
      h(
        "div",
        { class: "yl-live-body" },
        this.stage,
        h("div", { class: "yl-live-side" }, h("h2", {}, say("live.title")), this.said, h("div", { class: "yl-row" }, this.camera, pick, file), this.answers, h("p", { class: "yl-soft yl-small" }, say("live.nothing_kept"))),
      ),
    );
  }

  async start() {
    this.asked += 1;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      this.clear(say("live.no_camera"), true);
      return;
    }
    this.clear(say("live.looking"));
    this.camera.textContent = say("live.stop");
    this.idle.hidden = true;
    this.video.hidden = false;
    this.video.srcObject = this.stream;
    await this.video.play();
    this.stage.style.setProperty("--aspect", this.video.videoWidth / this.video.videoHeight);
    this.loop();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.hidden = true;
    this.camera.textContent = say("live.start");
    this.clear(say("live.lead"));
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
    this.said.textContent = words;
    this.said.classList.toggle("yl-trouble", trouble);
  }

  /** One picture after the other: the next is taken when the last was answered, so none pile up. */
  async loop() {
    while (this.stream) {
      // On another page the camera is let go: a light that stays on frightens people.
      if (!isShown(this.root)) return void this.stop();
      try {
        const seen = await this.look(this.frame(), say("live.picture"));
        if (this.stream) this.draw(seen, this.video.videoWidth, this.video.videoHeight);
      } catch (error) {
        if (this.stream) this.tell(reason(error), true);
        this.over.replaceChildren();
        this.answers.replaceChildren();
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  }

  frame() {
    const { videoWidth, videoHeight } = this.video;
    const shrink = Math.min(1, EDGE / Math.max(videoWidth, videoHeight));
    this.canvas.width = Math.round(videoWidth * shrink);
    this.canvas.height = Math.round(videoHeight * shrink);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return this.canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  }

  look(picture, name) {
    return ask(this.server, "look", { picture, name });
  }

  async picture(file) {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    const mine = (this.asked += 1);
    if (this.stream) this.stop();
    this.clear(say("live.looking"));
    try {
      const data = await new Promise((well, ill) => {
        const reader = new FileReader();
        reader.onload = () => well(reader.result.split(",")[1] ?? "");
        reader.onerror = ill;
        reader.readAsDataURL(chosen);
      });
      const seen = await this.look(data, chosen.name);
      // Another picture may have been chosen, or the camera started, while this one was looked at.
      if (mine === this.asked) await this.showStill(chosen, seen);
    } catch (error) {
      if (mine === this.asked) this.clear(reason(error), true);
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
    this.draw(seen, width, height);
  }

  draw(seen, width, height) {
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

const reason = (error) => (error instanceof Told ? error.message : say("page.no_connection"));
