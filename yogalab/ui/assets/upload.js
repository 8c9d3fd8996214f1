// Files in: dropped, chosen, pasted or taken with the camera; consent asked once; sent in small batches, told of file by file.

import { batch, drawn, h, isShown, largest, notice, onChanged, say } from "./core.js";
import { Told, newId } from "./asking.js";
import { takeBurst } from "./upload_burst.js";
import { askConsent, poseOf, posesOf } from "./upload_consent.js";
import { Files } from "./upload_files.js";
import { chosen, dropped, onPaste, pasteKeys, worth } from "./upload_found.js";
import { Progress } from "./upload_rows.js";
import { Cut, post, shares } from "./upload_send.js";

const ACCEPT = "image/*,video/*,.heic,.heif,.zip,.mov,.mkv,.avi,.mts";
const LARGEST_BATCH = 48 * 1024 ** 2;
const SOON = 500;

const at = (path) => new URL(path, document.baseURI);

export function uploader(onDone, onBusy = () => {}) {
  const hidden = { type: "file", class: "yl-hidden", tabindex: -1, "aria-hidden": "true" };
  const files = h("input", { ...hidden, multiple: true, accept: ACCEPT, onchange: (event) => offer(chosen(event)) });
  const folder = h("input", { ...hidden, webkitdirectory: true, onchange: (event) => offer(chosen(event)) });
  const choose = h("button", { class: "yl-button is-main", onclick: () => files.click() }, say("upload.choose"));
  const chooseFolder = h("button", { class: "yl-button is-folder", onclick: () => folder.click() }, say("upload.folder"));
  const camera = h("button", { class: "yl-button is-camera", onclick: () => burst() }, say("upload.camera"));
  const title = h("p", { class: "yl-drop-title" }, say("upload.drop"));
  const pasting = h("span", { class: "yl-drop-paste" }, say("upload.hint_paste", { keys: pasteKeys() }));
  const hint = h("p", { class: "yl-soft yl-drop-hint" }, say("upload.hint"), " ", pasting);
  const zone = h("div", { class: "yl-drop", "data-needs": "coach" }, h("div", {}, title, hint), h("div", { class: "yl-row" }, choose, chooseFolder, camera, files, folder));
  const progress = new Progress();
  const element = h("div", {}, zone, progress.element);
  const adding = new Adding(progress, {
    isShown: () => isShown(zone),
    onBusy,
    onDone,
    onClose: () => choose.focus(),
  });

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => (event.preventDefault(), zone.classList.add("is-over")));
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    offer(await dropped(event.dataTransfer));
  });
  onPaste(zone, offer);

  async function offer(found, likely = "") {
    const wanted = worth(found);
    if (!wanted.length) return;
    if (adding.busy) return void notice(say("upload.busy"), "trouble");
    const answer = await askConsent(wanted, likely);
    if (answer) await adding.files(new Files(wanted), answer);
  }

  async function burst() {
    if (adding.busy) return void notice(say("upload.busy"), "trouble");
    const taken = await takeBurst();
    camera.focus();
    // Whoever stands before the camera is mostly the one who pressed the button.
    await offer(taken.map((file) => ({ file, path: file.name })), "myself");
  }

  // The welcome offers them, too.
  onChanged((what) => what === "drawn people wanted" && adding.drawn());
  return { element, drawPeople: () => adding.drawn(), lead: (some) => zone.classList.toggle("is-small", some) };
}

const stay = (event) => event.preventDefault();

/** One run of adding at a time: it goes on while the coach is on another page of the lab. */
class Adding {
  constructor(progress, { isShown, onBusy, onDone, onClose }) {
    Object.assign(this, { progress, isShown, onBusy, onDone, onClose, busy: false });
  }

