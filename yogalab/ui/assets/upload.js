// Files in: dropped or chosen, folders and zips, consent asked once, sent in small batches with progress.

import { batch, drawn, goTo, h, host, notice, say, span } from "./core.js";

const CONSENTS = ["agreed", "myself", "drawn"];
// Zips, and photos without an extension, are for the server to judge; these are plainly something else.
const NEVER = /(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/i;
const LARGEST_BATCH = 48 * 1024 ** 2;

export function uploader(onDone, onBusy = () => {}) {
  const files = h("input", { type: "file", multiple: true, class: "yl-hidden", tabindex: -1, "aria-hidden": "true", accept: "image/*,.heic,.heif,.zip", onchange: (event) => offer(chosen(event)) });
  const folder = h("input", { type: "file", webkitdirectory: true, class: "yl-hidden", tabindex: -1, "aria-hidden": "true", onchange: (event) => offer(chosen(event)) });
  const choose = h("button", { class: "yl-button is-main", onclick: () => files.click() }, say("upload.choose"));
  const chooseFolder = h("button", { class: "yl-button is-folder", onclick: () => folder.click() }, say("upload.folder"));
  const title = h("p", { class: "yl-drop-title" }, say("upload.drop"));
  const hint = h("p", { class: "yl-soft yl-drop-hint" }, say("upload.hint"));
  const zone = h("div", { class: "yl-drop" }, h("div", {}, title, hint), h("div", { class: "yl-row" }, choose, chooseFolder, files, folder));
  const progress = h("div", { class: "yl-upload", hidden: true });
  const element = h("div", {}, zone, progress);
  let busy = false;

  for (const name of ["dragenter", "dragover"]) {
    zone.addEventListener(name, (event) => (event.preventDefault(), zone.classList.add("is-over")));
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    offer(await dropped(event.dataTransfer));
  });

  function work(now) {
    busy = now;
    onBusy(now);
  }

  async function offer(found) {
    const wanted = found.filter(({ path }) => !NEVER.test(path));
    if (!wanted.length) return;
    if (busy) return void notice(say("upload.busy"), "trouble");
    const answer = await askConsent(wanted);
    if (!answer) return;
    work(true);
    try {
      await send(wanted, answer, progress);
    } finally {
      work(false);
      onDone();
    }
  }

  /** People drawn by the lab itself, for trying everything without photos. */
  async function drawPeople() {
    if (busy) return;
    work(true);
    try {
      await receive(progress, drawn, async (total, draw) => {
        await follow(await fetch(new URL("/lab/drawn", document.baseURI), { method: "POST" }), total, draw);
      });
    } finally {
      work(false);
      onDone();
    }
  }

  return { element, drawPeople, lead: (some) => zone.classList.toggle("is-small", some) };
}

function chosen(event) {
  const found = [...event.target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  // Choosing the same files again must be an event, too.
  event.target.value = "";
  return found;
}

/** Everything dropped, folders opened. */
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((file) => ({ file, path: file.name }));
  return (await Promise.all(entries.map(opened))).flat();
}

async function opened(entry) {
  if (entry.isFile) {
    const file = await new Promise((well, ill) => entry.file(well, ill));
    return [{ file, path: entry.fullPath.replace(/^\//, "") }];
  }
  const reader = entry.createReader();
  const inside = [];
  // A reader hands out a hundred entries at a time, then none.
  for (;;) {
    const some = await new Promise((well, ill) => reader.readEntries(well, ill));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(opened))).flat();
}

const folderOf = (path) => path.split("/").at(-2) ?? "";
/** The folders that hold photos and no further folder: one that holds folders was packed around poses. */
function posesOf(wanted) {
  const folders = new Set(wanted.map(({ path }) => path.slice(0, path.lastIndexOf("/") + 1)).filter(Boolean));
  return new Set([...folders].filter((one) => ![...folders].some((other) => other !== one && other.startsWith(one))));
}
const isZip = ({ path }) => /\.zip$/i.test(path);

/** Whether the people shown agree; asked once for all these files. Null when the coach thinks better of it. */
function askConsent(wanted) {
  const folders = posesOf(wanted);
  const question = folders.size > 1 ? say("upload.folders_name_poses", { n: folders.size }) : wanted.some(isZip) ? say("upload.zips_name_poses") : "";
  return new Promise((resolve) => {
    const named = h("input", { type: "checkbox", id: "yl-named" });
    const dialog = h(
      "dialog",
      {
        class: "yl yl-dialog",
        "aria-labelledby": "yl-consent",
        onclose: () => {
          dialog.remove();
          resolve(CONSENTS.includes(dialog.returnValue) ? { consent: dialog.returnValue, named: named.checked } : null);
        },
      },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "yl-consent" }, say("upload.consent")),
        h("p", { class: "yl-soft" }, say("upload.consent_lead", { n: wanted.length })),
        h("div", { class: "yl-choices" }, CONSENTS.map((one) => h("button", { class: "yl-choice", value: one }, h("b", {}, say(`consent.${one}`)), h("span", { class: "yl-soft" }, say(`consent.${one}_lead`))))),
        question ? h("label", { class: "yl-check", for: "yl-named" }, named, question) : null,
        h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", value: "no" }, say("page.cancel"))),
      ),
    );
    host().append(dialog);
    dialog.showModal();
  });
}

