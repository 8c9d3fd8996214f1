// Ten photos in five seconds with the camera: count down, take them, look at them, keep some.

import { h, host, say } from "./core.js";
import { clockTime } from "./upload_found.js";

const SHOTS = 10;
const EVERY = 500;
const WAITS = [3, 10];
const EDGE = 1280;
const QUALITY = 0.92;
const SECOND = 1000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The photos kept, as files; none where the coach thought better of it. */
export const takeBurst = () => new Promise((resolve) => new Burst(resolve).open());

class Burst {
  constructor(resolve) {
    Object.assign(this, { resolve, stream: null, shots: [], kept: [], facing: "user", turn: 0 });
    this.video = h("video", { playsinline: true, muted: true, "aria-label": say("burst.view") });
    this.count = h("span", { class: "yl-burst-count", "aria-hidden": "true" });
    this.stage = h("div", { class: "yl-stage yl-burst-stage" }, this.video, this.count);
    this.taken = h("ul", { class: "yl-shots", "aria-label": say("burst.taken"), hidden: true });
    this.said = h("p", { role: "status" });
    this.buttons = h("div", { class: "yl-row is-end" });
    this.dialog = h(
      "dialog",
      { class: "yl yl-dialog yl-burst", "aria-labelledby": "yl-burst", onclose: () => this.close() },
      h("h2", { id: "yl-burst" }, say("burst.title")),
      this.said,
      this.stage,
      this.taken,
      this.buttons,
    );
  }

  open() {
    host().append(this.dialog);
    this.dialog.showModal();
    return this.ready();
  }

  /** Whether something else has been asked for meanwhile, or the window is shut. */
  over(turn) {
    return turn !== this.turn || !this.dialog.open;
  }

  /** The camera's picture, and the buttons that start. */
  async ready() {
    const turn = (this.turn += 1);
    this.forget();
    this.letGo();
    this.show({ taking: true });
    this.tell("burst.opening");
    this.put(this.cancel());
    try {
      const stream = await camera(this.facing);
      if (this.over(turn)) return void stop(stream);
      this.stream = stream;
      await this.watch(stream);
    } catch (error) {
      if (!this.over(turn)) this.trouble(why(error));
      return;
    }
    if (this.over(turn)) return;
    this.tell("burst.lead", { n: SHOTS, seconds: (SHOTS * EVERY) / SECOND });
    const start = (seconds, main) => button(say("burst.start", { seconds }), () => this.take(seconds), main ? "is-main" : "");
    this.put(this.cancel(), await this.other(), start(WAITS[1]), start(WAITS[0], true));
    this.buttons.lastChild.focus();
  }

  async watch(stream) {
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => this.stream === stream && this.trouble("burst.none"));
    this.video.srcObject = stream;
    await this.video.play();
    this.stage.style.setProperty("--aspect", this.video.videoWidth / this.video.videoHeight);
    // As in a mirror, but for a camera that looks away.
    this.video.classList.toggle("is-mirror", track.getSettings().facingMode !== "environment");
  }

  /** A button for the other camera, where there are two. */
  async other() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    if (cameras.length < 2) return null;
    const turned = () => ((this.facing = this.facing === "user" ? "environment" : "user"), this.ready());
    return button(say("burst.other"), turned);
  }

  async take(wait) {
    const turn = (this.turn += 1);
    this.put(this.cancel());
    for (let left = wait; left > 0; left -= 1) {
      this.count.textContent = left;
      // Said for those who do not see the figure, but not every second of ten.
      if (left === wait || left <= 3) this.tell("burst.counting", { n: left });
      await pause(SECOND);
      if (this.over(turn)) return;
    }
    const began = performance.now();
    for (let shot = 0; shot < SHOTS; shot += 1) {
      await pause(began + shot * EVERY - performance.now());
      if (this.over(turn)) return;
      this.count.textContent = `${shot + 1}/${SHOTS}`;
      if (!shot) this.tell("burst.taking");
      const file = await this.shot(shot);
      if (this.over(turn)) return;
      this.shots.push(file);
      this.stage.animate?.([{ opacity: 0.6 }, { opacity: 1 }], 200);
    }
    this.letGo();
    this.look();
  }

  /** What the camera sees now, as a file. */
  async shot(place) {
    const { videoWidth, videoHeight } = this.video;
    const shrink = Math.min(1, EDGE / Math.max(videoWidth, videoHeight));
    const canvas = h("canvas", { width: Math.round(videoWidth * shrink), height: Math.round(videoHeight * shrink) });
    canvas.getContext("2d").drawImage(this.video, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    const name = `${say("burst.name", { time: clockTime(), n: place + 1 })}.jpg`;
    return new File([blob], name, { type: "image/jpeg" });
  }

  /** All of them, each with a tick that can be taken away. */
  look() {
    this.show({ taking: false });
    this.addresses = this.shots.map((file) => URL.createObjectURL(file));
    const boxes = this.shots.map((_, place) => h("input", { type: "checkbox", class: "yl-shot-pick", checked: true, "aria-label": say("burst.photo", { n: place + 1 }), onchange: () => drawn() }));
    const keep = button("", () => ((this.kept = this.shots.filter((_, place) => boxes[place].checked)), this.dialog.close()), "is-main");
    const drawn = () => {
      const n = boxes.filter((box) => box.checked).length;
      keep.textContent = say("burst.keep", { n });
      keep.disabled = !n;
    };
    this.taken.replaceChildren(...boxes.map((box, place) => h("li", {}, h("label", { class: "yl-shot" }, h("img", { src: this.addresses[place], alt: "" }), box))));
    this.tell("burst.look");
    this.put(this.cancel(), button(say("burst.again"), () => this.ready()), keep);
    drawn();
    keep.focus();
  }

  trouble(code) {
    this.turn += 1;
    this.letGo();
    this.stage.hidden = true;
    this.tell(code);
    this.said.classList.add("yl-trouble");
    this.put(this.cancel(), button(say("burst.retry"), () => this.ready(), "is-main"));
  }

  tell(code, data) {
    this.said.classList.remove("yl-trouble");
    this.said.textContent = say(code, data);
  }

  show({ taking }) {
    this.stage.hidden = !taking;
    this.taken.hidden = taking;
    this.count.textContent = "";
  }

  put(...buttons) {
    this.buttons.replaceChildren(...buttons.filter(Boolean));
  }

  cancel() {
    return button(say("page.cancel"), () => this.dialog.close());
  }

  /** Without a stream the camera's light goes out. */
  letGo() {
    const { stream } = this;
    this.stream = null;
    this.video.srcObject = null;
    if (stream) stop(stream);
  }

  forget() {
    (this.addresses ?? []).forEach((address) => URL.revokeObjectURL(address));
    Object.assign(this, { shots: [], addresses: [] });
    this.taken.replaceChildren();
  }

  close() {
    const { kept } = this;
    this.turn += 1;
    this.letGo();
    this.forget();
    this.dialog.remove();
    this.resolve(kept);
  }
}

const button = (words, act, look = "") => h("button", { type: "button", class: `yl-button ${look}`, onclick: act }, words);
const stop = (stream) => stream.getTracks().forEach((track) => track.stop());

function camera(facingMode) {
  // Without https a browser hides it from every page but this machine's own.
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "SecureContext");
  return navigator.mediaDevices.getUserMedia({ video: { facingMode, width: { ideal: EDGE }, height: { ideal: 720 } } });
}

function why({ name }) {
  if (name === "SecureContext") return "burst.insecure";
  if (name === "NotAllowedError" || name === "SecurityError") return "burst.denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "burst.none" : "burst.taken_elsewhere";
}
