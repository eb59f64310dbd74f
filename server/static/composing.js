// What a language model writes beside an answer: asked for when the answer stands, so that nobody waits for it.

import { composedFor, Refused, setTurn } from "./asking.js";
import { el, t } from "./elements.js";

/** Whether the service has a language model write, too. */
export const composes = "composes" in document.getElementById("main").dataset;

/** Have `turn`, which stands on the page as `shown`, composed; what was written is kept in the turn. */
export async function composeBeside(turn, shown, history) {
  const place = shown.querySelector(".answer");
  if (!composes || turn.composed || !place) return;
  const waiting = el("section", { class: "composed", "aria-busy": "true" }, el("h3", {}, t.composed), el("p", { class: "looking" }, t.composing));
  place.after(waiting);
  try {
    turn.composed = await composedFor(turn.answer.question, { history, filters: turn.filters });
    waiting.replaceWith((await setTurn(turn)).querySelector(".composed"));
  } catch (error) {
    const why = error instanceof Refused ? error.message : t.unreachable;
    waiting.replaceChildren(el("h3", {}, t.composed), el("p", { class: "quiet" }, `${t.not_composed} ${why}`));
    waiting.removeAttribute("aria-busy");
  }
}
