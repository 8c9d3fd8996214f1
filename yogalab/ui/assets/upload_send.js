// A few files on their way to the lab: how much has arrived, and what becomes of each, as it is known.

import { Told } from "./asking.js";

/** The connection ended before the lab had said everything. */
export class Cut extends Error {}

/**
 * Send a form and read the steps that the lab answers with, a line of JSON each.
 * onSent: bytes that have left so far; onStep: each step. Raises Told: the lab refused; Cut: the line was cut.
 * signal: gives up while the form is still leaving.
 */
export function post(address, form, { onSent = () => {}, onStep = () => {}, signal } = {}) {
  return new Promise((resolve, reject) => {
    const asking = new XMLHttpRequest();
    const lines = new Lines();
    let last = null;
    const read = () => {
      for (const step of lines.fresh(asking.responseText)) onStep((last = step));
    };
    const end = () => {
      if (asking.status !== 200) return reject(refusal(asking));
      read();
      if (last?.failed) return reject(new Told(last.failed));
      return last?.done ? resolve(last) : reject(new Cut());
    };
    asking.upload.addEventListener("progress", (event) => onSent(event.loaded));
    asking.upload.addEventListener("load", () => onSent(Infinity));
    asking.addEventListener("progress", () => asking.status === 200 && read());
    asking.addEventListener("load", end);
    asking.addEventListener("error", () => reject(new Cut()));
    asking.addEventListener("abort", () => reject(new Cut()));
    signal?.addEventListener("abort", () => asking.abort());
    asking.open("POST", address);
    asking.send(form);
  });
}

function refusal({ status, responseText }) {
  try {
    return new Told(JSON.parse(responseText).error);
  } catch {
    return new Cut(`status ${status}`);
  }
}

/** Whole lines of a text that grows. */
export class Lines {
  constructor() {
    this.at = 0;
  }

  fresh(text) {
    const end = text.lastIndexOf("\n") + 1;
    if (end <= this.at) return [];
    const lines = text.slice(this.at, end).split("\n").filter(Boolean);
    this.at = end;
    return lines.map((line) => JSON.parse(line));
  }
}

/** How much of each file has left, 0 to 1, after so many bytes: they leave one behind the other. */
export function shares(sizes, sent) {
  let before = 0;
  return sizes.map((size) => {
    const share = size ? (sent - before) / size : Number(sent > before);
    before += size;
    return Math.min(Math.max(share, 0), 1);
  });
}
