// Training deeper on a rented machine: what it would mean is shown, and agreed to, before anything is sent.

import { ask, formTrouble, h, host, say, Told, trying } from "./core.js";

const SOON = 300;

/** Offer machines and terms; `began` gets the work that was agreed to. ways: those of the card it is opened from. */
export async function rent(server, ways, began) {
  const offer = await trying(() => ask(server, "machines"));
  if (!offer) return;
  const { least, usual, most } = offer.minutes;
  const rung = h("select", { id: "yl-rent-rung" }, ways.map(({ rung: one, name }) => h("option", { value: one, selected: one === "R4" }, name)));
  const machine = h("select", { id: "yl-rent-machine" }, offer.machines.map(({ name, label }) => h("option", { value: name }, label)));
  const minutes = h("input", { id: "yl-rent-minutes", type: "number", min: least, max: most, value: usual, required: true });
  const terms = h("div", { class: "yl-terms", "aria-live": "polite" });
  const agree = h("input", { id: "yl-rent-agree", type: "checkbox" });
  const go = h("button", { class: "yl-button is-main", value: "go", disabled: true }, say("rent.go"));
  const form = h(
    "form",
    { method: "dialog", onsubmit: send },
    h("h2", { id: "yl-rent" }, say("rent.title")),
    h("p", { class: "yl-soft" }, say("rent.lead")),
    field(rung, "rent.rung"),
    field(machine, "rent.machine"),
    field(minutes, "rent.minutes"),
    terms,
    h("label", { class: "yl-check", for: agree.id }, agree, say("rent.agree")),
    h("div", { class: "yl-row is-end" }, h("button", { class: "yl-button", value: "no", formnovalidate: true }, say("page.cancel")), go),
  );
  const dialog = h("dialog", { class: "yl yl-dialog", "aria-labelledby": "yl-rent", onclose: () => dialog.remove() }, form);
  let mark = "";
  let asked = 0;

  const wish = () => ({ rung: rung.value, machine: machine.value, minutes: Number(minutes.value) });
  const ready = () => (go.disabled = !(mark && agree.checked));

  /** Other terms are agreed to anew. */
  async function show() {
    const mine = ++asked;
    [mark, agree.checked, agree.disabled] = ["", false, true];
    ready();
    form.querySelector(".yl-alert")?.remove();
    try {
      if (!form.checkValidity()) return terms.replaceChildren();
      const now = await ask(server, "terms", wish());
      if (mine !== asked) return;
      mark = now.mark;
      agree.disabled = false;
      terms.replaceChildren(...now.lines.map((line) => h("p", {}, line)));
    } catch (error) {
      if (mine !== asked) return;
      terms.replaceChildren();
      formTrouble(form, error instanceof Told ? error.message : say("page.no_connection"));
    }
  }

  async function send(event) {
    if (event.submitter?.value !== "go") return;
    event.preventDefault();
    go.disabled = true;
    try {
      began(await ask(server, "rent", { ...wish(), agreed: mark }));
      dialog.close();
    } catch (error) {
      await show();
      formTrouble(form, error instanceof Told ? error.message : say("page.no_connection"));
    }
  }

  let later;
  const soon = () => (clearTimeout(later), (later = setTimeout(show, SOON)));
  for (const one of [rung, machine]) one.addEventListener("change", show);
  minutes.addEventListener("input", soon);
  agree.addEventListener("change", ready);
  host().append(dialog);
  dialog.showModal();
  show();
}

const field = (input, code) => h("label", { class: "yl-field", for: input.id }, h("span", {}, say(code)), input);
