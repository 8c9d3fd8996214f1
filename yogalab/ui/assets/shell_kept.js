// Whether answers are kept elsewhere too: a word in the strip, and once, what came back from there.

import { ask, day, h, language, say } from "./core.js";

const EVERY = 60_000;
// What a page has told once about a lab that was brought back.
const TOLD = "yogalab.brought_back";
// Sooner, an answer is still on its way; later, something holds it up.
const LATE = 180_000;

/** The word, and the line below the strip: nothing of either where there is no second place. */
export function kept(server) {
  const word = h("span", { class: "yl-kept", hidden: true });
  const line = h("div", { class: "yl yl-back", role: "status", hidden: true });

  async function refresh() {
    const { kept: found } = await ask(server, "kept").catch(() => ({ kept: undefined }));
    if (found === undefined) return;
    word.hidden = !found;
    if (!found) return;
    show(word, found);
    if (found.back) tell(line, found.back);
  }
  refresh();
  setInterval(() => document.hidden || refresh(), EVERY);
  window.addEventListener("focus", refresh);
  return { word, line };
}

function show(word, { at, rows, photos, trouble }) {
  const time = at && clock(at);
  const told = [rows ? (at ? say("shell.kept", { time }) : say("shell.kept_never")) : say("shell.kept_server")];
  if (photos) told.push(say("shell.kept_photos", { n: photos }));
  if (trouble) told.push(trouble);
  const late = Boolean(trouble) && (!at || Date.now() - new Date(at) > LATE);
  word.classList.toggle("is-trouble", late);
  // Each minute a new time: nothing to read out, unless it stands still.
  if (late) word.setAttribute("role", "status");
  else word.removeAttribute("role");
  word.textContent = late ? told.join(" ") : at ? say("shell.kept_short", { time }) : say("shell.kept_never_short");
  word.title = told.join(" ");
}

function tell(line, { at, last, damaged }) {
  if (!line.hidden || remembered() === at) return;
  const text = [last ? say("shell.brought_back", { time: clock(last) }) : say("shell.brought_back_empty")];
  if (damaged) text.push(say("shell.brought_back_damaged"));
  const close = h("button", { class: "yl-button is-quiet", onclick: () => ((line.hidden = true), remember(at)) }, say("page.dismiss"));
  line.replaceChildren(h("span", {}, text.join(" ")), close);
  line.hidden = false;
}

/** A time of today, else with its day. */
function clock(iso) {
  const when = new Date(iso);
  if (when.toDateString() !== new Date().toDateString()) return day(iso);
  return when.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

function remembered() {
  try {
    return localStorage.getItem(TOLD);
  } catch {
    return null;
  }
}

function remember(at) {
  try {
    localStorage.setItem(TOLD, at);
  } catch {
    // Told once more by the next page.
  }
}
