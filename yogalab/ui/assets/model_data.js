// The labels for others: what is on the Hub, what would go, and the question before it does.

import { ask, changed, day, h, host, say, trying } from "./core.js";

const LICENCES = ["none", "cc-by-4.0", "cc-by-nc-4.0", "cc0-1.0"];

/** Draw the card; `data` is null for whoever has no say in it, `labelled` whether there is anything to give. */
export function drawData(card, { data, photos }, server) {
  card.hidden = data === null || data === undefined || photos === 0;
  if (card.hidden) return;
  card.replaceChildren(
    h("h3", {}, say("share.data")),
    h("p", { class: "yl-soft" }, say("share.data_lead")),
    ...data.map((one) => row(one, server)),
    h("div", { class: "yl-row" }, h("button", { class: "yl-button", onclick: () => offer(server) }, say("share.data_go"))),
  );
}

function row(one, server) {
  return h(
    "div",
    { class: "yl-data" },
    h("p", {}, say("share.data_at", { repo: one.repo, tag: one.tag, n: one.photos, when: day(one.at) })),
    one.gone ? h("p", { class: "yl-stale", role: "status" }, say("share.data_stale", { n: one.gone })) : null,
    one.withdrawn ? h("p", { class: "yl-stale", role: "status" }, say("share.data_withdrawn", { n: one.withdrawn })) : null,
    one.gone || one.withdrawn ? h("div", { class: "yl-row" }, h("button", { class: "yl-button", onclick: () => offer(server, one.repo, one.withdrawn > 0) }, say("share.data_anew"))) : null,
  );
}

/** What would go, counted anew with every change, and the button that sends it. again: a repository that has it; wholly: its history is to go, unless the owner thinks otherwise. */
async function offer(server, again = "", wholly = false) {
  const counts = h("div", { class: "yl-outline", role: "status" });
  const repo = h("input", { id: "yl-data-repo", value: again, placeholder: say("models.repo_example"), required: true, autocomplete: "off", spellcheck: "false" });
  const pixels = h("input", { type: "checkbox", id: "yl-data-pixels", onchange: () => count() });
  const forget = h("input", { type: "checkbox", id: "yl-data-forget", checked: wholly, "aria-describedby": "yl-data-forgets" });
  const licence = h("select", { id: "yl-data-licence" }, LICENCES.map((one) => h("option", { value: one === "none" ? "" : one }, say(`share.licence.${one}`))));
  const count = async () => {
    const told = await trying(() => ask(server, "data_outline", { pixels: pixels.checked }));
    if (!told) return false;
    counts.replaceChildren(...lines(told, pixels.checked));
    return true;
  };
  const send = async (event) => {
    event.preventDefault();
    const wish = { repo: repo.value, pixels: pixels.checked, forget: forget.checked, licence: licence.value };
    const sent = await trying(() => ask(server, "publish_data", wish));
    if (!sent) return;
    dialog.close();
    changed("versions");
  };
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-data", onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: send },
      h("h2", { id: "yl-data" }, say("share.data_title")),
      h("p", { class: "yl-soft" }, say("share.data_lead")),
      h("label", { class: "yl-check", for: "yl-data-pixels" }, pixels, say("share.data_with")),
      counts,
      h("label", { class: "yl-field", for: "yl-data-repo" }, h("span", {}, say("models.repo")), repo),
      h("label", { class: "yl-field", for: "yl-data-licence" }, h("span", {}, say("share.data_licence")), licence),
      again ? h("label", { class: "yl-check", for: "yl-data-forget" }, forget, say("share.data_forget")) : null,
      again ? h("p", { class: "yl-soft yl-small", id: "yl-data-forgets" }, say("share.data_forget_lead")) : null,
      h("p", { class: "yl-soft yl-small" }, say("share.data_private")),
      h("div", { class: "yl-row is-end" }, h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")), h("button", { class: "yl-button is-main" }, say("models.publish_go"))),
    ),
  );
  if (!(await count())) return;
  host().append(dialog);
  dialog.showModal();
  repo.focus();
}

function lines(told, pixels) {
  const line = (text) => h("p", {}, text);
  const seen = told.pictured ? say("share.data_pictured", { n: told.pictured }) : say("share.data_pictured_none");
  return [
    line(say("share.data_counts", { n: told.photos, photos: told.photos, poses: told.poses, coaches: told.coaches })),
    pixels ? line(seen) : null,
    pixels && told.kept ? line(say("share.data_kept", { n: told.kept })) : null,
  ].filter(Boolean);
}
