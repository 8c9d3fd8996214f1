// Files as a browser hands them over: chosen, dropped with their folders, pasted.

import { isShown, say } from "./core.js";

// Zips, and photos without an extension, are for the server to judge; these are plainly something else.
const NEVER = /(^|\/)(\.|__MACOSX|Thumbs\.db|desktop\.ini)/i;
// What browsers call a picture that has no name.
const NAMELESS = /^(image|blob)\.\w+$/i;

/** {file, path} of those that may be photos. */
export const worth = (found) => found.filter(({ path }) => !NEVER.test(path));

export function chosen(event) {
  const found = [...event.target.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
  // Choosing the same files again must be an event, too.
  event.target.value = "";
  return found;
}

/** Everything dropped or pasted, folders opened. */
export async function dropped(transfer) {
  // Both at once: the browser empties them as soon as this function waits.
  const files = [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return files.map((file) => ({ file, path: file.name }));
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

/** Hear what is pasted while `element` is on the page in front, and nobody is typing or answering. */
export function onPaste(element, offer) {
  document.addEventListener("paste", async (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const { clipboardData } = event;
    if (typing || !isShown(element) || document.querySelector("dialog[open]") || !clipboardData?.files.length) return;
    event.preventDefault();
    offer((await dropped(clipboardData)).map(named));
  });
}

/** A picture cut out of a screen has no name: it gets the moment. */
function named({ file, path }, place) {
  if (!NAMELESS.test(file.name)) return { file, path };
  const time = clockTime();
  const name = `${say("upload.pasted", { time: place ? `${time} ${place + 1}` : time })}.${file.name.split(".").pop()}`;
  return { file: new File([file], name, { type: file.type }), path: name };
}

/** The time of day as it may stand in a file's name. */
export const clockTime = () => new Date().toTimeString().slice(0, 8).replaceAll(":", ".");

export const pasteKeys = () => (/mac|iphone|ipad/i.test(navigator.platform) ? "⌘V" : "Ctrl-V");
