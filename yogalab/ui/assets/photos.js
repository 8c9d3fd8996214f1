// The photos page: drop photos in, filter the grid, look at one.

import { ask, changed, h, isShown, notice, onChanged, percent, ring, say, skeletons, trying, whenShown } from "./core.js";
import { openPhoto, sureToDelete } from "./photo_large.js";
import { uploader } from "./upload.js";

const STATUSES = ["waiting", "labelled", "skipped", "disputed", "not_a_pose", "nobody_found"];
const ORDERS = ["newest", "least_sure", "most_sure"];
const WORTH_SHOWING = 0.15;
const SURE = { any: [0, 1], low: [0, 0.5], middle: [0.5, 0.8], high: [0.8, 1] };

export function mount(root, server) {
  new Photos(root, server);
}

class Photos {
  constructor(root, server) {
    this.root = root;
    this.server = server;
    this.page = 0;
    this.chosen = new Set();
    this.lay();
    whenShown(root, () => this.refresh());
    onChanged(() => isShown(root) && this.refresh());
  }

  lay() {
    this.drop = uploader(
      () => (changed("photos"), this.refresh()),
      (busy) => {
        this.busy = busy;
        if (busy) this.empty.hidden = true;
      },
    );
    this.pose = h("select", { id: "yl-f-pose", onchange: () => this.filter() }, h("option", { value: "" }, say("photos.any_pose")));
    this.status = choice("status", [["", say("photos.any_status")], ...STATUSES.map((one) => [one, say(`status.${one}`)])], () => this.filter());
    this.sureness = choice("sure", Object.keys(SURE).map((one) => [one, say(`photos.sure.${one}`)]), () => this.filter());
    this.order = choice("order", ORDERS.map((one) => [one, say(`photos.order.${one}`)]), () => this.filter());
    this.bones = h("input", { type: "checkbox", id: "yl-bones", onchange: () => this.grid.classList.toggle("is-boneless", !this.bones.checked) });
    this.count = h("span", { class: "yl-soft", role: "status" });
    this.grid = h("ul", { class: "yl-grid is-boneless", "aria-label": say("photos.grid") });
    this.pager = h("nav", { class: "yl-pager", "aria-label": say("photos.pages") });
    this.picked = h("div", { class: "yl-picked", hidden: true });
    this.empty = h("div", { class: "yl-empty", hidden: true });
    this.tools = h(
      "div",
      { class: "yl-filters" },
      labelled("photos.pose", this.pose),
      labelled("photos.status", this.status),
      labelled("photos.sure", this.sureness),
      labelled("photos.order", this.order),
      h("label", { class: "yl-check", for: "yl-bones" }, this.bones, say("photos.skeletons")),
      this.count,
    );
    this.root.append(this.drop.element, this.tools, this.picked, this.grid, this.empty, this.pager);
  }

  filter() {
    this.page = 0;
    return this.refresh();
  }

  get asked() {
    const [least, most] = SURE[this.sureness.value];
    const pose = Number(this.pose.value) || null;
    return { pose, status: this.status.value, least, most, order: this.order.value, page: this.page };
  }

  get narrowed() {
    return this.pose.value || this.status.value || this.sureness.value !== "any";
  }

  async refresh() {
    const [answer, filters] = await trying(() => Promise.all([ask(this.server, "grid", this.asked), ask(this.server, "filters")])) ?? [];
    if (!answer) return;
    this.drawPoses(filters.poses);
    this.drop.lead(answer.total > 0 || Boolean(this.narrowed));
    this.tools.hidden = !answer.total && !this.narrowed;
    this.count.textContent = say("photos.count", { n: answer.total });
    this.grid.replaceChildren(...answer.tiles.map((tile) => this.tile(tile)));
    this.tiles = answer.tiles;
    this.drawEmpty(answer.total);
    this.drawPager(answer);
    this.drawPicked();
  }

  drawPoses(poses) {
    const now = this.pose.value;
    const known = [...this.pose.options].slice(1).map((option) => option.textContent);
    if (known.join() === poses.map((pose) => pose.name).join()) return;
    this.pose.replaceChildren(this.pose.options[0], ...poses.map((pose) => h("option", { value: pose.id }, pose.name)));
    this.pose.value = now;
  }

