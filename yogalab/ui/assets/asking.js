// Asking the server. Apart from core.js, which fetches its words first.

/** A trouble that the server has put into a sentence. */
export class Told extends Error {
  constructor(sentence, code) {
    super(sentence);
    this.code = code;
  }
}

/** What a server function answered; throws Told with its sentence where there is trouble. */
export function heard(answer) {
  if (answer && "ok" in answer) return answer.ok;
  if (answer && "error" in answer) {
    // Perhaps somebody's role is another by now.
    if (answer.code === "people.not_allowed") globalThis.dispatchEvent?.(new Event("yl-refused"));
    throw new Told(answer.error, answer.code);
  }
  throw new Error("no answer");
}

/** Ask a server function; throws Told with its sentence, or the network's own error. */
export const ask = async (server, name, asked = {}) => heard(await server[name](asked));

/** The same, and an error when nothing was heard for so many milliseconds. What was asked may have been done. */
export async function askSoon(server, name, asked, within) {
  let clock;
  const late = new Promise((_, reject) => {
    clock = setTimeout(() => reject(new Error("no answer in time")), within);
  });
  try {
    return await Promise.race([ask(server, name, asked), late]);
  } finally {
    clearTimeout(clock);
  }
}

/** Random even where the page is served without https and crypto.randomUUID is missing. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
