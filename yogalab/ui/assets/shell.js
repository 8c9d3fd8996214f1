// The strip above all pages: brand, encoder, warming up, and who is labelling.

import { ask, changed, h, host, notice, onChanged, say, trying } from "./core.js";
import { follow, languageChoice } from "./language.js";
import { welcome } from "./welcome.js";

let coach = "";
/** The name that the strip shows: whoever presses a key answers under it. */
export const signedIn = () => coach;

/** Go on under another name. */
export const signInAs = (name) => trying(() => change(name));

export function mount(root, server) {
  const encoder = h("span", { class: "yl-encoder", role: "status" });
  const name = h("span", {});
  const who = h(
    "button",
    { class: "yl-who", title: say("shell.change_name"), onclick: () => rename(state) },
    h("span", { class: "yl-who-label" }, say("shell.you_are")),
    name,
  );
  root.append(
    h("div", { class: "yl-brand" }, mark(), h("strong", {}, "YogaLab")),
    encoder,
    languageChoice(),
    welcome(root, server),
    who,
  );
  let state = null;

  async function refresh() {
    const fresh = await ask(server, "state").catch(() => null);
    if (fresh) {
      state = fresh;
      // Another window may have changed it.
      if (coach && coach !== fresh.coach) setTimeout(changed, 0, "coach");
      coach = fresh.coach;
      name.textContent = coach;
      encoder.classList.toggle("is-warming", !fresh.ready);
      encoder.classList.toggle("is-trouble", Boolean(fresh.ready && fresh.trouble));
      encoder.textContent = fresh.ready ? fresh.trouble || fresh.encoder : say("shell.warming");
      encoder.title = encoder.textContent;
    }
    if (!state?.ready) setTimeout(refresh, 1000);
  }
  refresh();
  window.addEventListener("focus", () => state?.ready && refresh().then(() => follow(state.language)));
  onChanged((what) => ["encoder", "versions"].includes(what) && refresh());
}

function mark() {
  const image = h("span", { class: "yl-mark", "aria-hidden": "true" });
  return image;
}

function rename(state) {
  const field = h("input", { id: "yl-name", maxlength: 40, value: state?.coach ?? "", list: "yl-names", autocomplete: "name", required: true });
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-rename", onclose: () => dialog.remove() },
    h(
      "form",
      { method: "dialog", onsubmit: (event) => (event.preventDefault(), trying(() => change(field.value, dialog))) },
      h("h2", { id: "yl-rename" }, say("shell.who_title")),
      h("p", { class: "yl-soft" }, say("shell.who_lead")),
      h("label", { for: "yl-name" }, say("shell.name")),
      field,
      h("datalist", { id: "yl-names" }, (state?.coaches ?? []).map((coach) => h("option", { value: coach }))),
      h(
        "div",
        { class: "yl-row is-end" },
        state?.locked ? h("button", { type: "button", class: "yl-button is-quiet", onclick: leave }, say("shell.sign_out")) : null,
        h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")),
        h("button", { class: "yl-button is-main" }, say("shell.go_on")),
      ),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  field.select();
}

async function leave() {
  await fetch(new URL("/lab/leave", document.baseURI), { method: "POST" });
  location.assign("/login");
}

async function change(name, dialog) {
  const answer = await fetch(new URL("/lab/name", document.baseURI), { method: "POST", body: JSON.stringify({ name }) });
  const said = await answer.json();
  if (!answer.ok) return notice(said.error, "trouble");
  coach = said.name;
  document.querySelector(".yl-who span:last-child").textContent = coach;
  dialog?.close();
  changed("coach");
  return notice(say("shell.hello", { name: said.name }));
}
