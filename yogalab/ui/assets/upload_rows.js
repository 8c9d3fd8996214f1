// How adding goes on, and what it came to: a row a file, the troubles, a word now and then for those who listen.

import { goTo, h, percent, say, span } from "./core.js";
import { DONE, LOOKING, SENDING, TROUBLE } from "./upload_files.js";

const SUMMED = ["new", "known", "alike", "labelled", "nobody", "refused"];
// A screen reader hears how far it is so often, not at every file.
const SPOKEN_EVERY = 10_000;
const DRAWN_EVERY = 150;
const AT_ONCE = 200;
const FEW = 6;

export class Progress {
  constructor() {
    this.bar = h("progress", { max: 1, "aria-label": say("upload.progress") });
    this.line = h("p");
    this.stop = h("button", { class: "yl-button" }, say("upload.stop"));
    // What scrolls can be scrolled by keys, too.
    this.rows = h("ul", { class: "yl-files", tabindex: 0, "aria-label": say("upload.files") });
    this.more = h("p", { class: "yl-soft yl-small" });
    this.troubles = h("ul", { class: "yl-troubles", tabindex: 0, "aria-label": say("upload.troubled") });
    this.body = h("div", { class: "yl-upload-body" });
    this.spoken = h("p", { class: "yl-unseen", role: "status" });
    this.element = h("section", { class: "yl-upload", "aria-label": say("upload.progress"), hidden: true }, this.body, this.spoken);
  }

  /** files: a row each; null where there are none to show. onStop: what the button does. */
  start(files, onStop) {
    Object.assign(this, { files, started: performance.now(), spokenAt: performance.now(), at: 0 });
    this.stop.replaceWith((this.stop = h("button", { class: "yl-button", onclick: () => this.stopping(onStop) }, say("upload.stop"))));
    this.element.hidden = false;
    this.body.replaceChildren(this.bar, h("div", { class: "yl-row" }, this.line, this.stop), this.rows, this.more, this.troubles);
    this.show(0, files?.rows.length ?? 0, 0);
  }

  stopping(onStop) {
    this.stop.disabled = true;
    this.stop.textContent = say("upload.stopping");
    onStop();
  }

  /** Draw anew, though not more often than eyes can follow. */
  draw() {
    if (this.due) return;
    this.due = setTimeout(() => {
      this.due = 0;
      if (this.files) this.show(this.files.done, this.files.rows.length, this.files.share);
    }, DRAWN_EVERY);
  }

  /** done of all, and the share of the work that is done; null where that is not known. */
  show(done, all, share) {
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    const left = ((performance.now() - this.started) / 1000 / share) * (1 - share);
    const known = share && done && done < all;
    this.line.textContent = say(known ? "upload.going_left" : "upload.going", { done, all: Math.max(all, done), left: known ? span(left) : "" });
    if (this.files) this.drawRows();
    if (performance.now() - this.spokenAt > SPOKEN_EVERY) this.speak(this.line.textContent);
  }

  drawRows() {
    const { rows, more } = this.files.shown;
    this.rows.replaceChildren(...rows.map(row));
    this.more.textContent = more ? say("upload.more_waiting", { n: more }) : "";
    const { troubles } = this.files;
    // Each is said once and stays: what stands already is not made again.
    this.troubles.append(...troubles.slice(this.troubles.children.length).map((told) => h("li", {}, told)));
  }

  speak(words) {
    this.spoken.textContent = words;
    this.spokenAt = performance.now();
  }

  /** What it came to. failed, stopped: sentences where it did not come to its end; goOn: what adds the rest. */
  end(total, { troubles, failed = "", stopped = "", goOn = null, onClose }) {
    clearTimeout(this.due);
    this.due = 0;
    const counts = SUMMED.filter((name) => total[name] || name === "new").map((name) => say(`upload.${name}`, { n: total[name] }));
    const close = () => {
      this.element.hidden = true;
      this.troubles.replaceChildren();
      onClose();
    };
    this.body.replaceChildren(
      h(
        "div",
        { class: "yl-summary" },
        h("ul", {}, counts.map((told) => h("li", {}, told))),
        failed ? h("p", { class: "yl-trouble", role: "alert" }, failed) : null,
        stopped ? h("p", {}, stopped) : null,
        troubles.length ? folded(say("upload.troubles", { n: troubles.length }), h("ul", { class: "yl-troubles", tabindex: 0, "aria-label": say("upload.troubled") }, troubles.map((told) => h("li", {}, told))), troubles.length < FEW) : null,
        this.files && this.files.rows.length > 1 ? every(this.files.rows) : null,
        h(
          "div",
          { class: "yl-row" },
          goOn ? h("button", { class: "yl-button is-main", onclick: goOn }, say("upload.go_on")) : null,
          total.new > total.labelled ? h("button", { class: `yl-button${goOn ? "" : " is-main"}`, onclick: () => (close(), goTo("review")) }, say("upload.name_them")) : null,
          h("button", { class: "yl-button", onclick: close }, say("page.close")),
        ),
      ),
    );
    this.troubles.replaceChildren();
    this.speak([...counts, troubles.length ? say("upload.troubles", { n: troubles.length }) : "", stopped].filter(Boolean).join(". "));
  }
}

const folded = (title, inside, open = false) => h("details", { open }, h("summary", {}, title), inside);

/** Every file with what became of it, some hundreds at a time: thousands at once would hold the page up. */
function every(rows) {
  const list = h("ul", { class: "yl-files is-all", tabindex: 0, "aria-label": say("upload.files") });
  const more = h("button", { class: "yl-button is-quiet", onclick: () => grow() }, say("upload.more"));
  const grow = () => {
    const at = list.children.length;
    list.append(...rows.slice(at, at + AT_ONCE).map(row));
    more.hidden = list.children.length >= rows.length;
  };
  const box = folded(say("upload.every"), h("div", {}, list, more));
  box.addEventListener("toggle", () => box.open && !list.children.length && grow());
  return box;
}

function row(one) {
  return h(
    "li",
    { class: `yl-file is-${one.state}`, style: one.state === SENDING ? `--share:${one.share}` : null },
    h("span", { class: "yl-file-name", title: one.path }, one.name),
    h("span", { class: "yl-file-state" }, state(one)),
  );
}

/** What to say of a file. */
export function state(one) {
  if (one.state === SENDING) return say("upload.row.sending", { percent: percent(one.share) });
  if (one.state === LOOKING) return one.many && one.looked ? say("upload.row.looked", { n: one.looked }) : say("upload.row.looking");
  if (one.state !== DONE && one.state !== TROUBLE) return say("upload.row.waiting");
  if (one.state === TROUBLE) return one.troubles.length > 1 ? say("upload.troubles", { n: one.troubles.length }) : say("upload.row.trouble");
  return one.many ? summed(one) : single(one);
}

function summed(one) {
  const names = ["new", "known", "alike", "nobody", "refused"].filter((name) => one[name]);
  const told = names.map((name) => say(`upload.${name}`, { n: one[name] }));
  if (one.troubles.length) told.push(say("upload.troubles", { n: one.troubles.length }));
  return told.join(" · ") || say("upload.row.empty");
}

function single(one) {
  if (one.new) return say(one.nobody ? "upload.row.nobody" : "upload.row.new");
  if (one.known) return say("upload.row.known");
  return say(one.refused ? "upload.row.refused" : "upload.row.empty");
}