  async files(files, { consent, named }) {
    const answer = { consent, named };
    const poses = named ? posesOf(files.rows) : new Set();
    const run = { id: newId(), aborting: new AbortController(), stopped: false, leaving: false };
    this.progress.start(files, () => this.stop(run));
    const failed = await this.doing(async () => {
      for (const some of batches(await readable(files))) {
        if (run.stopped) return;
        await this.send(files, some, { ...answer, poses, run });
      }
    });
    const left = files.left.length;
    this.finish(files.total, {
      troubles: files.troubles,
      failed: failed && (failed.why || say("upload.cut", { done: files.done, all: files.rows.length })),
      stopped: run.stopped && left ? say("upload.stopped", { n: left }) : "",
      goOn: left ? () => this.files(files, answer) : null,
    });
  }

  /** People drawn by the lab itself, for trying everything without photos. */
  async drawn() {
    if (this.busy) return;
    let total = { seen: 0, new: 0, known: 0, refused: 0, alike: 0, nobody: 0, labelled: 0 };
    this.progress.start(null, () => {});
    this.progress.stop.remove();
    this.progress.show(0, drawn, 0);
    const onStep = (step) => step.failed || this.progress.show((total = step).seen, drawn, step.seen / drawn);
    const failed = await this.doing(() => post(at("/lab/drawn"), null, { onStep }));
    this.finish(total, { troubles: [], failed: failed && (failed.why || say("page.no_connection")) });
  }

  /** Do the work; what went wrong, or nothing. */
  async doing(work) {
    this.busy = true;
    this.onBusy(true);
    window.addEventListener("beforeunload", stay);
    try {
      await work();
      return null;
    } catch (error) {
      if (error instanceof Told) return { why: error.message };
      if (!(error instanceof Cut)) console.error(error);
      return { why: "" };
    } finally {
      window.removeEventListener("beforeunload", stay);
      this.busy = false;
      this.onBusy(false);
    }
  }

  finish(total, told) {
    this.progress.end(total, { ...told, onClose: this.onClose });
    // Whoever is on another page hears that it is done, too.
    if (!this.isShown()) notice(told.failed || say("upload.new", { n: total.new }), told.failed ? "trouble" : "well");
    this.onDone();
  }

  async send(files, some, { consent, named, poses, run }) {
    const form = new FormData();
    form.append("consent", consent);
    form.append("folders", named ? "yes" : "");
    form.append("run", run.id);
    for (const { file, name, path } of some) {
      form.append("files", file, name);
      form.append("labels", poseOf(path, poses));
    }
    files.start(some);
    run.leaving = true;
    try {
      const last = await post(at("/lab/photos"), form, {
        signal: run.aborting.signal,
        onSent: (sent) => {
          run.leaving = sent !== Infinity;
          files.sent(some, shares(some.map((row) => row.size), sent));
          this.progress.draw();
        },
        onStep: (step) => {
          if (step.files) files.heard(some, step);
          this.progress.draw();
        },
      });
      files.end(some, last);
    } catch (error) {
      files.cut(some);
      // Given up by the coach while it was leaving: nothing went wrong.
      if (!(run.stopped && error instanceof Cut)) throw error;
    }
  }

  /** What is leaving is given up; what has arrived is looked at no further than the photo in hand. */
  async stop(run) {
    run.stopped = true;
    if (run.leaving) return run.aborting.abort();
    // The lab may not know the run yet, if it has only just arrived.
    while (this.busy) {
      const heard = await fetch(at(`/lab/photos/stop/${run.id}`), { method: "POST" }).catch(() => null);
      if (heard?.ok) return undefined;
      await new Promise((resolve) => setTimeout(resolve, SOON));
    }
    return undefined;
  }
}

/** The rows that can be sent; one that has gone meanwhile would take a whole batch with it. */
async function readable(files) {
  for (const row of files.left) {
    const gone = await row.file.slice(0, 1).arrayBuffer().then(() => false, () => true);
    if (gone) files.refuse(row, say("upload.gone", { name: row.name }));
    else if (row.size > largest) files.refuse(row, say("upload.file_too_large", { name: row.name, limit: Math.round(largest / 1024 ** 3) }));
  }
  return files.left;
}

/** A few files at a time; a large one on its own. */
function* batches(rows) {
  let some = [];
  let size = 0;
  for (const one of rows) {
    if (some.length && (some.length === batch || size + one.size > LARGEST_BATCH)) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(one);
    size += one.size;
  }
  if (some.length) yield some;
}
