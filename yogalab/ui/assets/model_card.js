// One version as a card: its figures as a dot with whiskers, the gate's answer, what changed, what can be done.

import { day, h, host, percent, say, sure, trying } from "./core.js";
import { trouble } from "./trouble.js";

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
    version.early ? h("p", { class: "yl-soft yl-small" }, say("models.early_lead")) : null,
    version.waits ? h("p", { class: "yl-soft yl-small" }, say("models.waits_lead", { with: version.encoder ?? say("models.skeletons_only") })) : null,
    h("p", { class: "yl-soft yl-small" }, say("models.made_of", { labels: version.labels, poses: version.poses, with: version.encoder ?? say("models.skeletons_only") })),
    acts.failed?.version === version.number ? trouble(acts.failed) : null,
    buttons(version, acts, detail),
    detail,
  );
}

function badges(version) {
  const badge = (code, kind, data) => h("span", { class: `yl-badge is-${kind}` }, say(code, data));
  return [
    version.active ? badge("models.active", "active") : null,
    version.waits ? badge("models.waits", "kept") : null,
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
  const at = (share) => `${((share - least) / (most - least)) * 100}%`;
  const row = (one, kind) => [
    h("span", { class: `yl-whisker is-${kind}`, style: `--low:${at(one.low)};--high:${at(one.high)}` }),
    h("span", { class: `yl-dot is-${kind}`, style: `--at:${at(one.top1)}` }),
  ];
  const words = { now: percent(report.top1), low: percent(report.low), high: percent(report.high), before: percent(baseline.top1) };
  return h(
    "figure",
    { class: "yl-plot" },
    h(
      "div",
      { class: "yl-plot-area", role: "img", "aria-label": say("models.plot", words) },
      marks(least, most).map((share) => h("span", { class: "yl-plot-mark", style: `--at:${at(share)}` }, h("span", {}, String(Math.round(share * 100))))),
      row(baseline, "before"),
      row(report, "now"),
    ),
    h("figcaption", { class: "yl-soft yl-small" }, h("span", { class: "yl-key is-now" }), say("models.key_now"), " ", h("span", { class: "yl-key is-before" }), say("models.key_before")),
  );
}

/** Every ten points, or every twenty where that would be crowded. */
function marks(least, most) {
  const tens = [];
  for (let ten = Math.ceil(least * 10); ten <= Math.round(most * 10); ten += 1) tens.push(ten / 10);
  return tens.filter((_, place) => tens.length < 7 || (tens.length - 1 - place) % 2 === 0);
}

function buttons(version, acts, detail) {
  const owners = { class: "yl-button", "data-needs": "owner" };
  const toggle = h("button", { class: "yl-button is-quiet", "aria-expanded": "false", onclick: () => show(version, acts, detail, toggle) }, say("models.changes"));
  return h(
    "div",
    { class: "yl-row" },
    version.waits ? h("button", { ...owners, onclick: () => activate(version, acts) }, say("models.activate")) : null,
    version.active || version.waits
      ? h("button", { ...owners, onclick: acts.rollback }, say("models.rollback"))
      : h("button", { ...owners, onclick: () => activate(version, acts) }, say("models.activate")),
    h("button", { ...owners, onclick: () => publish(version, acts) }, say("models.publish")),
    h("a", { ...owners, href: `/lab/versions/${version.number}.zip`, download: "" }, say("models.download")),
    toggle,
  );
}

async function activate(version, acts) {
  if (version.promoted || (await sure(say("models.activate_sure"), say("models.activate")))) acts.activate(version.number);
}

function publish(version, acts) {
  const repo = h("input", { id: "yl-repo", value: version.repo ?? acts.repo, placeholder: say("models.repo_example"), required: true, autocomplete: "off", spellcheck: "false" });
  const send = async (event) => {
    event.preventDefault();
    if (await trying(() => acts.publish(version.number, repo.value))) dialog.close();
  };
  const dialog = h(
    "dialog",
    { class: "yl yl-dialog", "aria-labelledby": "yl-publish", onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: send },
      h("h2", { id: "yl-publish" }, say("models.publish_title", { number: version.number })),
      h("p", { class: "yl-soft" }, say("models.publish_lead")),
      h("label", { class: "yl-field", for: "yl-repo" }, h("span", {}, say("models.repo")), repo),
      whatGoes(() => acts.outline(version.number, repo.value || say("models.repo_example"))),
      h("p", { class: "yl-soft yl-small" }, say("models.private")),
      h("div", { class: "yl-row is-end" }, h("button", { type: "button", class: "yl-button", onclick: () => dialog.close() }, say("page.cancel")), h("button", { class: "yl-button is-main" }, say("models.publish_go"))),
    ),
  );
  host().append(dialog);
  dialog.showModal();
  repo.focus();
}

/** What will be sent, asked for when somebody opens it. */
function whatGoes(outline) {
  const list = h("ul", { class: "yl-files" });
  const lead = h("p", { class: "yl-soft yl-small" });
  const open = async (event) => {
    if (!event.target.open) return;
    const told = await trying(outline);
    if (!told) return;
    lead.textContent = say("share.what_goes_lead", { tag: told.tag || "v…", megabytes: Math.round(told.size / 1e5) / 10 });
    list.replaceChildren(...told.files.map(([path, size]) => h("li", {}, say("share.file", { path, kilobytes: Math.ceil(size / 1000) }))));
  };
  return h("details", { class: "yl-outline", ontoggle: open }, h("summary", {}, say("share.what_goes")), lead, list);
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
