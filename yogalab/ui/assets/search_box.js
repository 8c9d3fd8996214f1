// The search among all poses: what is spelled as typed is found here and at once, typing errors by the lab a moment later.

import { ask, changed, figure, h, onChanged, say, trying } from "./core.js";
import { PoseFinder } from "./pose_finder.js";
import { may } from "./role.js";

// Milliseconds without a letter after which the lab is asked: soon where nothing was found, else for what is new there.
const SOON = 150;
const LATER = 600;

let finder = new PoseFinder([]);
let fetching = null;
let number = 0;

/** The poses, once a page; anew when they change. Searching goes on with those from before meanwhile. */
function fetched() {
  fetching ??= (async () => {
    const answer = await fetch(new URL("/lab/poses.json", document.baseURI));
    if (answer.ok) finder = new PoseFinder((await answer.json()).poses);
    else fetching = null;
  })().catch(() => (fetching = null));
  return fetching;
}
onChanged((what) => {
  if (!["poses", "pose added", "coach"].includes(what)) return;
  fetching = null;
  fetched();
});

/** A field with the poses found under it; the last row adds what was typed as a pose of one's own, looking like `showing`. */
export function searchBox(server, choose, leave, showing = () => null) {
  let options = [];
  let active = 0;
  let asked = 0;
  let clock;
  const id = `yl-found-${(number += 1)}`;
  const list = h("ul", { class: "yl-found", role: "listbox", id, hidden: true, "aria-label": say("review.found") });
  const field = h("input", {
    type: "text",
    inputmode: "search",
    placeholder: say("review.search"),
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": id,
    "aria-autocomplete": "list",
    "aria-label": say("review.search"),
    autocomplete: "off",
    onfocus: () => fetched(),
    oninput: () => look(),
    onkeydown: (event) => pressed(event),
  });

  fetched();

  function clear() {
    clearTimeout(clock);
    field.value = "";
    options = [];
    asked += 1;
    show();
  }

  function look() {
    clearTimeout(clock);
    const text = field.value.trim();
    const mine = (asked += 1);
    if (!text) return clear();
    offer(text, finder.find(text), false);
    clock = setTimeout(() => askLab(text, mine), options.length ? LATER : SOON);
    // The very first letter may be typed before the poses are here.
    fetched()?.then(() => mine === asked && !options.length && offer(text, finder.find(text), false));
    return undefined;
  }

  /** The lab forgives typing errors, and knows what others added; what is shown already stays where it is. */
  async function askLab(text, mine) {
    const here = options.map((option) => option.pose).filter(Boolean);
    const looking = () => ask(server, "search", { text });
    // Nothing is missing where something was found: then a lost connection is no news.
    const found = await (here.length ? looking().catch(() => null) : trying(looking));
    // An answer to what was typed before is of no use now.
    if (mine !== asked || !found) return;
    const shown = options.map((option) => option.pose).filter(Boolean);
    offer(text, [...shown, ...found.poses.filter((pose) => !shown.some((one) => one.id === pose.id))], true);
  }

  /** sure: the lab was asked; before that, nothing found is no reason to add a pose that may only be misspelled. */
  function offer(text, poses, sure) {
    const before = options[active];
    options = poses.map((pose) => ({ pose }));
    const known = poses.some((pose) => pose.name.toLowerCase() === text.toLowerCase());
    if (!known && may("owner") && (sure || poses.length)) options.push({ add: text });
    // Something to read, and nothing to choose.
    if (!options.length && sure) options.push({ says: say("role.look.no_pose") });
    // What was walked to by arrow keys stays chosen while more is found for the same words.
    const same = (option) => (before?.add ? option.add : option.pose && option.pose.id === before?.pose?.id);
    active = sure && before ? Math.max(0, options.findIndex(same)) : 0;
    show();
  }

  function show() {
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(options.length > 0));
    list.replaceChildren(
      ...options.map((option, place) =>
        h(
          "li",
          {
            role: "option",
            id: `${id}-${place}`,
            class: place === active ? "is-active" : null,
            "aria-selected": String(place === active),
            "aria-disabled": option.says ? "true" : null,
            onmousedown: (event) => (event.preventDefault(), take(option)),
          },
          option.pose
            ? [figure(option.pose, 36), h("span", { class: "yl-names" }, h("b", {}, option.pose.name), h("i", {}, option.pose.sanskrit))]
            : (option.says ?? say("review.add_pose", { name: option.add })),
        ),
      ),
    );
    field.setAttribute("aria-activedescendant", options.length ? `${id}-${active}` : "");
  }

  async function take(option) {
    if (option.says) return;
    const pose = option.pose ?? (await trying(() => ask(server, "add_pose", { name: option.add, ...showing() })));
    if (!pose) return;
    choose(pose);
    leave();
    if (!option.pose) changed("pose added");
  }

  function pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && options.length) {
      active = (active + step + options.length) % options.length;
      show();
      list.children[active].scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && options[active]) {
      if (!event.repeat) take(options[active]);
    } else if (event.key === "Escape") {
      clear();
      leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  function open(text) {
    field.value = text;
    field.focus();
    look();
  }

  return { element: h("div", { class: "yl-search" }, field, list), field, clear, open };
}
