// A long work that failed, said where it was started: until it is put away, an hour has gone by, or a later one went well.

import { h, say } from "./core.js";

const PUT_AWAY = "yogalab.put_away";
const KEPT = 50;
const HOUR = 3_600_000;

const putAway = () => JSON.parse(localStorage.getItem(PUT_AWAY) ?? "[]");

/** Whether a failed job is still worth saying. `ended` is when it was last heard of. */
export function isFresh(job) {
  return job?.state === "failed" && !putAway().includes(job.id) && Date.now() - Date.parse(job.ended) < HOUR;
}

/** The failure as a line with a button that puts it away. more: what else there is to read about it. */
export function trouble(job, more = null) {
  const line = h(
    "div",
    { class: "yl-alert is-dismissable", role: "alert" },
    h("div", {}, h("span", {}, job.error), more),
    h("button", { type: "button", class: "yl-button is-quiet", onclick: dismiss }, say("page.dismiss")),
  );
  function dismiss() {
    localStorage.setItem(PUT_AWAY, JSON.stringify([...putAway(), job.id].slice(-KEPT)));
    line.remove();
  }
  return line;
}
