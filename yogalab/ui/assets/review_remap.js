// Other keys: an action is chosen, then its new key is pressed. Kept on this device.

import { h, host, say } from "./core.js";
import { ACTIONS, actions, choosable, keys, plainKey, sign } from "./review_keys.js";

const HELD = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn"];
const NAMED = { " ": "space", Enter: "enter", Escape: "escape", Backspace: "backspace", Delete: "delete", Insert: "insert", Home: "home", End: "end", PageUp: "page_up", PageDown: "page_down" };
const actionOf = Object.fromEntries(ACTIONS.map((action) => [action.name, action]));

/** A key in words, where it has some; else as it is written on a button. */
export const keyName = (key) => (NAMED[key] ? say(`key.${NAMED[key]}`) : sign(key));

export function chooseKeys() {
  new Remap(keys());
}

class Remap {
  constructor(bound) {
    this.bound = bound;
    // The action that waits for its key, and the key that another action has.
    this.waiting = null;
    this.taken = null;
    this.lay();
    this.draw();
    host().append(this.dialog);
    this.dialog.showModal();
    // Else the list would have it, as something to scroll.
    this.rows[0].button.focus();
  }

  lay() {
    this.rows = actions().filter(({ fixed }) => !fixed).map(({ name, says }) => {
      const button = h("button", { class: "yl-button yl-remap-key", type: "button", onclick: () => this.wait(name) });
      return { name, says, button, element: h("li", {}, h("span", {}, say(says)), button) };
    });
    this.told = h("p", { class: "yl-remap-told", role: "status" });
    this.swap = h("button", { class: "yl-button is-main", type: "button", onclick: () => this.swapKeys() }, say("review.keys_swap"));
    this.reset = h("button", { class: "yl-button", type: "button", onclick: () => this.asItWas() }, say("review.keys_reset"));
    this.dialog = h(
      "dialog",
      {
        class: "yl yl-dialog yl-remap",
        "aria-labelledby": "yl-remap",
        onclose: () => this.dialog.remove(),
        oncancel: (event) => this.waiting && (event.preventDefault(), this.stop()),
        onkeydown: (event) => this.pressed(event),
      },
      h("h2", { id: "yl-remap" }, say("review.keys_title")),
      h("p", { class: "yl-soft" }, say("review.keys_lead")),
      h("ul", { class: "yl-remap-list" }, this.rows.map((row) => row.element)),
      h("div", { class: "yl-remap-foot" }, this.told, this.swap),
      h(
        "form",
        { method: "dialog" },
        h("div", { class: "yl-row is-end" }, this.reset, h("button", { class: "yl-button is-main" }, say("review.keys_done"))),
      ),
    );
  }

  draw() {
    for (const { name, says, button } of this.rows) {
      const [key] = this.bound.of(name);
      const [what, waits] = [say(says), this.waiting === name];
      button.classList.toggle("is-waiting", waits);
      button.ariaLabel = waits ? say("review.keys_press") : say("review.keys_choose", { what, key: key ? keyName(key) : say("review.keys_none") });
      button.replaceChildren(waits ? say("review.keys_press") : key ? h("kbd", {}, keyName(key)) : say("review.keys_none"));
    }
    this.swap.hidden = !this.taken;
    this.reset.disabled = !this.bound.changed;
  }

  tell(code, data) {
    this.told.textContent = code ? say(code, data) : "";
  }

  wait(name) {
    this.waiting = this.waiting === name ? null : name;
    this.taken = null;
    this.tell(null);
    this.draw();
  }

  stop() {
    this.waiting = null;
    this.draw();
  }

  pressed(event) {
    if (!this.waiting || HELD.includes(event.key)) return;
    // The focus may go on; what was begun is left.
    if (event.key === "Tab") return this.stop();
    event.preventDefault();
    event.stopPropagation();
    // The key that pressed the button is still down.
    if (event.repeat) return undefined;
    if (event.key === "Escape") return this.stop();
    if (event.ctrlKey || event.metaKey || event.altKey) return this.tell("review.keys_alone");
    return this.give(plainKey(event.key));
  }

  give(key) {
    const name = this.waiting;
    if (!choosable(key)) return this.tell("review.keys_not", { key: keyName(key) });
    const other = this.bound.clash(name, key);
    this.waiting = null;
    if (other) {
      this.taken = { name, other, key };
      this.tell("review.keys_taken", { key: keyName(key), what: say(actionOf[other].says) });
      this.draw();
      return this.swap.focus();
    }
    this.bound.choose(name, key);
    return this.done(name);
  }

  swapKeys() {
    const { name, other } = this.taken;
    this.taken = null;
    this.bound.swap(name, other);
    this.done(name);
    this.rows.find((row) => row.name === name).button.focus();
  }

  done(name) {
    this.tell("review.keys_now", { key: keyName(this.bound.of(name)[0]), what: say(actionOf[name].says) });
    this.draw();
  }

  asItWas() {
    this.bound.asItWas();
    this.taken = null;
    this.tell("review.keys_were");
    this.draw();
    // A button that can no longer be pressed would lose the focus.
    this.dialog.querySelector("form .is-main").focus();
  }
}
