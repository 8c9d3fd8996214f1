// One's own account, behind the name in the strip of a lab that people sign in to.

import { h, host, notice, say, trying } from "./core.js";
import { Told } from "./asking.js";
import { people } from "./people.js";

/** The chip of somebody who only looks in: the way to the door. */
export const signIn = () => h("a", { class: "yl-who", href: new URL("/login", document.baseURI).href }, h("span", {}, say("shell.sign_in")));

export async function leave(name = "") {
  await fetch(new URL("/lab/leave", document.baseURI), { method: "POST" });
  location.assign(new URL(name ? `/login?name=${encodeURIComponent(name)}` : "/login", document.baseURI));
}

/** What somebody may do here, and what there is to do about their account. */
export function account(state, server) {
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog yl-account", "aria-labelledby": "yl-account", onclose: () => dialog.remove() },
    h("h2", { id: "yl-account" }, state.coach),
    h("p", { class: "yl-soft" }, say(`role.you.${state.role}`)),
    state.own_password ? password(state, () => dialog.close()) : null,
    h("p", { class: "yl-small" }, h("a", { href: new URL("/api/v1/docs", document.baseURI).href }, say("shell.programs"))),
    h(
      "div",
      { class: "yl-row is-end" },
      h("button", { class: "yl-button is-quiet", onclick: () => leave() }, say("shell.sign_out")),
      state.role === "owner" ? h("button", { class: "yl-button", onclick: () => (dialog.close(), people(server)) }, say("people.show")) : null,
      h("button", { class: "yl-button is-main", autofocus: true, onclick: () => dialog.close() }, say("page.close")),
    ),
  );
  host().append(dialog);
  dialog.showModal();
}

function password(state, close) {
  const field = (id, complete) => h("input", { id, type: "password", autocomplete: complete, maxlength: 200, required: true });
  const old = field("yl-password-old", "current-password");
  const fresh = field("yl-password-new", "new-password");
  const send = async (event) => {
    event.preventDefault();
    const done = await trying(() => change(old.value, fresh.value));
    if (!done) return;
    close();
    notice(say("people.password_changed"));
  };
  return h(
    "details",
    {},
    h("summary", {}, say("people.password")),
    h(
      "form",
      { onsubmit: send },
      // For password managers, which keep a password with a name.
      h("input", { type: "text", autocomplete: "username", value: state.coach, hidden: true, tabindex: -1 }),
      h("label", { for: old.id }, say("people.password_old")),
      old,
      h("label", { for: fresh.id }, say("people.password_new")),
      fresh,
      h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button" }, say("people.password_go"))),
    ),
  );
}

async function change(old, fresh) {
  const answer = await fetch(new URL("/lab/password", document.baseURI), { method: "POST", body: JSON.stringify({ old, new: fresh }) });
  if (!answer.ok) throw new Told((await answer.json()).error);
  return true;
}
