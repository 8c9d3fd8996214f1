// The check page: four lists of photos to look at again, one key for each answer.

import { ask, changed, goTo, h, isShown, notice, onChanged, say, trying, whenShown } from "./core.js";
import { answersTo, entryOf, settled } from "./check_entries.js";
import { nameIt } from "./check_large.js";
import { agreement } from "./check_agreement.js";
import { listen } from "./check_keys.js";
import { newId } from "./asking.js";
import { may } from "./role.js";
import { signedIn } from "./shell.js";

const LISTS = ["suspects", "disagreements", "copies", "skipped"];
const SIZE = 24;

export function mount(root, server) {
  new Check(root, server);
}

class Check {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.list = LISTS[0];
    this.count = SIZE;
    this.entries = [];
    this.now = 0;
    this.done = [];
    this.asked = 0;
    this.lay();
    listen(this);
    whenShown(root, () => this.refresh());
    onChanged((what) => {
      // Its own answers leave what is done in its place, so that a slip can be taken back there.
      if (what !== "labels" && isShown(root)) this.refresh();
    });
  }

  lay() {
    this.tabs = h("div", { class: "yl-lists", role: "group", "aria-label": say("check.lists") });
    this.lead = h("p", { class: "yl-soft" });
    this.keys = h("p", { class: "yl-soft yl-check-keys", "data-needs": "coach" }, say("check.keys"));
    this.state = h("p", { class: "yl-soft", role: "status" });
    this.items = h("ul", { class: "yl-again-list", "aria-label": say("check.lists") });
    this.more = h("button", { class: "yl-button", hidden: true, onclick: () => this.showMore() }, "");
    this.empty = h("div", { class: "yl-empty", hidden: true });
    this.agreement = agreement(this.server);
    const look = h("p", { class: "yl-look", "data-instead": "coach" }, say("role.look.check"));
    this.root.append(look, this.tabs, this.lead, this.keys, this.state, this.items, this.more, this.empty, this.agreement);
    this.drawTabs(null);
    // After a click the keys must work again at once: a focused button would swallow them.
    this.root.addEventListener("click", (event) => {
      if (event.detail > 0) event.target.closest("button")?.blur();
    });
  }

  choose(list) {
    this.list = list;
    this.count = SIZE;
    this.entries = [];
    this.draw({ entries: [], total: null });
    return this.refresh();
  }

  showMore() {
    this.count += SIZE;
    return this.refresh();
  }

  async refresh() {
    const mine = (this.asked += 1);
    const list = this.list;
    if (!this.entries.length) this.state.textContent = list === "suspects" ? say("check.looking") : "";
    const answer = await trying(() => ask(this.server, list, { count: this.count }));
    if (mine !== this.asked) return;
    this.state.textContent = "";
    if (answer) this.draw(answer);
  }

  // --- drawing --------------------------------------------------------------------------------

  draw(answer) {
    this.now = 0;
    this.done = [];
    this.entries = answer.entries.map((entry) => ({ ...entry, list: this.list }));
    for (const entry of this.entries) entry.answers = answersTo(entry, answer.rules !== false);
    this.items.replaceChildren(...this.entries.map((entry) => (entry.element = entryOf(entry, this))));
    const some = this.entries.length > 0;
    const lead = this.list === "suspects" && !may("coach") ? "check.suspects_look" : `check.${this.list}_lead`;
    this.lead.textContent = some ? say(lead) : "";
    this.keys.hidden = !this.entries.some((entry) => entry.answers.length);
    this.agreement.hidden = this.list !== "disagreements" || answer.total === null;
    this.empty.hidden = some || answer.total === null;
    if (!this.empty.hidden) this.empty.replaceChildren(h("h2", {}, answer.empty.title), h("p", {}, answer.empty.lead), ...this.next());
    this.drawMore(answer.total ?? 0);
    this.drawTabs(answer.total);
    this.mark();
  }

  next() {
    return this.list === "suspects" ? [h("button", { class: "yl-button is-main", onclick: () => goTo("review") }, say("tab.review"))] : [];
  }

  drawTabs(total) {
    const words = (list) => (list === this.list && total ? say("check.counted", { list: say(`check.${list}`), n: total }) : say(`check.${list}`));
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(
      ...LISTS.map((list) => h("button", { class: "yl-list", "data-needs": list === "skipped" ? "coach" : null, "aria-pressed": String(list === this.list), onclick: () => this.choose(list) }, words(list))),
    );
    if (focused) this.tabs.querySelector("[aria-pressed=true]").focus();
  }

  drawMore(total) {
    const open = this.entries.filter((entry) => !entry.told).length;
    const left = total - this.entries.length > 0;
    this.total = total;
    this.more.hidden = !left && !(this.entries.length && !open);
    this.more.textContent = say(left && open ? "check.more" : "check.again");
  }

  /** Frame the one that keys answer. */
  mark({ scroll = false } = {}) {
    this.entries.forEach((entry, place) => {
      if (place === this.now) entry.element.setAttribute("aria-current", "true");
      else entry.element.removeAttribute("aria-current");
    });
    if (scroll) this.entries[this.now]?.element.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    this.now = Math.min(Math.max(this.now + by, 0), Math.max(this.entries.length - 1, 0));
    this.mark({ scroll: true });
  }

  // --- answering ------------------------------------------------------------------------------

  press(key) {
    const entry = this.entries[this.now];
    const answer = entry && !entry.told && entry.answers.find((one) => one.key === key);
    if (answer) this.give(entry, answer);
  }

  async give(entry, answer) {
    this.now = this.entries.indexOf(entry);
    if (answer.opens) return nameIt(this.server, entry, (pose) => this.give(entry, answer.named(pose)));
    // Two quick presses are one answer.
    if (entry.sending || entry.told) return undefined;
    entry.sending = true;
    const kept = await trying(() => ask(this.server, answer.name, { ...answer.asked, event: newId(), coach: signedIn() }));
    entry.sending = false;
    if (!kept) return undefined;
    entry.told = answer.told(kept);
    entry.events = kept.events ?? [kept.event];
    this.done.push(entry);
    this.redraw(entry);
    this.onwards();
    changed("labels");
    return undefined;
  }

  redraw(entry) {
    const before = entry.element;
    entry.element = entry.told ? settled(entry, () => this.takeBack(entry)) : entryOf(entry, this);
    before.replaceWith(entry.element);
    this.mark();
  }

  onwards() {
    const open = (entry) => !entry.told;
    const later = this.entries.findIndex((entry, place) => place > this.now && open(entry));
    this.now = later >= 0 ? later : Math.max(this.entries.findIndex(open), 0);
    this.mark({ scroll: true });
    this.drawMore(this.total);
  }

  undo() {
    const entry = this.done.at(-1);
    if (entry) this.takeBack(entry);
  }

  async takeBack(entry) {
    if (entry.sending) return;
    entry.sending = true;
    const undone = await trying(() => ask(this.server, "take_back", { events: entry.events, event: newId(), coach: signedIn() }));
    entry.sending = false;
    if (!undone) return;
    entry.told = null;
    this.done = this.done.filter((one) => one !== entry);
    this.now = this.entries.indexOf(entry);
    this.redraw(entry);
    this.mark({ scroll: true });
    this.drawMore(this.total);
    notice(say("photo.named", { what: say("label.kind.undo") }));
    changed("labels");
  }

  toggleBones() {
    this.root.classList.toggle("is-boneless");
  }
}