  tile(tile) {
    // Where nobody was found a guess is noise, unless it stands out.
    const guessed = tile.status !== "nobody_found" || tile.probability > WORTH_SHOWING ? tile.guess : null;
    const pose = tile.label?.pose ?? guessed;
    const settled = Boolean(tile.label?.pose) && !tile.label.disputed;
    const what = pose ? pose.name : say("photos.unknown");
    const box = h("input", {
      type: "checkbox",
      class: "yl-pick",
      checked: this.chosen.has(tile.photo),
      "aria-label": say("photos.pick", { name: tile.name }),
      onchange: (event) => this.pick(tile.photo, event.target.checked),
    });
    return h(
      "li",
      { class: "yl-tile" },
      h(
        "button",
        { class: "yl-tile-photo", onclick: () => this.open(tile), "aria-label": `${what}. ${say(`status.${tile.status}`)}. ${tile.name}` },
        h("img", { src: `/photo/${tile.photo}?edge=320`, alt: "", loading: "lazy", decoding: "async" }),
        tile.skeleton ? skeletons([tile.skeleton], tile.width, tile.height, { slice: true }) : null,
      ),
      box,
      h(
        "div",
        { class: "yl-tile-words" },
        h(
          "span",
          { class: `yl-chip${settled ? " is-settled" : ""}`, title: settled ? say("photos.said") : pose ? say("photos.guess", { percent: percent(tile.probability ?? 0) }) : null },
          settled ? h("span", { class: "yl-tick", "aria-hidden": "true" }, "✓") : ring(tile.probability ?? 0),
          h("span", { class: "yl-chip-name", style: "white-space:normal;overflow-wrap:break-word" }, what),
        ),
        // A guess waits for its answer: the ring says so already, and the name needs the room.
        h("span", { class: `yl-status is-${tile.status}` }, settled || tile.status === "waiting" ? "" : say(`status.${tile.status}`)),
      ),
    );
  }

  open(tile) {
    openPhoto(this.server, this.tiles, tile.photo, () => (changed("photos"), this.refresh()));
  }

  pick(photo, on) {
    if (on) this.chosen.add(photo);
    else this.chosen.delete(photo);
    this.drawPicked();
  }

  drawPicked() {
    this.picked.hidden = !this.chosen.size;
    this.picked.replaceChildren(
      h("span", {}, say("photos.picked", { n: this.chosen.size })),
      h("button", { class: "yl-button", onclick: () => (this.chosen.clear(), this.refresh()) }, say("photos.unpick")),
      h("button", { class: "yl-button is-danger", onclick: () => this.remove() }, say("photos.delete")),
    );
  }

  async remove() {
    const photos = [...this.chosen];
    if (!(await sureToDelete(this.server, photos))) return;
    const done = await trying(() => ask(this.server, "delete", { photos }));
    if (!done) return;
    this.chosen.clear();
    notice(say("photos.deleted", { n: done.deleted }));
    changed("photos");
  }

  drawEmpty(total) {
    // While the first photos are coming in, saying that there are none would be odd.
    this.empty.hidden = total > 0 || Boolean(this.busy && !this.narrowed);
    if (total) return;
    this.empty.replaceChildren(
      h("h2", {}, say(this.narrowed ? "photos.none_here" : "photos.none")),
      h("p", {}, say(this.narrowed ? "photos.none_here_lead" : "photos.none_lead")),
      this.narrowed ? "" : h("button", { class: "yl-button", onclick: () => this.drop.drawPeople() }, say("photos.try_drawn")),
    );
  }

  drawPager({ total, size }) {
    const pages = Math.ceil(total / size);
    this.pager.hidden = pages < 2;
    const go = (page) => () => ((this.page = page), this.refresh(), this.root.scrollIntoView());
    this.pager.replaceChildren(
      h("button", { class: "yl-button", disabled: this.page === 0, onclick: go(this.page - 1) }, say("photos.previous")),
      h("span", {}, say("photos.page", { page: this.page + 1, pages })),
      h("button", { class: "yl-button", disabled: this.page >= pages - 1, onclick: go(this.page + 1) }, say("photos.next")),
    );
  }
}

function choice(name, options, act) {
  return h("select", { id: `yl-f-${name}`, onchange: act }, options.map(([value, words]) => h("option", { value }, words)));
}

function labelled(code, field) {
  return h("label", { class: "yl-field", for: field.id }, h("span", {}, say(code)), field);
}
