// The models page: teach, watch, compare, go back, publish.

import { ask, changed, goTo, h, isShown, keepingFocus, notice, onChanged, say, sure, trying, whenShown } from "./core.js";
import { drawDeeper, tuned } from "./model_deeper.js";
import { learning } from "./model_learning.js";
import { drawData } from "./model_data.js";
import { drawWhole, pullForm } from "./model_share.js";
import { versionCard } from "./model_card.js";
import { rent } from "./model_rent.js";
import { jobLog, workRows } from "./model_work.js";
import { isFresh, trouble } from "./trouble.js";

const OPEN = ["waiting", "running"];
const LOOK_AGAIN = 700;

export function mount(root, server) {
  new Models(root, server);
}

class Models {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.looking = false;
    this.seen = new Map();
    this.teach = h("div", { class: "yl-teach" });
    this.work = h("div", { class: "yl-work" });
    this.versions = h("ul", { class: "yl-versions", "aria-label": say("models.versions") });
    this.eyes = h("div", { class: "yl-card" });
    this.deeper = h("div", { class: "yl-card" });
    this.whole = h("div", { class: "yl-card" });
    this.data = h("div", { class: "yl-card", hidden: true });
    this.share = h("div", { class: "yl-share-box", "data-needs": "owner" }, this.deeper, this.eyes, pullForm(this.server), this.data, this.whole);
    this.learning = learning(server);
    this.working = workRows(server);
    root.append(h("div", { class: "yl-models-top" }, this.teach, this.work), this.versions, this.learning.box, this.share);
    whenShown(root, () => this.refresh());
    onChanged(() => isShown(root) && this.refresh());
  }

  async refresh() {
    const state = await trying(() => ask(this.server, "state"));
    if (!state) return;
    this.state = state;
    keepingFocus(this.root, () => {
      this.drawTeach();
      this.drawVersions();
      this.drawDeeper();
      this.drawEyes();
      drawWhole(this.whole, state.photos);
      drawData(this.data, state, this.server);
      this.drawWork(state);
    });
    this.learning.refresh(state.photos > 0);
  }

  // --- teaching -------------------------------------------------------------------------------

  drawTeach() {
    const { plan, training } = this.state;
    const running = OPEN.includes(training?.state);
    this.teach.replaceChildren(
      h("h2", { "data-needs": "owner" }, say("models.teach")),
      h("h2", { "data-instead": "owner" }, say("tab.models")),
      plan.ready
        ? h("p", {}, say("models.plan", { labels: plan.labels, poses: plan.poses }), " ", plan.holdout ? h("span", { class: "yl-soft" }, say("models.plan_holdout", { n: plan.holdout })) : null)
        : h("p", {}, plan.why),
      h(
        "div",
        { class: "yl-row" },
        h("button", { class: "yl-button is-main is-large", "data-needs": "owner", disabled: !plan.ready || running, onclick: () => this.train() }, say("models.train")),
        plan.ready ? null : h("button", { class: "yl-button", "data-needs": "coach", onclick: () => goTo("review") }, say("models.to_review")),
      ),
      h("p", { class: "yl-look", "data-instead": "owner" }, say("role.look.models")),
    );
  }

  async train() {
    const job = await trying(() => ask(this.server, "train"));
    if (job) this.drawWork({ ...this.state, training: job });
  }

  async tune(rung) {
    const job = await trying(() => ask(this.server, "tune", { rung }));
    if (!job) return;
    this.tuned(job);
  }

  drawDeeper() {
    const hire = () => rent(this.server, this.state.deeper.ways, (job) => this.tuned(job));
    drawDeeper(this.deeper, this.state, { tune: (rung) => this.tune(rung), rent: hire });
  }

  tuned(job) {
    this.state = { ...this.state, tuning: job };
    this.drawWork(this.state);
    this.drawDeeper();
  }

  // --- long work ------------------------------------------------------------------------------

  drawWork(state) {
    const jobs = jobsOf(state);
    const rows = jobs.map((job) => this.row(job)).filter(Boolean);
    const same = rows.length === this.work.children.length && rows.every((row, place) => row === this.work.children[place]);
    if (!same) this.work.replaceChildren(...rows);
    if (jobs.some(isOpen) && !this.looking) this.look();
  }

  row(job) {
    const before = this.seen.get(job.id);
    this.seen.set(job.id, job.state);
    if (OPEN.includes(job.state)) {
      return this.working(job);
    }
    // What went wrong with publishing is said on the version's own card.
    const onCard = job.kind === "publish" && this.state?.versions.some(({ number }) => number === job.version);
    if (job.state === "failed") return isFresh(job) && !onCard ? trouble(job, jobLog(this.server, job.id)) : null;
    // Tell of the end only where its beginning was seen.
    if (OPEN.includes(before)) notice(this.ended(job));
    return null;
  }

  ended(job) {
    if (job.state === "cancelled") return say("job.cancelled");
    if (job.kind === "tune") return tuned(job);
    // A version that waited for its encoder is in use now.
    if (job.kind === "encode" && job.result.version != null) return inUse(job.result.version);
    if (job.kind === "encode") return say("models.encoded", { encoder: job.result.encoder });
    if (job.kind === "look") return say("models.looked");
    if (job.kind === "publish-data") return say("share.data_sent", job.result);
    if (job.kind === "publish") return say("models.published", { tag: job.result.tag, repo: job.result.repo });
    return say(job.result.promoted ? "models.trained_better" : "models.trained_kept", { number: job.result.version });
  }

  async look() {
    this.looking = true;
    try {
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
        const now = await ask(this.server, "progress").catch(() => null);
        if (!now) continue;
        if (!jobsOf(now).some(isOpen)) break;
        this.drawWork(now);
      }
    } finally {
      this.looking = false;
    }
    await this.refresh();
    changed("versions");
  }

  // --- versions -------------------------------------------------------------------------------

  drawVersions() {
    const { versions, untrained, repo, publishing } = this.state;
    const acts = {
      activate: (number) => this.activate(number),
      rollback: () => this.rollback(),
      publish: (number, to) => this.publish(number, to),
      outline: (number, to) => ask(this.server, "outline", { number, repo: to }),
      changes: (number) => trying(() => ask(this.server, "changes", { number })),
    };
    const bounds = scale(versions);
    const cards = versions.map((version) => versionCard(version, { ...acts, repo, bounds, failed: isFresh(publishing) ? publishing : null }));
    this.versions.classList.toggle("is-alone", !cards.length);
    this.versions.replaceChildren(...cards, this.beginning(untrained));
  }

  /** Before any training: what the poses' own descriptions know. */
  beginning(active) {
    return h(
      "li",
      { class: `yl-version is-beginning${active ? " is-active" : ""}` },
      h("div", { class: "yl-version-head" }, h("h3", {}, say("models.beginning")), active ? h("span", { class: "yl-badge is-active" }, say("models.active")) : null),
      h("p", { class: "yl-soft" }, say("models.beginning_lead")),
      active ? null : h("div", { class: "yl-row", "data-needs": "owner" }, h("button", { class: "yl-button", onclick: () => this.activate(0) }, say("models.activate"))),
    );
  }

  async activate(number) {
    const done = await trying(() => ask(this.server, "activate", { number }));
    this.served(done);
  }

  async rollback() {
    this.served(await trying(() => ask(this.server, "rollback")));
  }

  served(done) {
    if (!done) return;
    if (done.job) {
      notice(say("deeper.eyes_first", { number: done.active }));
      this.drawWork({ ...this.state, encoding: done.job });
      return;
    }
    notice(inUse(done.active));
    changed("versions");
  }

  async publish(number, repo) {
    const publishing = await ask(this.server, "publish", { number, repo });
    this.state = { ...this.state, publishing };
    this.drawWork(this.state);
    return publishing;
  }

  drawEyes() {
    const { encoder, encoders } = this.state;
    const words = (one) => [one.label, one.licence, say("models.parameters", { n: one.parameters }), one.here ? say("models.here") : one.suggested ? say(`models.for_${one.suggested}`) : ""];
    const select = h(
      "select",
      { id: "yl-encoder" },
      h("option", { value: "" }, say("models.skeletons_only")),
      encoders.map((one) => h("option", { value: one.name }, words(one).filter(Boolean).join(" · "))),
    );
    select.value = encoder;
    const go = h("button", { class: "yl-button", onclick: () => this.choose(select.value) });
    const offer = () => {
      const same = select.value === encoder;
      go.textContent = say(same && encoder ? "models.eyes_again" : "models.eyes_go");
      go.disabled = same && !encoder;
    };
    select.addEventListener("change", offer);
    offer();
    this.eyes.replaceChildren(
      h("h3", {}, say("models.eyes")),
      h("p", { class: "yl-soft" }, say("models.eyes_lead")),
      h("label", { class: "yl-field", for: "yl-encoder" }, h("span", {}, say("models.encoder")), select),
      h("div", { class: "yl-row" }, go),
    );
  }

  async choose(encoder) {
    // The same one again: whatever was missed before, in some trouble, is made up for.
    const same = encoder === this.state.encoder;
    if (!(await sure(say(same ? "models.eyes_again_sure" : "models.eyes_sure"), say(same ? "models.eyes_again" : "models.eyes_go")))) return;
    const job = await trying(() => ask(this.server, "choose_encoder", { encoder }));
    if (job) this.drawWork({ ...this.state, encoding: job });
    else if (job === null) changed("versions");
  }
}

const jobsOf = (state) => [state.training, state.tuning, state.publishing, state.sharing, state.encoding, state.looking].filter(Boolean);
const inUse = (number) => say(number ? "models.now_active" : "models.now_beginning", { number });
const isOpen = (job) => OPEN.includes(job.state);

/** One scale for all versions' figures, so that they can be compared by eye. */
function scale(versions) {
  const lows = versions.flatMap(({ report, baseline }) => [report.low, baseline.low]);
  const low = Math.min(...lows, 0.9);
  return [Math.max(0, Math.floor(low * 10 - 0.5) / 10), 1];
}
