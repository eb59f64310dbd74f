// The conversation. Each question goes to the JSON API with the turns before it; nothing is kept but in this page's
// own history entry, so that coming back from an article brings the conversation back.

import { el, turn } from "./answer.js";

const main = document.getElementById("main");
const form = document.getElementById("ask");
const box = document.getElementById("q");
const button = form.querySelector("button");
const conversation = document.getElementById("conversation");
const trouble = document.getElementById("trouble");
const t = JSON.parse(main.dataset.texts);
const HISTORY_MAX = 20; // what the API takes

let turns = []; // the API's answers, oldest first
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

restore();

function restore() {
  if (history.state?.turns) {
    turns = history.state.turns;
  } else if (main.dataset.answer) {
    turns = [JSON.parse(main.dataset.answer)]; // the server answered the question in the address
  }
  conversation.replaceChildren(...turns.map((answer) => turn(answer, t)));
  document.body.classList.toggle("asked", turns.length > 0);
  if (!turns.length) toBox();
}

/** Ask, and put the answer at the end. */
async function ask(question) {
  busy(true);
  trouble.replaceChildren();
  const place = waiting(question);
  try {
    const answer = await answerTo(question);
    turns.push(answer);
    const shown = turn(answer, t);
    place.replaceWith(shown);
    box.value = "";
    shown.scrollIntoView({ block: "start", behavior: motion() });
    history.replaceState({ turns }, "", `/?${new URLSearchParams({ q: question })}`);
    document.title = `${question} – ${document.title.split(" – ").at(-1)}`;
  } catch (error) {
    place.remove();
    document.body.classList.toggle("asked", turns.length > 0);
    tell(question, error instanceof Refused ? error.message : t.unreachable);
    if (!(error instanceof Refused || error instanceof TypeError)) throw error; // fetch tells of a dead line so
  } finally {
    busy(false);
  }
}

class Refused extends Error {}

/** The API's answer; Refused with its words where it has none. */
async function answerTo(question) {
  const earlier = turns.slice(-HISTORY_MAX);
  const response = await fetch("/api/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({
      question,
      history: earlier.map(({ question, answer }) => ({ question, answer: answer?.text ?? "" })),
    }),
  });
  const body = await response.json();
  if (response.ok) return body;
  throw new Refused([body.detail, ...body.errors.map((error) => error.detail)].join(" "));
}

function waiting(question) {
  const place = el(
    "article",
    { class: "turn", "aria-busy": "true" },
    el("h2", { class: "question" }, question),
    el("p", { class: "looking" }, t.looking),
  );
  conversation.append(place);
  document.body.classList.add("asked");
  return place;
}

function tell(question, words) {
  const again = el("button", { type: "button" }, t.again);
  again.addEventListener("click", () => ask(question));
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
