// Who agreed to what, seen and changed for photos that are in the lab already.

import { ask, h, host, say, trying } from "./core.js";
import { CONSENTS, choices } from "./upload_consent.js";

// With these recorded nobody may publish a picture.
const UNSHOWN = ["agreed", "unknown", "withdrawn"];

/** What is to be recorded with some photos, as {consent, shown}; null when the coach thinks better of it. shown: where others see some of them. */
export async function chooseConsent(server, photos) {
  const told = await trying(() => ask(server, "consents", { photos }));
  if (!told) return null;
  const kinds = told.recorded.map(([one]) => one);
  // "It is me" is said by whoever added the photo.
  const answers = [...CONSENTS.filter((one) => told.own || one !== "myself"), "withdrawn", "unknown"];
  const consent = await choose(photos.length, told, answers, kinds.length === 1 ? kinds[0] : "");
  return consent && { consent, shown: told.shown };
}

function choose(n, told, answers, marked) {
  const many = told.recorded.length > 1;
  const now = told.recorded.map(([one, count]) => (many ? say("photos.consent_count", { what: say(`consent.${one}`), n: count }) : say(`consent.${one}`))).join(", ");
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "yl yl-dialog", "aria-labelledby": "yl-consent", onclose: () => (dialog.remove(), resolve(answers.includes(dialog.returnValue) ? dialog.returnValue : null)) },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "yl-consent" }, say("upload.consent")),
        h("p", { class: "yl-soft" }, say("photos.consent_lead", { n, now })),
        told.shown.length ? h("p", { class: "yl-alert" }, say("photos.consent_shown", { n, places: told.shown.join(", ") })) : null,
        choices(answers, marked, { "aria-current": "true", autofocus: true }),
        h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", value: "no" }, say("page.cancel"))),
      ),
    );
    host().append(dialog);
    dialog.showModal();
  });
}

/** What was recorded, and where it is not followed yet. */
export function consented(n, { consent, shown }) {
  const still = shown.length && UNSHOWN.includes(consent) ? ` ${say("photos.consent_still", { places: shown.join(", ") })}` : "";
  return say("photos.consented", { n, what: say(`consent.${consent}`) }) + still;
}

/** Record it; gives {photos, before}: how many changed, and what was recorded with them until then. */
export const record = (server, photos, consent) => ask(server, "agree", { wanted: { [consent]: photos } });

/** Record what was there before, where nobody has changed it since. */
export const takeBack = (server, consent, before) => ask(server, "agree", { wanted: before, was: consent });
