// The poses page: every pose with its figure; add, rename, merge, hide, keep only some.

import { Told, ask, changed, figure, h, host, isShown, notice, onChanged, say, sure, trying, whenShown } from "./core.js";

const OPTIONAL = ["sanskrit", "looks"];
const HEARD_AFTER = 400;
const PARTS = ["head", "arms", "hands", "torso", "legs", "feet"];

export function mount(root, server) {
  new Poses(root, server);
}

class Poses {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.poses = [];
    this.chosen = new Set();
    this.find = h("input", { type: "search", id: "yl-pose-find", placeholder: say("poses.find"), "aria-label": say("poses.find"), oninput: () => this.draw() });
    this.hidden = h("input", { type: "checkbox", id: "yl-pose-hidden", onchange: () => this.draw() });
    this.count = h("span", { class: "yl-soft", role: "status" });
    this.picked = h("div", { class: "yl-picked", "data-needs": "owner", hidden: true });
    this.list = h("ul", { class: "yl-gallery", "aria-label": say("tab.poses") });
    const add = h("button", { class: "yl-button is-main", "data-needs": "owner", onclick: () => this.add() }, say("poses.add"));
    root.append(
      h("div", { class: "yl-filters" }, this.find, h("label", { class: "yl-check", for: "yl-pose-hidden" }, this.hidden, say("poses.show_hidden")), this.count, add),
      h("p", { class: "yl-look", "data-instead": "owner" }, say("role.look.poses")),
      this.picked,
      this.list,
    );
    whenShown(root, () => this.refresh());
    onChanged((what) => what.startsWith("pose") && isShown(root) && this.refresh());
  }

  async refresh() {
    const answer = await trying(() => ask(this.server, "gallery"));
    if (!answer) return;
    this.poses = answer.poses;
    this.draw();
  }

  get shown() {
    const wanted = plain(this.find.value);
    return this.poses.filter(
      (pose) => (this.hidden.checked || !pose.hidden) && (!wanted || [pose.name, pose.sanskrit, ...pose.aliases].some((name) => plain(name).includes(wanted))),
    );
  }

  draw() {
    const { shown } = this;
    this.count.textContent = say("poses.count", { n: shown.length });
    this.list.replaceChildren(...shown.map((pose) => this.tile(pose)));
    this.drawPicked();
  }

  tile(pose) {
    const box = h("input", {
      type: "checkbox",
      class: "yl-pick",
      "data-needs": "owner",
      checked: this.chosen.has(pose.id),
      "aria-label": say("poses.pick", { name: pose.name }),
      onchange: () => {
        if (box.checked) this.chosen.add(pose.id);
        else this.chosen.delete(pose.id);
        this.drawPicked();
      },
    });
    return h(
      "li",
      { class: `yl-pose${pose.hidden ? " is-hidden" : ""}` },
      h(
        "button",
        { class: "yl-pose-open", onclick: () => this.open(pose) },
        figure(pose, 96),
        h("b", {}, pose.name),
        h("i", { lang: "sa-Latn" }, pose.sanskrit || "\u00a0"),
        pose.hidden ? h("span", { class: "yl-badge is-kept" }, say("poses.is_hidden")) : null,
      ),
      box,
    );
  }

  drawPicked() {
    this.picked.hidden = !this.chosen.size;
    this.picked.replaceChildren(
      h("span", {}, say("poses.picked", { n: this.chosen.size })),
      h("button", { class: "yl-button", onclick: () => (this.chosen.clear(), this.draw()) }, say("photos.unpick")),
      h("button", { class: "yl-button is-main", onclick: () => this.keepOnly() }, say("poses.keep_only")),
    );
  }

  async keepOnly() {
    const poses = [...this.chosen];
    if (!(await sure(say("poses.keep_only_sure", { n: poses.length }), say("poses.keep_only_yes")))) return;
    const done = await trying(() => ask(this.server, "keep_only", { poses }));
    if (!done) return;
    this.chosen.clear();
    this.told(say("poses.kept", { n: done.kept }));
  }

  told(text) {
    notice(text);
    changed("poses");
    this.refresh();
  }

  add() {
    const fields = [["name", say("poses.name"), ""], ["sanskrit", say("poses.sanskrit"), ""], ["looks", say("poses.looks"), ""]];
    const looks = form(say("poses.add"), say("poses.add_lead"), fields, say("poses.add_go"), async (given) => {
      const pose = await ask(this.server, "add", given);
      this.told(say("poses.added", { name: pose.name }));
    }).querySelector("#yl-ask-looks");
    looks.maxLength = 300;
    looks.placeholder = say("poses.looks_example");
    const heard = h("p", { class: "yl-soft", role: "status" });
    looks.closest("label").after(heard);
    // While it is typed: told when the field is left, Add would be pressed before it is read.
    let soon = 0;
    looks.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(() => this.hear(looks, heard), HEARD_AFTER);
    });
  }

  /** Say what of a description is understood: no word is dropped in silence. */
  async hear(field, line) {
    const looks = field.value;
    if (!looks.trim()) return void (line.textContent = "");
    const { understood, unknown } = (await trying(() => ask(this.server, "understand", { looks }))) ?? {};
    // An answer to what was typed before is of no use now.
    if (!understood || looks !== field.value) return undefined;
    const told = (code, words) => (words.length ? say(code, { words: words.join(", ") }) : "");
    line.textContent = `${told("poses.looks_heard", understood)} ${told("poses.looks_unknown", unknown)}`;
  }

  open(pose) {
    const close = () => dialog.close();
    const parts = PARTS.filter((part) => pose.parts[part]);
    const owners = { class: "yl-button", "data-needs": "owner" };
    const dialog = h(
      "dialog",
      { class: "yl yl-dialog", "aria-labelledby": "yl-pose-title", onclose: () => dialog.remove() },
      h("div", { class: "yl-pose-head" }, figure(pose, 120), h("div", {}, h("h2", { id: "yl-pose-title" }, pose.name), h("p", { class: "yl-soft" }, [pose.sanskrit, ...pose.aliases].filter(Boolean).join(" · ")))),
      parts.length ? h("dl", { class: "yl-parts" }, parts.map((part) => [h("dt", {}, say(`part.${part}`)), h("dd", {}, pose.parts[part])])) : null,
      h(
        "div",
        { class: "yl-row is-end" },
        h("button", { ...owners, onclick: () => (close(), this.rename(pose)) }, say("poses.rename")),
        h("button", { ...owners, onclick: () => (close(), this.merge(pose)) }, say("poses.merge")),
        h("button", { ...owners, onclick: () => (close(), this.hide(pose)) }, say(pose.hidden ? "poses.unhide" : "poses.hide")),
        h("button", { class: "yl-button is-main", onclick: close }, say("page.close")),
      ),
    );
    host().append(dialog);
    dialog.showModal();
  }

  rename(pose) {
    form(say("poses.rename_title", { name: pose.name }), say("poses.rename_lead"), [["name", say("poses.name"), pose.name]], say("poses.rename"), async ({ name }) => {
      const now = await ask(this.server, "rename", { pose: pose.id, name });
      this.told(say("poses.renamed", { name: now.name }));
    });
  }

  merge(pose) {
    const others = this.poses.filter((other) => other.id !== pose.id);
    form(
      say("poses.merge_title", { name: pose.name }),
      say("poses.merge_lead", { name: pose.name }),
      [["into", say("poses.into"), "", others.map((other) => other.name)]],
      say("poses.merge"),
      async ({ into }) => {
        const target = others.find((other) => plain(other.name) === plain(into));
        if (!target) throw new Told(say("pose.not_found", { pose: into }));
        if (!(await sure(say("poses.merge_sure", { name: pose.name, into: target.name }), say("poses.merge"), { danger: true }))) return false;
        await ask(this.server, "merge", { pose: pose.id, into: target.id });
        this.told(say("poses.merged", { name: pose.name, into: target.name }));
        return true;
      },
    );
  }

  hide(pose) {
    return trying(async () => {
      await ask(this.server, "hide", { pose: pose.id, hidden: !pose.hidden });
      this.told(say(pose.hidden ? "poses.unhidden" : "poses.hidden", { name: pose.name }));
    });
  }
}

const plain = (name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

/** A small form in a dialog; it stays open while the server says no, and when `act` answers false. */
function form(title, lead, fields, go, act) {
  const inputs = fields.map(([name, words, value, options]) => [
    name,
    words,
    h("input", { id: `yl-ask-${name}`, value, maxlength: 60, required: !OPTIONAL.includes(name), autocomplete: "off", list: options ? "yl-ask-options" : null }),
    options,
  ]);
  const given = () => Object.fromEntries(inputs.map(([name, , input]) => [name, input.value]));
  const submit = (event) => {
    event.preventDefault();
    return trying(async () => {
      if ((await act(given())) !== false) dialog.close();
    });
  };
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-ask", onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: submit },
      h("h2", { id: "yl-ask" }, title),
      h("p", { class: "yl-soft" }, lead),
      inputs.map(([name, words, input, options]) => [
        h("label", { class: "yl-field", for: `yl-ask-${name}` }, h("span", {}, words), input),
        options ? h("datalist", { id: "yl-ask-options" }, options.map((option) => h("option", { value: option }))) : null,
      ]),
      h("div", { class: "yl-row is-end" }, h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")), h("button", { class: "yl-button is-main" }, go)),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  return dialog;
}
