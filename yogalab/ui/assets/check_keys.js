// The check page's keys: one listener on the document, silent while somebody types or another page is in front.

import { isShown } from "./core.js";
import { may } from "./role.js";

// What who only looks may press, too.
const LOOKING = /^(s|Arrow.*)$/;
const TYPING = "input, textarea, select, [contenteditable=true]";

export function listen(page) {
  const acts = {
    u: () => page.undo(),
    s: () => page.toggleBones(),
    ArrowLeft: () => page.step(-1),
    ArrowUp: () => page.step(-1),
    ArrowRight: () => page.step(1),
    ArrowDown: () => page.step(1),
  };
  document.addEventListener("keydown", (event) => {
    if (!isShown(page.root) || event.isComposing || event.defaultPrevented) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const takesBack = key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (!takesBack && (event.ctrlKey || event.metaKey || event.altKey)) return;
    if (key.startsWith("Arrow") && (target.closest("[role=tab]") || !page.entries.length)) return;
    const act = takesBack ? acts.u : acts[key] ?? (/^[1-9kbn/]$/.test(key) ? () => page.press(key) : null);
    if (!act || !(may("coach") || LOOKING.test(key))) return;
    event.preventDefault();
    // A held key must not answer one photo after the other; arrows may run.
    if (!event.repeat || key.startsWith("Arrow")) act();
  });
}
