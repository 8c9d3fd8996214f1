// The language the pages are read in: chosen in the strip, kept by the browser, the same for all its windows.

import { h, language, languages, say, trying } from "./core.js";

/** A choice of languages, each under its own name. */
export function languageChoice() {
  const options = Object.entries(languages).map(([code, name]) => h("option", { value: code, lang: code, selected: code === language }, name));
  return h("select", { class: "yl-language", "aria-label": say("shell.language"), onchange: (event) => trying(() => readIn(event.target.value)) }, options);
}

async function readIn(chosen) {
  const body = JSON.stringify({ language: chosen });
  const answer = await fetch(new URL("/lab/language", document.baseURI), { method: "POST", body });
  if (!answer.ok) throw new Error(`language: ${answer.status}`);
  location.reload();
}

/** Another window has chosen another language: this one follows, unless something is being typed or decided here. */
export function follow(spoken) {
  if (spoken !== language && !document.querySelector("dialog:modal")) location.reload();
}
