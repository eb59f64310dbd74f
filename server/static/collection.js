// The collection page: a running rebuild is followed; with the admin key one is begun, or taken back. The key stays in the
// field it was typed in and goes nowhere but to this service.

import { el, fill, t } from "./elements.js";

const says = document.getElementById("rebuild-says");
const progress = document.getElementById("progress");
const outcome = document.getElementById("outcome");
const form = document.getElementById("care");
const back = document.getElementById("back");
const LOOK_EVERY_MS = 1000;
let followed = false; // a rebuild that was seen running: its end is told

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await order("/api/v1/index/rebuild")) {
    followed = true;
    tell(t.care_started);
    look();
  }
});

// Going back is asked twice: readers get other answers at once.
back.addEventListener("click", async () => {
  if (!form.reportValidity()) return;
  if (back.textContent === t.roll_back) {
    back.textContent = t.roll_back_sure;
    return;
  }
  back.textContent = t.roll_back;
  if (await order("/api/v1/index/rollback")) tell(t.care_rolled_back, reloading());
});

look();

/** Whether the service took the order; if not, its words are told. */
async function order(address) {
  outcome.replaceChildren();
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${document.getElementById("key").value}`,
        "Content-Type": "application/json",
        "Accept-Language": document.documentElement.lang,
      },
      body: "{}",
    });
    if (response.ok) return true;
    const { title, detail } = await response.json();
    tell(`${title}：${detail}`);
  } catch {
    tell(t.unreachable);
  }
  return false;
}

/** Look how far a rebuild is, again and again while one runs. */
async function look() {
  clearTimeout(look.timer);
  let index = null;
  try {
    const response = await fetch("/api/v1/index", { headers: { "Accept-Language": document.documentElement.lang } });
    index = response.ok ? await response.json() : null;
  } catch {
    // told below: a service that is gone for a moment, while it restarts, is looked for again
  }
  if (!index) {
    says.textContent = t.unreachable;
    look.timer = setTimeout(look, 5 * LOOK_EVERY_MS);
    return;
  }
  const { running, stage, done, total } = index.rebuild;
  progress.hidden = !running;
  says.textContent = !running ? t.rebuild_none : stage ? fill(t.rebuild_done_of, { stage, done: done ?? 0, total: total ?? "?" }) : t.rebuild_running;
  if (running && total) progress.value = done / total;
  else progress.removeAttribute("value");
  if (running) {
    followed = true;
    look.timer = setTimeout(look, LOOK_EVERY_MS);
  } else if (followed) {
    followed = false;
    ended(index.rebuild);
  }
}

function ended({ status, report = [] }) {
  if (status === "failed") tell(fill(t.care_failed, { detail: report.join(" ") }));
  else tell(t.care_done, report.length ? [el("h3", {}, t.report), el("ul", {}, report.map((line) => el("li", {}, line)))] : null, reloading());
}

function reloading() {
  return el("p", {}, el("a", { href: location.pathname }, t.reload));
}

function tell(words, ...more) {
  outcome.replaceChildren(el("p", {}, words), ...more.flat(Infinity).filter(Boolean));
}
