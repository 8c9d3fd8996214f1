// Long work while it goes on: how far it is, a way to stop it, and what it says for those who want to know.

import { ask, h, language, say, span, trying } from "./core.js";

const LOOK_AGAIN = 1500;

/** The rows of what is going on, each kept as long as its work, so that a control keeps its focus. */
export function workRows(server) {
  const rows = new Map();
  return (job) => {
    if (!rows.has(job.id)) rows.set(job.id, row(server, job));
    const { element, update } = rows.get(job.id);
    update(job);
    return element;
  };
}

function row(server, { id, kind }) {
  const words = h("p", { role: "status" });
  const left = h("span", { class: "yl-soft" });
  const bar = h("progress", { max: 1, value: 0, "aria-label": say(`models.job.${kind}`) });
  const stop = h("button", { class: "yl-button", "data-needs": "owner", onclick: () => trying(() => ask(server, "cancel", { job: id })) }, say("page.cancel"));
  const told = (node, text) => node.textContent !== text && (node.textContent = text);
  return {
    element: h("div", { class: "yl-job" }, h("div", { class: "yl-row" }, words, left), bar, stop, jobLog(server, id)),
    update(job) {
      // Read out when it changes, and not with every look.
      told(words, job.stage || say(`models.job.${kind}`));
      told(left, job.eta ? say("models.left", { left: span(job.eta) }) : "");
      bar.value = job.progress;
    },
  };
}

/** What a piece of work says, behind a word: its last lines, and new ones as they come. */
export function jobLog(server, id) {
  const lines = h("ol", { class: "yl-log", tabindex: "0", "aria-label": say("models.said") });
  const box = h("details", { class: "yl-said", "data-needs": "coach", ontoggle: () => box.open && follow() }, h("summary", {}, say("models.said")), lines);
  let following = false;

  async function look() {
    const said = await ask(server, "said", { job: id }).catch(() => null);
    if (!said) return;
    const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 24;
    const shown = said.lines.length ? said.lines : [{ at: "", text: say("models.said_nothing") }];
    lines.replaceChildren(...shown.map(({ at, text }) => h("li", {}, at ? h("time", { datetime: at }, clock(at)) : null, h("span", {}, text))));
    if (atEnd) lines.scrollTop = lines.scrollHeight;
  }

  async function follow() {
    if (following) return;
    following = true;
    while (box.open && box.isConnected) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
    following = false;
  }
  return box;
}

const clock = (iso) => new Date(iso).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
