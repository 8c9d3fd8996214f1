// The one question before photos are sent, and what the folders they lie in say.

import { h, host, say } from "./core.js";

export const CONSENTS = ["agreed", "public", "myself", "drawn"];

const folderOf = (path) => path.slice(0, path.lastIndexOf("/") + 1);

/** The folders that hold photos and no further folder: one that holds folders was packed around poses. */
export function posesOf(wanted) {
  const folders = new Set(wanted.map(({ path }) => folderOf(path)).filter(Boolean));
  return new Set([...folders].filter((one) => ![...folders].some((other) => other !== one && other.startsWith(one))));
}

/** The pose that a file's folder names, if it does. */
export const poseOf = (path, poses) => (poses.has(folderOf(path)) ? path.split("/").at(-2) : "");

const isZip = ({ path }) => /\.zip$/i.test(path);

/** Answers to choose from, in a form that closes with the one that is chosen. marked: one that stands out. */
export const choices = (answers, marked, more = {}) =>
  h(
    "div",
    { class: "yl-choices" },
    answers.map((one) => h("button", { class: `yl-choice${one === marked ? " is-likely" : ""}`, value: one, ...(one === marked ? more : {}) }, h("b", {}, say(`consent.${one}`)), h("span", { class: "yl-soft" }, say(`consent.${one}_lead`)))),
  );

/**
 * Whether the people shown agree; asked once for all these files. Null when the coach thinks better of it.
 * likely: the answer that is under the finger at once.
 */
export function askConsent(wanted, likely = "") {
  const folders = posesOf(wanted);
  const question = folders.size > 1 ? say("upload.folders_name_poses", { n: folders.size }) : wanted.some(isZip) ? say("upload.zips_name_poses") : "";
  return new Promise((resolve) => {
    const named = h("input", { type: "checkbox", id: "yl-named" });
    const order = [...CONSENTS].sort((a, b) => (b === likely) - (a === likely));
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
        choices(order, likely, { autofocus: true }),
        question ? h("label", { class: "yl-check", for: "yl-named" }, named, question) : null,
        h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", value: "no" }, say("page.cancel"))),
      ),
    );
    host().append(dialog);
    dialog.showModal();
  });
}
