// The panel of earlier conversations: find one, open it, delete it.

import { el, fill, t } from "./elements.js";
import { forget, forgetAll, refused, Talk, talks } from "./past.js";

const panel = document.getElementById("past");
const list = document.getElementById("past-list");
const none = document.getElementById("past-none");
const search = document.getElementById("past-search");
const clear = document.getElementById("past-clear");

/** `open` shows a conversation, `forgotten` is told when the `current` one was deleted. */
export function openPast({ current, open, forgotten }) {
  document.getElementById("past-open").addEventListener("click", () => {
    search.value = "";
    show();
    panel.showModal();
  });
  document.getElementById("past-close").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => event.target === panel && panel.close()); // beside it
  search.addEventListener("input", show);
  addEventListener("storage", () => panel.open && show()); // another tab

  clear.addEventListener("click", () => {
    forgetAll();
    forgotten();
    show();
    search.focus();
  });

  list.addEventListener("click", (event) => {
    const id = event.target.closest("li")?.dataset.id;
    const chosen = talks().find((talk) => talk.id === id);
    if (event.target.closest(".delete")) {
      const next = event.target.closest("li").nextElementSibling;
      forget(id);
      if (current().id === id) forgotten();
      show();
      (list.querySelector(`[data-id="${CSS.escape(next?.dataset.id ?? "")}"] .delete`) ?? search).focus();
    } else if (event.target.closest(".open") && chosen) {
      panel.close();
      open(new Talk(chosen));
    }
  });
}

function show() {
  const kept = talks();
  const wanted = search.value.trim().toLowerCase();
  const found = kept.filter((talk) => words(talk).includes(wanted));
  list.replaceChildren(...found.map(entry));
  none.textContent = refused ? t.past_unkept : !kept.length ? t.past_none : !found.length ? t.past_no_match : "";
  clear.hidden = !kept.length;
}

function words({ turns }) {
  return turns.map(({ answer }) => `${answer.question}\n${answer.answer?.text ?? ""}`).join("\n").toLowerCase();
}

function entry({ id, at, turns }) {
  const [{ answer }] = turns;
  const when = new Date(at);
  const facts = turns.length > 1 ? ` · ${fill(t.past_turns, { count: turns.length })}` : "";
  const label = fill(t.past_delete, { question: answer.question });
  return el(
    "li",
    { "data-id": id },
    el(
      "button",
      { type: "button", class: "open" },
      el("span", { class: "asked-then" }, answer.question),
      el("small", {}, el("time", { datetime: when.toISOString() }, when.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })), facts),
    ),
    el("button", { type: "button", class: "delete", "aria-label": label }, t.past_delete_short),
  );
}
