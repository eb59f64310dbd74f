// Conversations, kept in this browser and nowhere else.

const KEY = "baowen.talks";
const MOST = 100;

/**
 * One conversation: its turns are `{answer, filters, alone, composed}`, with what the API told. `at` is when it was kept
 * last, null where it never was.
 */
export class Talk {
  constructor({ id = newId(), at = null, turns = [], from = 0 } = {}) {
    Object.assign(this, { id, at, turns, from });
  }

  record() {
    const { id, at, turns, from } = this;
    return { id, at, turns, from };
  }

  /** The same turns on the page, none of them kept: what was deleted does not come back with the next question. */
  startedAnew() {
    return new Talk({ turns: this.turns, from: this.turns.length });
  }

  keep() {
    const others = talks();
    const kept = others.find(({ id }) => id === this.id);
    // A tab that was duplicated has the same conversation: where the other one went on with it, this one goes its own way.
    if (kept && kept.at !== this.at) this.id = newId();
    // One that was deleted in another tab stays deleted: only what is asked from now on is kept.
    if (!kept && this.at) Object.assign(this, { id: newId(), from: Math.max(this.from, this.turns.length - 1) });
    const turns = this.turns.slice(this.from);
    if (!turns.length) return;
    this.at = Date.now();
    write([{ id: this.id, at: this.at, turns }, ...others.filter(({ id }) => id !== this.id)]);
  }
}

function newId() {
  return crypto.randomUUID?.() ?? String(Math.random());
}

/** Whether the browser refused to keep the last one. */
export let refused = false;

/** All that is kept, newest first; what another version of this page left and this one cannot read counts as nothing. */
export function talks() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(({ id, turns }) => id && turns?.every(({ answer }) => answer?.question)) : [];
  } catch {
    refused = true; // told by the panel
    return [];
  }
}

export function forget(id) {
  write(talks().filter((talk) => talk.id !== id));
}

export function forgetAll() {
  write([]);
}

/** Newest first; where there is no room, the oldest go. */
function write(kept) {
  for (let count = Math.min(kept.length, MOST); ; count = Math.floor(count / 2)) {
    try {
      localStorage.setItem(KEY, JSON.stringify(kept.slice(0, count)));
      refused = false;
      return;
    } catch {
      refused = true;
      if (!count) return;
    }
  }
}
