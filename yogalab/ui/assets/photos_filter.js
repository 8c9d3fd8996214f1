// What narrows the grid down: controls in a row, on a phone behind a button, and what is chosen as words that one click takes away.

import { h, say } from "./core.js";

const STATUSES = ["waiting", "labelled", "skipped", "disputed", "differed", "not_a_pose", "nobody_found", "unseen", "unagreed"];
const ORDERS = ["newest", "oldest", "least_sure", "most_sure", "most_disputed"];
const SURE = { low: [0, 0.5], middle: [0.5, 0.8], high: [0.8, 1] };
// A status of the page's own, and what it asks for.
const BESIDE = { differed: { differ: true }, nobody_found: { found: false }, unagreed: { agreed: false } };
const NARROWING = ["pose", "status", "sure", "coach", "since", "until"];

/** Midnight of a day where the coach is, and of the day after. */
const midnight = (date, days = 0) => {
  if (!date) return "";
  const [year, month, day] = date.split("-").map(Number);
  return new Date(year, month - 1, day + days).toISOString();
};

export class Filters {
  constructor(onChange) {
    const changes = () => (this.draw(), onChange());
    const options = (code, names) => names.map((one) => [one, say(`${code}.${one}`)]);
    this.changes = changes;
    this.fields = {
      pose: choice("pose", [["", say("photos.any_pose")]], changes),
      status: choice("status", [["", say("photos.any_status")], ...STATUSES.map((one) => [one, say(one in BESIDE || one === "disputed" ? `photos.status.${one}` : `status.${one}`)])], changes),
      sure: choice("sure", [["", say("photos.sure.any")], ...options("photos.sure", Object.keys(SURE))], changes),
      coach: choice("coach", [["", say("photos.any_coach")]], changes),
      since: h("input", { type: "date", id: "yl-f-since", onchange: changes }),
      until: h("input", { type: "date", id: "yl-f-until", onchange: changes }),
      order: choice("order", options("photos.order", ORDERS), changes),
    };
    this.fold = check("fold", "photos.fold", changes, true);
    this.bones = check("bones", "photos.skeletons", changes);
    this.count = h("span", { class: "yl-soft yl-count", role: "status" });
    this.more = h("button", { type: "button", class: "yl-button yl-more", "aria-expanded": "false", onclick: () => this.open() });
    this.chips = h("div", { class: "yl-chips", role: "group", "aria-label": say("photos.chosen") });
    this.controls = h(
      "div",
      { class: "yl-filters" },
      this.more,
      ...["pose", "status", "sure", "coach", "since", "until"].map((name) => labelled(`photos.${name}`, this.fields[name], "yl-narrow")),
      labelled("photos.order", this.fields.order),
      h("div", { class: "yl-checks" }, this.fold.label, this.bones.label),
      this.count,
    );
    this.element = h("div", { class: "yl-finding" }, this.controls, this.chips);
    this.draw();
  }

  /** What the lab is asked for. */
  get asked() {
    const { pose, status, sure, coach, since, until, order } = this.values;
    const [least, most] = SURE[sure] ?? [0, 1];
    return {
      pose: Number(pose) || null,
      ...(BESIDE[status] ?? { status }),
      least,
      most,
      coach,
      since: midnight(since),
      until: midnight(until, 1),
      fold: this.fold.box.checked,
      order,
      bones: this.bones.box.checked,
    };
  }

  get values() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value]));
  }

  /** Whether some photos may be left out. */
  get narrowed() {
    return NARROWING.some((name) => this.fields[name].value);
  }

  /** What is chosen, so that a page opened again shows the same; and back. */
  get kept() {
    return { ...this.values, fold: this.fold.box.checked, bones: this.bones.box.checked };
  }

  set kept(kept) {
    for (const [name, field] of Object.entries(this.fields)) if (name in kept) this.wanted(name, field, kept[name]);
    if ("fold" in kept) this.fold.box.checked = kept.fold;
    if ("bones" in kept) this.bones.box.checked = kept.bones;
    this.draw();
  }

  /** A pose or a coach can be chosen once it is known. */
  wanted(name, field, value) {
    if (value && (name === "pose" || name === "coach") && ![...field.options].some((one) => one.value === value)) field.append(h("option", { value }, "…"));
    field.value = value;
    if (field.selectedIndex === -1) field.selectedIndex = 0;
  }

  /** The poses and coaches there are. */
  known({ poses, coaches }) {
    options(this.fields.pose, poses.map((pose) => [String(pose.id), pose.name]));
    options(this.fields.coach, coaches.map((coach) => [coach.id, coach.name]));
    // Alone there is nobody to tell apart.
    this.fields.coach.parentElement.hidden = coaches.length < 2 && !this.fields.coach.value;
    this.draw();
  }

  clear() {
    for (const name of NARROWING) this.fields[name].value = "";
    this.changes();
  }

  open(on = !this.controls.classList.contains("is-open")) {
    this.controls.classList.toggle("is-open", on);
    this.more.setAttribute("aria-expanded", String(on));
  }

  draw() {
    const chosen = NARROWING.filter((name) => this.fields[name].value);
    this.more.textContent = chosen.length ? say("photos.filters_n", { n: chosen.length }) : say("photos.filters");
    this.chips.hidden = !chosen.length;
    this.chips.replaceChildren(
      ...chosen.map((name) => this.chip(name)),
      h("button", { type: "button", class: "yl-button is-quiet", onclick: () => this.clear() }, say("photos.clear")),
    );
  }

  chip(name) {
    const field = this.fields[name];
    const value = field.options ? field.selectedOptions[0].textContent : new Date(`${field.value}T12:00`).toLocaleDateString(document.documentElement.lang || undefined, { day: "numeric", month: "short", year: "numeric" });
    const words = `${say(`photos.${name}`)}: ${value}`;
    const remove = () => {
      field.value = "";
      this.changes();
      (this.chips.querySelector("button") ?? this.more).focus();
    };
    return h("button", { type: "button", class: "yl-chosen", "aria-label": say("photos.without", { what: words }), onclick: remove }, words, h("span", { "aria-hidden": "true" }, "×"));
  }
}

function choice(name, all, act) {
  return h("select", { id: `yl-f-${name}`, onchange: act }, all.map(([value, words]) => h("option", { value }, words)));
}

/** All but the first, which stands for any. What is chosen stays chosen while it is there. */
function options(field, all) {
  const now = field.value;
  field.replaceChildren(field.options[0], ...all.map(([value, words]) => h("option", { value }, words)));
  field.value = now;
  if (field.selectedIndex === -1) field.value = "";
}

function check(name, code, act, checked = false) {
  const box = h("input", { type: "checkbox", id: `yl-f-${name}`, checked, onchange: act });
  return { box, label: h("label", { class: "yl-check", for: box.id }, box, say(code)) };
}

function labelled(code, field, kind = "") {
  return h("label", { class: `yl-field ${kind}`, for: field.id }, h("span", {}, say(code)), field);
}
