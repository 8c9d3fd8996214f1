// What every page's script shares: words, elements built without markup strings, skeletons, notices.

import { Told } from "./asking.js";
import { here } from "./role.js";

export { Told, ask } from "./asking.js";

const given = await (await fetch(new URL("../../words.json", import.meta.url))).json();
export const { batch, bones, drawn, language, languages, largest } = given;
// Gradio's own page says "en" whatever is read on it.
document.documentElement.lang = language;
here(given.role);

/** The sentence for a code, blanks filled; with n = 1 its ".one" form where there is one. */
export function say(code, data = {}) {
  const words = (data.n === 1 && given.words[`${code}.one`]) || given.words[code];
  if (words === undefined) throw new Error(`no words for ${code}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => (typeof data[name] === "number" ? number(data[name]) : String(data[name])));
}

const SVG = "http://www.w3.org/2000/svg";

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style") node.style.cssText = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element; strings among the children become text, never markup, so a name cannot be a script. */
export const h = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
export const s = (tag, attributes, ...children) => build(document.createElementNS(SVG, tag), attributes, children);

/** A number as it is written in the reader's language. */
export const number = (value) => value.toLocaleString(language);
export const percent = (share) => `${Math.round(share * 100)}\u202f%`;

const FAINT = 0.5;

/**
 * People's skeletons over a picture of width x height: left, right and middle in their colours over a dark halo, the
 * first in full where that one is judged, the others faint.
 */
export function skeletons(people, width, height, { slice = false, judged = true } = {}) {
  const unit = Math.max(width, height) / 100;
  const svg = s("svg", {
    class: "yl-skeleton",
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: slice ? "xMidYMid slice" : "xMidYMid meet",
    "aria-hidden": "true",
  });
  people.forEach((points, place) => {
    const at = points.map(([x, y, seen]) => [x * width, y * height, seen]);
    const halo = s("g", { class: "yl-halo", "stroke-width": 1.5 * unit });
    const bones = s("g", { class: "yl-bones", "stroke-width": 0.75 * unit });
    for (const [a, b, side, part] of given.bones) {
      const faint = Math.min(at[a][2], at[b][2]) < FAINT;
      const ends = { x1: at[a][0], y1: at[a][1], x2: at[b][0], y2: at[b][1] };
      halo.append(s("line", { ...ends, "data-part": part, class: faint ? "is-faint" : null }));
      bones.append(s("line", { ...ends, class: `is-${side || "middle"}${faint ? " is-faint" : ""}` }));
    }
    const joints = s("g", { class: "yl-joints", "stroke-width": 0.3 * unit });
    at.forEach(([x, y, seen], joint) => {
      // The face has eleven landmarks in a small place: a dot each would hide it.
      if (joint > 0 && joint < 11) return;
      const side = given.joints[joint] || "middle";
      joints.append(s("circle", { cx: x, cy: y, r: 0.8 * unit, class: `is-${side}${seen < FAINT ? " is-faint" : ""}` }));
    });
    svg.append(s("g", { class: place || !judged ? "is-other" : null }, halo, bones, joints));
  });
  return svg;
}

/** A small ring filled to a share. */
export function ring(share) {
  const around = 2 * Math.PI * 8;
  return s(
    "svg",
    { class: "yl-ring", viewBox: "0 0 20 20", "aria-hidden": "true" },
    s("circle", { cx: 10, cy: 10, r: 8 }),
    s("circle", { cx: 10, cy: 10, r: 8, class: "is-filled", "stroke-dasharray": `${share * around} ${around}` }),
  );
}

/** A pose's drawn figure, in the colour of the text around it. */
export function figure(pose, size = 56) {
  const source = new URL(`/figure/${encodeURIComponent(pose.slug)}.svg?size=${size}`, document.baseURI);
  return h("span", { class: "yl-figure", "aria-hidden": "true", style: `--drawing:url("${source}")` });
}

/** Where dialogs and notices go: Gradio keeps a style sheet's @media rules only for what lies inside its own page. */
export const host = () => document.querySelector(".gradio-container .contain") ?? document.body;

let corner;
/** A notice in the corner, read out by screen readers; troubles stay longer. A trouble while a form is open is the form's. */
export function notice(text, kind = "well") {
  const form = kind === "trouble" && [...document.querySelectorAll("dialog:modal form")].filter((one) => one.querySelector("input:not([type=checkbox], [type=radio])")).at(-1);
  if (form) return formTrouble(form, text);
  corner ??= host().appendChild(h("div", { class: "yl yl-notices", popover: "manual", "aria-live": "polite" }));
  // The one that is shown last lies on top: a dialog opened meanwhile must not dim what is said.
  if (corner.matches(":popover-open")) corner.hidePopover();
  corner.showPopover();
  const one = h("div", { class: `yl-notice is-${kind}`, role: kind === "trouble" ? "alert" : "status" }, text);
  corner.append(one);
  setTimeout(() => one.remove(), kind === "trouble" ? 9000 : 4000);
  return undefined;
}

/** Say inside a form what is wrong with what was typed; it goes when the form is sent again. */
export function formTrouble(form, text) {
  form.querySelector(".yl-alert")?.remove();
  const line = h("p", { class: "yl-alert", role: "alert" }, text);
  const buttons = form.querySelector(".yl-row.is-end");
  if (buttons) buttons.before(line);
  else form.append(line);
  form.addEventListener("submit", () => line.remove(), { once: true, capture: true });
  form.querySelector("input")?.focus();
}

/** Do something; a trouble becomes a notice. Returns what was done, or undefined. */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    notice(error instanceof Told ? error.message : say("page.no_connection"), "trouble");
    if (!(error instanceof Told)) console.error(error);
    return undefined;
  }
}

/** Ask before something that cannot be taken back. */
export function sure(question, go, { danger = false } = {}) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "yl yl-dialog yl-sure", "aria-labelledby": "yl-sure", onclose: () => (dialog.remove(), resolve(dialog.returnValue === "yes")) },
      h(
        "form",
        { method: "dialog" },
        h("p", { id: "yl-sure" }, question),
        h(
          "div",
          { class: "yl-row is-end" },
          h("button", { class: "yl-button", value: "no" }, say("page.cancel")),
          h("button", { class: `yl-button ${danger ? "is-danger" : "is-main"}`, value: "yes" }, go),
        ),
      ),
    );
    host().append(dialog);
    dialog.showModal();
  });
}

/** Call back whenever an element comes into view (its tab was chosen). */
export function whenShown(element, shown) {
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) shown();
  }).observe(element);
}

/** Whether an element is on the tab in front. */
export const isShown = (element) => element.isConnected && element.offsetParent !== null;

/** Seconds in words a coach can use. */
export function span(seconds) {
  if (seconds < 60) return say("page.seconds", { n: Math.max(1, Math.round(seconds)) });
  return say("page.minutes", { n: Math.round(seconds / 60) });
}

export const day = (iso) =>
  iso ? new Date(iso).toLocaleString(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }) : "";

/** Go to another page. */
export function goTo(tab) {
  const button = document.querySelector(`#yl-tab-${tab}-button`);
  // On a narrow screen the last tabs lie in a menu, where they have no id.
  const hidden = () => [...document.querySelectorAll("#yl-tabs .overflow-dropdown button")].find((one) => one.textContent.trim() === say(`tab.${tab}`));
  (button ?? hidden())?.click();
}

/** Pages tell each other what changed: "photos", "labels", "poses", "versions", "role". */
export const changed = (what) => window.dispatchEvent(new CustomEvent("yl-changed", { detail: what }));
export const onChanged = (heard) => window.addEventListener("yl-changed", (event) => heard(event.detail));

/**
 * Draw anew what is in `box`, and leave the focus where it was: on the control with the same words in the same card.
 * Else somebody without a mouse would be thrown back to the top of the page by every change.
 */
export function keepingFocus(box, draw) {
  const words = (control) => `${control.closest("li[aria-label]")?.ariaLabel ?? ""}|${control.ariaLabel ?? control.innerText}`;
  const before = box.contains(document.activeElement) ? words(document.activeElement) : null;
  draw();
  if (before === null || box.contains(document.activeElement)) return;
  [...box.querySelectorAll("button, input, select, a[href]")].find((control) => words(control) === before)?.focus({ preventScroll: true });
}
