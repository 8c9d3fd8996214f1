// The strip above all pages: brand, encoder, warming up, and who is labelling.

import { account, leave, signIn } from "./account.js";
import { ask, changed, h, host, notice, onChanged, say, trying } from "./core.js";
import { follow, languageChoice } from "./language.js";
import { here } from "./role.js";
import { kept } from "./shell_kept.js";
import { welcome } from "./welcome.js";

let coach = "";
let locked = false;
/** The name that the strip shows: whoever presses a key answers under it. */
export const signedIn = () => coach;

/** Go on under another name: where people sign in, by doing so. */
export const signInAs = (name) => trying(() => (locked ? leave(name) : change(name)));

export function mount(root, server) {
  const encoder = h("span", { class: "yl-encoder", role: "status" });
  const name = h("span", {});
  const who = h(
    "button",
    { class: "yl-who", onclick: () => (locked ? account(state, server) : rename(state)) },
    h("span", { class: "yl-who-label" }, say("shell.you_are")),
    name,
  );
  const safe = kept(server);
  root.append(h("div", { class: "yl-brand" }, mark(), h("strong", {}, "YogaLab")), encoder, safe.word, languageChoice(), who);
  root.after(safe.line);
  let state = null;

  /** Once it is known who is here: a visitor gets the way to the door, and nothing to begin with. */
  function settle({ role, anybody }) {
    if (role !== "visitor") who.before(welcome(root, server));
    if (anybody) who.replaceWith(signIn());
  }

  async function refresh() {
    const fresh = await ask(server, "state").catch(() => left());
    if (fresh) {
      // Other pages are open to them than when this one was.
      if (state && (state.role === "visitor") !== (fresh.role === "visitor")) return location.reload();
      if (!state) settle(fresh);
      if (here(fresh.role)) setTimeout(changed, 0, "role");
      state = fresh;
      locked = fresh.locked;
      who.title = say(locked ? "shell.account" : "shell.change_name");
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
  window.addEventListener("yl-refused", () => state?.ready && refresh());
}

/** A session that is over ends at the door; what waits to be saved waits in the browser. */
async function left() {
  const answer = await fetch(new URL("/lab/words.json", document.baseURI), { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) location.assign(new URL("/login", document.baseURI));
  return null;
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
      h("p", { class: "yl-small" }, h("a", { href: new URL("/api/v1/docs", document.baseURI).href }, say("shell.programs"))),
      h(
        "div",
        { class: "yl-row is-end" },
        h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")),
        h("button", { class: "yl-button is-main" }, say("shell.go_on")),
      ),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  field.select();
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
