// One version as a card: its figures as a dot with whiskers, the gate's answer, what changed, what can be done.

import { day, h, percent, s, say, sure } from "./core.js";

export function versionCard(version, acts) {
  const detail = h("div", { class: "yl-changes", hidden: true });
  return h(
    "li",
    { class: `yl-version${version.active ? " is-active" : ""}`, "aria-label": say("models.version", { number: version.number }) },
    h(
      "div",
      { class: "yl-version-head" },
      h("h3", {}, say("models.version", { number: version.number })),
      badges(version),
      h("span", { class: "yl-soft yl-when" }, say("models.by", { who: version.by, when: day(version.at) })),
    ),
    figures(version),
    plot(version, acts.bounds),
    h("p", { class: "yl-verdict" }, version.verdict),
    h("p", { class: "yl-soft yl-small" }, say("models.made_of", { labels: version.labels, poses: version.poses, with: version.encoder ?? say("models.skeletons_only") })),
    buttons(version, acts, detail),
    detail,
  );
}

function badges(version) {
  const badge = (code, kind, data) => h("span", { class: `yl-badge is-${kind}` }, say(code, data));
  return [
    version.active ? badge("models.active", "active") : null,
    version.early ? badge("models.early", "early") : null,
    version.promoted ? null : badge("models.not_promoted", "kept"),
    version.tag ? badge("models.tagged", "tag", { tag: version.tag, repo: version.repo }) : null,
  ];
}

function figures({ report }) {
  const figure = (value, code, data = {}) => h("div", {}, h("b", {}, value), h("span", { class: "yl-soft" }, say(code, data)));
  return h(
    "div",
    { class: "yl-numbers" },
    figure(percent(report.top1), "models.top1", { low: percent(report.low), high: percent(report.high) }),
    figure(percent(report.top3), "models.top3"),
    figure(percent(report.recall), "models.recall"),
    figure(String(report.n), "models.n", { method: report.method }),
  );
}

/** Right first time with its interval, above the version it was judged against, on one scale for all cards. */
function plot({ report, baseline }, [least, most]) {
  const x = (share) => 4 + ((share - least) / (most - least)) * 292;
  const row = (one, y, kind) =>
    s(
      "g",
      { class: `is-${kind}` },
      s("line", { x1: x(one.low), x2: x(one.high), y1: y, y2: y, class: "yl-whisker" }),
      s("circle", { cx: x(one.top1), cy: y, r: 5 }),
    );
  const marks = [];
  for (let share = Math.ceil(least * 10) / 10; share <= most + 1e-9; share += 0.1) marks.push(Math.round(share * 10) / 10);
  const words = say("models.plot", { now: percent(report.top1), low: percent(report.low), high: percent(report.high), before: percent(baseline.top1) });
  return h(
    "figure",
    { class: "yl-plot" },
    s(
      "svg",
      { viewBox: "0 0 300 44", role: "img", "aria-label": words },
      marks.map((share) => s("line", { x1: x(share), x2: x(share), y1: 2, y2: 30, class: "yl-mark-line" })),
      marks.filter((_, place) => place % 2 === marks.length % 2 || marks.length < 5 || place === marks.length - 1).map((share) => s("text", { x: x(share), y: 42, "text-anchor": share >= 0.999 ? "end" : share <= least + 0.001 ? "start" : "middle" }, `${Math.round(share * 100)}`)),
      row(baseline, 22, "before"),
      row(report, 9, "now"),
    ),
    h("figcaption", { class: "yl-soft yl-small" }, h("span", { class: "yl-key is-now" }), say("models.key_now"), " ", h("span", { class: "yl-key is-before" }), say("models.key_before")),
  );
}

function buttons(version, acts, detail) {
  const toggle = h("button", { class: "yl-button is-quiet", "aria-expanded": "false", onclick: () => show(version, acts, detail, toggle) }, say("models.changes"));
  return h(
    "div",
    { class: "yl-row" },
    version.active
      ? h("button", { class: "yl-button", onclick: acts.rollback }, say("models.rollback"))
      : h("button", { class: "yl-button", onclick: () => activate(version, acts) }, say("models.activate")),
    h("button", { class: "yl-button", onclick: () => publish(version, acts) }, say("models.publish")),
    h("a", { class: "yl-button", href: `/lab/versions/${version.number}.zip`, download: "" }, say("models.download")),
    toggle,
  );
}

async function activate(version, acts) {
  if (version.promoted || (await sure(say("models.activate_sure"), say("models.activate")))) acts.activate(version.number);
}

function publish(version, acts) {
  const repo = h("input", { id: "yl-repo", value: version.repo ?? acts.repo, placeholder: say("models.repo_example"), required: true, autocomplete: "off", spellcheck: "false" });
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-publish", onclose: () => dialog.remove() },
    h(
      "form",
      { method: "dialog", onsubmit: () => acts.publish(version.number, repo.value) },
      h("h2", { id: "yl-publish" }, say("models.publish_title", { number: version.number })),
      h("p", { class: "yl-soft" }, say("models.publish_lead")),
      h("label", { class: "yl-field", for: "yl-repo" }, h("span", {}, say("models.repo")), repo),
      h("p", { class: "yl-soft yl-small" }, say("models.private")),
      h("div", { class: "yl-row is-end" }, h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")), h("button", { class: "yl-button is-main" }, say("models.publish_go"))),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  repo.focus();
}

async function show(version, acts, detail, toggle) {
  if (!detail.childElementCount) {
    const answer = await acts.changes(version.number);
    if (!answer) return;
    detail.append(answer.rows.length ? table(answer.rows) : h("p", { class: "yl-soft" }, say("models.no_changes")));
  }
  detail.hidden = !detail.hidden;
  toggle.setAttribute("aria-expanded", String(!detail.hidden));
}

function table(rows) {
  const cell = (share, kind) => h("span", { class: `yl-delta-bar is-${kind}`, style: `--share:${share}` });
  const moved = (row) => Math.round((row.after - row.before) * 100);
  return h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("models.pose")), h("th", { scope: "col" }, say("models.before_after")), h("th", { scope: "col" }, say("models.photos")))),
    h(
      "tbody",
      {},
      rows.map((row) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, row.name),
          h(
            "td",
            {},
            h("div", { class: "yl-delta", "aria-hidden": "true" }, cell(row.before, "before"), cell(row.after, "now")),
            h("span", { class: `yl-small ${moved(row) < 0 ? "is-down" : moved(row) > 0 ? "is-up" : ""}` }, `${percent(row.before)} → ${percent(row.after)}`),
          ),
          h("td", { class: "is-number" }, String(row.n)),
        ),
      ),
    ),
  );
}
