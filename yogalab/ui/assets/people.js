// The people of a lab that is open beyond this machine: who comes in, as what, and invitations.

import { ask, day, h, host, keepingFocus, notice, say, sure, trying } from "./core.js";

const DAYS = [1, 7, 30];
const USUAL = { role: "coach", days: 7 };

/** Open the dialog of all people; only owners are answered. */
export async function people(server) {
  const list = await trying(() => ask(server, "people"));
  if (list) new People(server, list).open();
}

class People {
  constructor(server, list) {
    this.server = server;
    this.rows = h("ul", { class: "yl-people" });
    this.link = h("div", { class: "yl-invited", role: "status" });
    this.pending = h("div", {});
    this.others = h("p", { class: "yl-soft yl-small" });
    this.roles = list.roles;
    this.show(list);
  }

  open() {
    const dialog = h(
      "dialog",
      { class: "yl yl-dialog yl-people-dialog", "aria-labelledby": "yl-people", onclose: () => dialog.remove() },
      h("h2", { id: "yl-people" }, say("people.title")),
      h("p", { class: "yl-soft" }, say("people.lead")),
      this.rows,
      this.others,
      this.invitation(),
      this.link,
      this.pending,
      h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", onclick: () => dialog.close() }, say("page.close"))),
    );
    host().append(dialog);
    dialog.showModal();
  }

  show({ people, others, invitations }) {
    keepingFocus(this.rows, () => this.rows.replaceChildren(...people.map((one) => this.person(one))));
    this.others.textContent = others.length ? say("people.others", { names: others.join(", ") }) : "";
    this.others.hidden = !others.length;
    this.pending.replaceChildren(
      ...(invitations.length ? [h("h3", {}, say("people.open")), h("ul", { class: "yl-people" }, invitations.map((one) => this.open_one(one)))] : []),
    );
  }

  /** Ask for a change; what the list is then comes back. */
  async change(name, asked) {
    const list = await trying(() => ask(this.server, name, asked));
    this.show(list ?? (await ask(this.server, "people")));
    return Boolean(list);
  }

  // --- who is here --------------------------------------------------------------------------------------------

  person(one) {
    const name = one.you ? say("people.you", { name: one.name }) : one.name;
    return h(
      "li",
      { "aria-label": one.name },
      h("span", { class: "yl-names" }, h("b", {}, name), h("i", {}, say(`people.by.${one.by}`), one.waiting ? h("span", { class: "yl-waiting" }, say("people.waiting")) : null)),
      one.settled ? h("span", { class: "yl-soft yl-settled", title: say("people.settled") }, say(`role.${one.role}`)) : this.role(one),
      one.settled && one.by === "hub" ? null : h("button", { class: "yl-button is-quiet is-danger", "aria-label": say("people.remove_one", { name: one.name }), onclick: () => this.remove(one) }, say("people.remove")),
    );
  }

  role(one) {
    const choose = (event) => this.give(one, event.target.value);
    return h("select", { "aria-label": say("people.role_of", { name: one.name }), onchange: choose }, this.options(one.role));
  }

  options(chosen) {
    return this.roles.map((role) => h("option", { value: role, selected: role === chosen }, say(`role.${role}`)));
  }

  async give(one, role) {
    const mine = one.you && role !== "owner";
    if (mine && !(await sure(say("people.step_back"), say("people.step_back_go"), { danger: true }))) return void (await this.change("people", {}));
    if (await this.change("give_role", { id: one.id, role })) notice(say("people.given", { name: one.name, role: say(`role.${role}`) }));
    if (mine) location.reload();
  }

  async remove(one) {
    const question = say(one.by === "lab" ? "people.sure_lab" : "people.sure", { name: one.name });
    if (!(await sure(question, say("people.remove"), { danger: true }))) return;
    if (await this.change("let_go", { id: one.id })) notice(say("people.removed", { name: one.name }));
    if (one.you) location.reload();
  }

  // --- who may come -------------------------------------------------------------------------------------------

  invitation() {
    const name = h("input", { id: "yl-invite-name", maxlength: 40, autocomplete: "off" });
    const role = h("select", { id: "yl-invite-role" }, this.options(USUAL.role));
    const days = h("select", { id: "yl-invite-days" }, DAYS.map((n) => h("option", { value: n, selected: n === USUAL.days }, say("people.days", { n }))));
    const field = (code, input) => h("label", { class: "yl-field", for: input.id }, h("span", {}, say(code)), input);
    const send = (event) => (event.preventDefault(), this.invite({ name: name.value, role: role.value, days: Number(days.value) }).then((well) => well && (name.value = "")));
    return h(
      "form",
      { class: "yl-invite", onsubmit: send },
      h("h3", {}, say("people.invite")),
      h("div", { class: "yl-invite-fields" }, field("people.invite_name", name), field("people.invite_role", role), field("people.invite_days", days)),
      h("button", { class: "yl-button is-main" }, say("people.invite_go")),
    );
  }

  async invite(asked) {
    const made = await trying(() => ask(this.server, "invite", asked));
    if (!made) return false;
    const address = new URL(`/invite/${made.secret}`, document.baseURI).href;
    const shown = h("input", { readonly: true, value: address, "aria-label": say("people.link"), onfocus: () => shown.select() });
    const copy = h("button", { type: "button", class: "yl-button", onclick: () => this.copy(shown) }, say("people.copy"));
    this.link.replaceChildren(h("p", {}, say("people.link_lead")), h("div", { class: "yl-row" }, shown, copy));
    shown.focus();
    this.show(await ask(this.server, "people"));
    return true;
  }

  async copy(shown) {
    shown.select();
    try {
      await navigator.clipboard.writeText(shown.value);
      notice(say("people.copied"));
    } catch {
      // Without https a page may not; what is marked can be copied by hand.
      notice(say("people.copy_by_hand"));
    }
  }

  open_one(one) {
    const what = one.name ? say("people.open_for", { name: one.name, role: say(`role.${one.role}`) }) : say("people.open_any", { role: say(`role.${one.role}`) });
    return h(
      "li",
      { "aria-label": what },
      h("span", { class: "yl-names" }, h("b", {}, what), h("i", {}, say("people.until", { day: day(one.until) }))),
      h("button", { class: "yl-button is-quiet is-danger", onclick: () => this.change("withdraw", { id: one.id }) }, say("people.withdraw")),
    );
  }
}
