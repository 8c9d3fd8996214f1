// The photo in front with the bodies found in it; those of the next cards are made ready out of sight.

import { newId } from "./asking.js";
import { h, skeletons } from "./core.js";

// As many as a coach steps back through in one go.
const KEPT = 32;

export class Stage {
  /** place: the element on the page. */
  constructor(place) {
    this.place = place;
    this.forget();
  }

  /** Ask for every photo anew: one may be another now, or gone. */
  forget() {
    this.made = new Map();
    // The browser may keep a photo as long as this page lives, so its address is this page's own.
    this.page = newId();
  }

  /** Fetch, decode and draw what will be in front soon. */
  prepare(cards) {
    for (const card of cards) this.readyFor(card);
    for (const photo of this.made.keys()) {
      if (this.made.size <= KEPT) break;
      this.made.delete(photo);
    }
  }

  /** Put a card's photo and bodies in front: the very elements that were made ready. */
  show(card) {
    const { image, bodies } = this.readyFor(card);
    for (const told of bodies?.querySelectorAll(".is-told") ?? []) told.classList.remove("is-told");
    this.place.style.setProperty("--aspect", card.width / card.height);
    this.place.replaceChildren(image, bodies ?? "");
  }

  readyFor(card) {
    const known = this.made.get(card.photo) ?? { image: pictureOf(card, this.page), drawn: null, bodies: null };
    // Where the network was away, it is asked for once more.
    if (known.image.dataset.missing) pictured(known.image);
    const people = card.skeleton ? [card.skeleton, ...card.others] : card.others;
    const drawn = JSON.stringify([card.skeleton, card.others]);
    if (drawn !== known.drawn) {
      known.drawn = drawn;
      known.bodies = people.length ? skeletons(people, card.width, card.height, { judged: Boolean(card.skeleton) }) : null;
    }
    // The newest last.
    this.made.delete(card.photo);
    this.made.set(card.photo, known);
    return known;
  }
}

function pictureOf(card, page) {
  const image = h("img", {
    "data-from": `/photo/${card.photo}?kept=${card.content}.${page}`,
    alt: card.name,
    width: card.width,
    height: card.height,
    draggable: "false",
    // Never a frame with the new names beside an empty place.
    decoding: "sync",
    onerror: () => (image.dataset.missing = "yes"),
  });
  return pictured(image);
}

function pictured(image) {
  delete image.dataset.missing;
  image.src = image.dataset.from;
  image.decode?.().catch(() => {});
  return image;
}
