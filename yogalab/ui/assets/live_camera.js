// The camera of the live page: its pictures go to the lab one after the other, small, and what is seen comes back.
// The next one goes as soon as an answer is there, so that none pile up; over a slow line a second one is on its way.

import { Told, newId } from "./asking.js";

// Pixels: BlazePose looks at 256 of them, and the encoder at fewer.
const EDGE = 480;
const QUALITY = 0.75;
// Milliseconds: without an answer until one is given up, after a trouble, after being told to wait.
const PATIENCE = 15000;
const PAUSE = 1000;
const WAIT = 3000;
// Milliseconds on the way, not in the lab, from which on a second picture is sent meanwhile.
const FAR = 60;
// A picture's own time is taken for true when it is not older than this.
const RECENT = 1000;
export const MEASURE = "yogalab:live";

export class Camera {
  /** heard: {seen(answer), trouble(sentence or null for a lost line), ended()}. */
  constructor(video, heard) {
    this.video = video;
    this.heard = heard;
    this.canvas = document.createElement("canvas");
    this.seat = newId();
    this.stream = null;
    this.facing = "user";
    this.pose = null;
  }

  /** Switch it on; throws the browser's own error when there is none, or it may not be used. */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: this.facing, width: { ideal: 960 }, frameRate: { ideal: 30 } } });
    this.stop();
    this.stream = stream;
    this.way = 0;
    this.onWay = 0;
    this.newest = -1;
    this.fresh = null;
    this.waitUntil = 0;
    this.ending = new AbortController();
    stream.getVideoTracks()[0].addEventListener("ended", () => this.stream === stream && (this.stop(), this.heard.ended()));
    this.video.srcObject = stream;
    await this.video.play();
    this.watch(stream);
  }

  /** Let it go: a light that stays on frightens people. */
  stop() {
    if (!this.stream) return;
    this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.video.srcObject = null;
    this.ending.abort();
    navigator.sendBeacon(new URL(`/lab/live/off?seat=${this.seat}`, document.baseURI));
  }

  /** Whether it looks at whoever holds it, as in a mirror. */
  get isMirror() {
    return this.stream?.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
  }

  /** How many cameras there are; known once one may be used. */
  static async count() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return devices.filter((device) => device.kind === "videoinput").length;
  }

  /** The other camera of a phone. */
  async turn() {
    this.facing = this.facing === "user" ? "environment" : "user";
    // A phone opens one camera at a time.
    this.stop();
    await this.start();
  }

  watch(stream) {
    const next = (now, frame) => {
      if (this.stream !== stream) return;
      const at = frame?.captureTime ?? now;
      this.fresh = at <= now && now - at < RECENT ? at : now;
      this.send();
      again();
    };
    const again = () => (this.video.requestVideoFrameCallback ? this.video.requestVideoFrameCallback(next) : requestAnimationFrame(next));
    again();
  }

  async send() {
    const room = this.way > FAR ? 2 : 1;
    if (!this.stream || this.fresh === null || this.onWay >= room || performance.now() < this.waitUntil) return;
    const { stream } = this;
    const at = Math.round(this.fresh);
    this.fresh = null;
    this.onWay += 1;
    try {
      const answer = await this.ask(at);
      if (this.stream === stream && !answer.stale && answer.at > this.newest) {
        this.newest = answer.at;
        this.heard.seen(answer);
        painted(at, answer.took);
      }
    } catch (error) {
      if (this.stream !== stream) return;
      // Too quick for once is no trouble: the next one is in time again. A longer wait is told.
      const quick = error.status === 429 && error.wait <= 1;
      this.waitUntil = performance.now() + (error.wait > 1 ? WAIT : PAUSE);
      if (!quick) this.heard.trouble(error instanceof Told ? error.message : null);
    } finally {
      if (this.stream === stream) {
        this.onWay -= 1;
        this.send();
      }
    }
  }

  async ask(at) {
    const address = new URL("/lab/live", document.baseURI);
    address.search = new URLSearchParams({ seat: this.seat, at, ...(this.pose === null ? {} : { pose: this.pose }) });
    const body = await this.picture();
    const sent = performance.now();
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "Content-Type": "image/jpeg" },
      signal: AbortSignal.any([this.ending.signal, AbortSignal.timeout(PATIENCE)]),
    });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Told(told.error), { status: answer.status, wait: Number(answer.headers.get("retry-after")) });
    // On the way there and back, averaged over some ten pictures.
    this.way += (performance.now() - sent - (told.took ?? 0) - this.way) / 10;
    return told;
  }

  /** What the camera shows now, as a small JPEG. */
  picture() {
    const { videoWidth, videoHeight } = this.video;
    const shrink = Math.min(1, EDGE / Math.max(videoWidth, videoHeight));
    this.canvas.width = Math.round(videoWidth * shrink);
    this.canvas.height = Math.round(videoHeight * shrink);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((done, failed) => this.canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", QUALITY));
  }
}

/** Note how long it took from the camera to the screen, and in the lab, for whoever listens; nothing is kept. */
function painted(at, lab) {
  requestAnimationFrame(() =>
    setTimeout(() => {
      performance.measure(MEASURE, { start: at, end: performance.now(), detail: { lab } });
      performance.clearMeasures(MEASURE);
    }),
  );
}
