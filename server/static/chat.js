// The conversation. Each question goes to the JSON API with the turns before it; nothing is kept but in this page's
// own history entry, so that coming back from an article brings the conversation back.

import { turn } from "./answer.js";
import { address, filtersIn, query, setFilters } from "./chips.js";
import { el } from "./elements.js";

const main = document.getElementById("main");
const form = document.getElementById("ask");
const box = document.getElementById("q");
const button = form.querySelector("button");
const conversation = document.getElementById("conversation");
const trouble = document.getElementById("trouble");
const t = JSON.parse(main.dataset.texts);
const HISTORY_MAX = 20; // what the API takes

let turns = []; // the API's answers, oldest first
let asides = []; // beside each answer its filters and how much holds its words; null where that could not be had
let asking = false;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (question && !asking) ask(question);
});

box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  // While pinyin is being composed Enter picks the letters typed so far. Safari ends the composition before it tells
  // of the key, but keeps the key code 229.
  if (event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});

document.querySelector(".examples")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  ask(link.textContent);
});

// A chip asks its question again, where it stands, with one filter more or less.
conversation.addEventListener("click", (event) => {
  const chip = event.target.closest("a.chip");
  if (!chip || asking || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const at = [...conversation.children].indexOf(chip.closest(".turn"));
  setFilters(form, chip.href);
  ask(turns[at].question, at);
});

restore();

function restore() {
  if (history.state?.turns) {
    ({ turns, asides = [] } = history.state);
  } else if (main.dataset.answer) {
    turns = [JSON.parse(main.dataset.answer)]; // the server answered the question in the address
    asides = [JSON.parse(main.dataset.aside)];
  }
  setFilters(form, location.href);
  conversation.replaceChildren(...turns.map((answer, at) => turn(answer, asides[at], t)));
  document.body.classList.toggle("asked", turns.length > 0);
  if (!turns.length) toBox();
}

/** Ask under the filters that are set, and put the answer at the end, or in place of an earlier one. */
async function ask(question, at = turns.length) {
  busy(true);
  trouble.replaceChildren();
  const filters = filtersIn(form);
  const earlier = conversation.children[at];
  const place = waiting(question, earlier);
  let shown = null;
  try {
    turns[at] = await answerTo(question, turns.slice(0, at), filters);
    asides[at] = await beside(turns[at], filters);
    shown = turn(turns[at], asides[at], t);
    place.replaceWith(shown);
    if (!earlier) box.value = "";
    shown.scrollIntoView({ block: "start", behavior: motion() });
    history.replaceState({ turns, asides }, "", address(question, filters));
    document.title = `${question} – ${document.title.split(" – ").at(-1)}`;
  } catch (error) {
    if (earlier) place.replaceWith(earlier);
    else place.remove();
    document.body.classList.toggle("asked", turns.length > 0);
    tell(question, error instanceof Refused ? error.message : t.unreachable, at);
    if (!(error instanceof Refused || error instanceof TypeError)) throw error; // fetch tells of a dead line so
  } finally {
    busy(false);
    if (earlier) shown?.querySelector(".chip")?.focus({ preventScroll: true }); // where the hand was
  }
}

class Refused extends Error {}

/** The API's answer; Refused with its words where it has none. */
async function answerTo(question, before, filters) {
  const earlier = before.slice(-HISTORY_MAX);
  const response = await fetch("/api/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({
      question,
      history: earlier.map(({ question, answer }) => ({ question, answer: answer?.text ?? "" })),
      filters,
    }),
  });
  const body = await response.json();
  if (response.ok) return body;
  throw new Refused([body.detail, ...body.errors.map((error) => error.detail)].join(" "));
}

/** The filters that the question speaks of, and how much holds its words; the answer does not wait for it in vain. */
async function beside(answer, filters) {
  const response = await fetch(`/api/v1/suggest?${query({ q: answer.effective_question }, filters)}`);
  return response.ok ? response.json() : null;
}

function waiting(question, earlier) {
  const place = el(
    "article",
    { class: "turn", "aria-busy": "true" },
    el("h2", { class: "question" }, question),
    el("p", { class: "looking" }, t.looking),
  );
  if (earlier) earlier.replaceWith(place);
  else conversation.append(place);
  document.body.classList.add("asked");
  return place;
}

function tell(question, words, at) {
  const again = el("button", { type: "button" }, t.again);
  again.addEventListener("click", () => ask(question, at));
  trouble.replaceChildren(el("p", {}, el("strong", {}, t.failed), " ", words), again);
}

function busy(now) {
  asking = now;
  button.disabled = now;
  conversation.setAttribute("aria-busy", String(now));
  if (!now) toBox();
}

/** Ready to type the next question; but where a keyboard would slide over the answer, leave the answer in sight. */
function toBox() {
  if (matchMedia("(pointer: coarse)").matches) box.blur();
  else box.focus({ preventScroll: true });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
