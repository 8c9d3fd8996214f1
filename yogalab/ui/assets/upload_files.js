// The files of one offer, and how far each has come. No page is needed to know that.

export const WAITING = "waiting";
export const SENDING = "sending";
export const LOOKING = "looking";
export const DONE = "done";
export const TROUBLE = "trouble";

const COUNTS = ["new", "known", "refused", "alike", "nobody"];
// Files that hold many photos: when they are through is known only at the end.
const MANY = /\.(zip|mp4|mov|m4v|3gp|3g2|avi|webm|mkv|mts|m2ts|wmv|mpe?g|ogv|flv)$/i;
// Sending is the smaller part of the work.
const SENT_SHARE = 0.3;
const LAST_DONE = 4;
const NEXT_WAITING = 3;

const settled = (row) => row.state === DONE || row.state === TROUBLE;
const outcomes = (row) => row.new + row.known + row.refused + row.alike + row.troubles.length;

export class Files {
  /** wanted: {file, path}, in the order in which they are sent. */
  constructor(wanted) {
    this.rows = wanted.map(({ file, path }, place) => ({
      ...{ place, file, path, size: file.size, name: file.name, many: MANY.test(path) },
      ...{ state: WAITING, share: 0, looked: 0, new: 0, known: 0, refused: 0, alike: 0, nobody: 0, labelled: 0 },
      ...{ before: 0, nobodyBefore: 0, troubles: [] },
    }));
    this.labelled = 0;
  }

  get left() {
    return this.rows.filter((row) => !settled(row));
  }

  get done() {
    return this.rows.length - this.left.length;
  }

  get troubles() {
    return this.rows.flatMap((row) => row.troubles);
  }

  /** What all of them came to, added up. */
  get total() {
    const sum = (name) => this.rows.reduce((so_far, row) => so_far + row[name], 0);
    return { ...Object.fromEntries(COUNTS.map((name) => [name, sum(name)])), labelled: this.labelled, troubles: this.troubles.length };
  }

  /** These are sent now; again, perhaps, after the line was cut. What was added then is not told as known. */
  start(rows) {
    for (const row of rows) {
      Object.assign(row, { state: SENDING, share: 0, looked: 0, before: row.new, nobodyBefore: row.nobody, troubles: [] });
    }
  }

  /** How much of each has left, in the order of the rows. */
  sent(rows, shares) {
    rows.forEach((row, place) => {
      if (row.state !== SENDING) return;
      row.share = shares[place];
      if (shares.every((share) => share === 1)) row.state = LOOKING;
    });
  }

  /** A step of the lab's: what is new of some of these rows. */
  heard(rows, step) {
    for (const { file, troubles, ...counts } of step.files) {
      const row = rows[file];
      if (row === undefined) continue;
      Object.assign(row, counts, {
        state: LOOKING,
        new: row.before + counts.new,
        known: Math.max(0, counts.known - row.before),
        nobody: row.nobodyBefore + counts.nobody,
      });
      row.troubles.push(...troubles);
      if (!row.many && outcomes(row)) settle(row);
    }
  }

  /** The lab has done with these; where it was stopped half-way, what it had not come to waits again. */
  end(rows, step) {
    this.labelled += step.labelled;
    for (const row of rows) {
      if (settled(row)) continue;
      if (step.stopped) row.state = WAITING;
      else settle(row);
    }
  }

  /** The line was cut: what the lab did not tell of waits for another try. */
  cut(rows) {
    for (const row of rows) if (!settled(row)) Object.assign(row, { state: WAITING, share: 0 });
  }

  /** A file that is not even sent. */
  refuse(row, why) {
    row.troubles.push(why);
    settle(row);
  }

  /** How much of the work is done, 0 to 1; null where only the lab knows, and has not said. */
  get share() {
    const { left } = this;
    if (left.length && left.every((row) => row.many && row.state === LOOKING)) return null;
    const all = this.rows.reduce((sum, row) => sum + row.size + 1, 0);
    return this.rows.reduce((sum, row) => sum + (row.size + 1) * part(row), 0) / all;
  }

  /** The few worth showing while it goes on: under way, next, just done; and how many more wait. */
  get shown() {
    const done = this.rows.filter((row) => row.state === DONE).slice(-LAST_DONE);
    const waiting = this.rows.filter((row) => row.state === WAITING);
    const busy = this.rows.filter((row) => row.state === SENDING || row.state === LOOKING);
    const next = waiting.slice(0, NEXT_WAITING);
    return { rows: [...done, ...busy, ...next].sort((a, b) => a.place - b.place), more: waiting.length - next.length };
  }
}

function settle(row) {
  row.state = row.troubles.length && outcomes(row) === row.troubles.length ? TROUBLE : DONE;
}

function part(row) {
  if (settled(row)) return 1;
  return row.state === WAITING ? 0 : SENT_SHARE * (row.state === LOOKING ? 1 : row.share);
}