/** A few files at a time; a zip on its own. */
function* batches(wanted) {
  let some = [];
  let size = 0;
  for (const one of wanted) {
    if (some.length && (some.length === batch || size + one.file.size > LARGEST_BATCH)) {
      yield some;
      [some, size] = [[], 0];
    }
    some.push(one);
    size += one.file.size;
  }
  if (some.length) yield some;
}

const send = (wanted, { consent, named }, place) =>
  receive(place, wanted.length, async (total, draw, stopped) => {
    const poses = named ? posesOf(wanted) : new Set();
    for (const some of batches(wanted)) {
      if (stopped() || total.failed) return;
      const before = total.seen;
      await follow(await post(some, consent, named, poses), total, (seen) => draw(before + seen));
    }
  });

/** Show the progress of something that adds `all` files, and its summary in the end. */
async function receive(place, all, work) {
  const total = { seen: 0, new: 0, known: 0, refused: 0, nobody: 0, labelled: 0, troubles: [], failed: "" };
  const started = performance.now();
  const bar = h("progress", { max: all, value: 0, "aria-label": say("upload.progress") });
  const line = h("p", { role: "status" });
  let stopped = false;
  const stop = h("button", { class: "yl-button", onclick: () => ((stopped = true), stop.remove()) }, say("upload.stop"));
  place.hidden = false;
  place.replaceChildren(bar, h("div", { class: "yl-row" }, line, stop));
  const draw = (seen) => {
    bar.value = Math.min(seen, all);
    const left = ((performance.now() - started) / 1000 / Math.max(seen, 1)) * (all - seen);
    const known = seen > 0 && seen < all;
    line.textContent = say(known ? "upload.going_left" : "upload.going", { done: seen, all: Math.max(all, seen), left: span(left) });
  };
  draw(0);
  try {
    await work(total, draw, () => stopped);
  } catch (error) {
    console.error(error);
    total.failed = say("upload.cut", { done: total.seen, all });
  }
  place.replaceChildren(summary(total, () => (place.hidden = true)));
}

function post(some, consent, named, poses) {
  const form = new FormData();
  form.append("consent", consent);
  form.append("folders", named ? "yes" : "");
  for (const { file, path } of some) {
    form.append("files", file, file.name);
    form.append("labels", poses.has(path.slice(0, path.lastIndexOf("/") + 1)) ? folderOf(path) : "");
  }
  return fetch(new URL("/lab/photos", document.baseURI), { method: "POST", body: form });
}

/** Read the steps of an answer as they come, and add the last one to the total. */
async function follow(answer, total, onSeen) {
  if (!answer.ok) {
    total.failed = (await answer.json()).error;
    return;
  }
  let last = { seen: 0, new: 0, known: 0, refused: [], nobody: 0, labelled: 0 };
  for await (const step of lines(answer.body)) {
    total.failed = step.failed ?? total.failed;
    if (step.failed) continue;
    total.troubles.push(...step.troubles);
    last = step;
    onSeen(step.seen);
  }
  for (const name of ["seen", "new", "known", "nobody", "labelled"]) total[name] += last[name];
  total.refused += last.refused.length;
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) yield JSON.parse(part);
  }
}

function summary(total, close) {
  const counts = ["new", "known", "labelled", "nobody", "refused"].filter((name) => total[name] || name === "new");
  return h(
    "div",
    { class: "yl-summary" },
    h("ul", {}, counts.map((name) => h("li", {}, say(`upload.${name}`, { n: total[name] })))),
    total.failed ? h("p", { class: "yl-trouble", role: "alert" }, total.failed) : null,
    total.troubles.length
      ? h(
          "details",
          { open: total.troubles.length < 6 },
          h("summary", {}, say("upload.troubles", { n: total.troubles.length })),
          h("ul", { class: "yl-troubles" }, total.troubles.map((told) => h("li", {}, told))),
        )
      : null,
    h(
      "div",
      { class: "yl-row" },
      total.new > total.labelled ? h("button", { class: "yl-button is-main", onclick: () => (close(), goTo("review")) }, say("upload.name_them")) : null,
      h("button", { class: "yl-button", onclick: close }, say("page.close")),
    ),
  );
}
