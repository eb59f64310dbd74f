// The conversation. Each question goes to the JSON API with the turns before it, and the server sets what comes back.
// Turns are kept in this page's history entry, so that coming back from an article brings them back, and in this browser.

import { answerTo, Refused, setTurn } from "./asking.js";
import { composeBeside } from "./composing.js";
import { el, fill, isPlain, t } from "./elements.js";
import { address, filtersIn, setFilters, takeYears } from "./fields.js";
import { takeKeys } from "./keys.js";
import { Talk } from "./past.js";
import { openPast } from "./pastpanel.js";
import { takeAlong } from "./taking.js";

const main = document.getElementById("main");
const form = document.getElementById("ask");
const box = document.getElementById("q");
const button = form.querySelector("button[type=submit]");
const conversation = document.getElementById("conversation");
const trouble = document.getElementById("trouble");
const HISTORY_MAX = 20; // what the API takes
const SOON_MS = 250; // an answer that comes sooner needs no button to stop it

let talk = new Talk();
let running = null; // stops the question that is being asked

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (running) running.abort();
  else if (question) ask(question);
});
takeYears(form);

document.querySelector(".examples")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  ask(link.textContent);
});

conversation.addEventListener("click", (event) => {
  const at = [...conversation.children].indexOf(event.target.closest(".turn"));
  const chip = event.target.closest("a.chip");
  if (at < 0 || running) return;
  if (chip && isPlain(event)) {
    // A chip asks its question again, where it stands, with one filter more or less.
    event.preventDefault();
    setFilters(form, chip.href);
    ask(talk.turns[at].answer.question, { at, alone: talk.turns[at].alone });
  } else if (event.target.closest("button.again")) {
    ask(talk.turns[at].answer.question, { at, alone: talk.turns[at].alone, filters: talk.turns[at].filters });
  }
});

// What was searched, changed by hand: asked in its place, and just as it stands.
conversation.addEventListener("submit", (event) => {
  if (!event.target.matches(".reask")) return;
  event.preventDefault();
  const at = [...conversation.children].indexOf(event.target.closest(".turn"));
  const question = event.target.elements.q.value.trim();
  if (question && !running) ask(question, { at, alone: true, filters: talk.turns[at].filters });
});

addEventListener("popstate", () => restore());
addEventListener("pagehide", () => history.replaceState({ ...history.state, y: scrollY }, ""));

takeKeys({ form, box, last: () => talk.turns.at(-1)?.answer.question, stop: () => running?.abort() });
takeAlong(conversation, () => talk.turns);
openPast({
  current: () => talk,
  open(chosen) {
    const { answer, filters } = chosen.turns.at(-1);
    history.pushState(chosen.record(), "", address(answer.question, filters));
    restore();
  },
  forgotten: () => (talk = talk.startedAnew()),
});
restore({ answered: main.dataset.answer });

/** Show the turns of this history entry; `answered` is what the server answered to the question in the address. */
async function restore({ answered } = {}) {
  trouble.replaceChildren();
  setFilters(form, location.href);
  talk = new Talk(history.state ?? {});
  const set = answered && JSON.parse(answered);
  const [first] = talk.turns;
  const isShown = set && talk.turns.length <= 1 && (first?.answer.id ?? set.id) === set.id && !first?.composed;
  const isNew = isShown && !talk.turns.length;
  if (!isShown) await showAll();
  else if (isNew) talk.turns = [{ answer: set, filters: filtersIn(form), alone: false }];
  document.body.classList.toggle("asked", talk.turns.length > 0);
  if (isNew) {
    remember();
    compose(0);
  } else if (talk.turns.length) entitle();
  else toBox();
}

async function showAll() {
  const { turns } = talk;
  document.body.classList.toggle("asked", turns.length > 0);
  const places = turns.map(({ answer }) => waiting(answer.question));
  conversation.setAttribute("aria-busy", "true");
  conversation.replaceChildren(...places);
  try {
    const set = await Promise.all(turns.map((turn) => setTurn(turn).catch(asItWas(turn))));
    if (talk.turns === turns) conversation.replaceChildren(...set);
    if (turns.length) scrollTo(0, history.state?.y ?? 0);
  } catch {
    explain(t.unreachable, restore);
  } finally {
    conversation.removeAttribute("aria-busy");
  }
}

/** A turn that another version of the service answered: its words alone, to be asked again. */
function asItWas({ answer }) {
  return (error) => {
    if (!(error instanceof Refused)) throw error;
    return el(
      "article",
      { class: "turn" },
      el("h2", { class: "question" }, answer.question),
      el("p", { class: "searched" }, answer.answer?.text ?? ""),
      el("div", { class: "tools" }, el("button", { type: "button", class: "again" }, t.again)),
    );
  };
}

/** Ask, and put the answer at the end, or in place of an earlier turn; `alone` without what was asked before. */
async function ask(question, { at = talk.turns.length, alone = false, filters = filtersIn(form) } = {}) {
  const earlier = conversation.children[at];
  const place = waiting(question);
  if (earlier) earlier.replaceWith(place);
  else conversation.append(place);
  document.body.classList.add("asked");
  trouble.replaceChildren();
  busy(new AbortController());
  try {
    const answer = await answerTo(question, {
      history: before(at, alone),
      filters,
      signal: running.signal,
      onPassages: (count) => (place.querySelector(".looking").textContent = fill(t.choosing, { count })),
    });
    const turn = { answer, filters, alone };
    const shown = await setTurn(turn);
    talk.turns[at] = turn;
    place.replaceWith(shown);
    if (!earlier) box.value = "";
    if (at) shown.scrollIntoView({ block: "start", behavior: motion() });
    else scrollTo({ top: 0, behavior: motion() });
    remember();
    compose(at);
  } catch (error) {
    if (earlier) place.replaceWith(earlier);
    else place.remove();
    document.body.classList.toggle("asked", talk.turns.length > 0);
    const stopped = error.name === "AbortError";
    if (!earlier) box.value = question;
    explain(stopped ? t.stopped : error instanceof Refused ? error.message : t.unreachable, () => ask(question, { at, alone, filters }), stopped);
    if (!(stopped || error instanceof Refused || error instanceof TypeError)) throw error; // fetch tells of a dead line so
  } finally {
    busy(null);
    if (earlier) conversation.children[at]?.querySelector(".chip, .again")?.focus({ preventScroll: true }); // where the hand was
  }
}

/** What a language model writes comes later, and is remembered with the turn if that still stands. */
async function compose(at) {
  const turn = talk.turns[at];
  await composeBeside(turn, conversation.children[at], before(at, turn.alone));
  if (turn.composed && talk.turns[at] === turn) remember();
}

/** What was asked before the turn number `at`, as the API takes it. */
function before(at, alone) {
  return alone ? [] : talk.turns.slice(0, at).slice(-HISTORY_MAX).map(asHistory);
}

function asHistory({ answer: { question, answer } }) {
  return { question, answer: answer?.text ?? "" };
}

function remember() {
  const { answer, filters } = talk.turns.at(-1);
  talk.keep();
  history.replaceState(talk.record(), "", address(answer.question, filters));
  entitle();
}

function entitle() {
  const { answer } = talk.turns.at(-1);
  document.title = `${answer.question} – ${document.title.split(" – ").at(-1)}`;
}

function waiting(question) {
  return el(
    "article",
    { class: "turn", "aria-busy": "true" },
    el("h2", { class: "question" }, question),
    el("p", { class: "looking" }, t.looking),
  );
}

function explain(words, again, asWished = false) {
  const more = el("button", { type: "button" }, t.again);
  more.addEventListener("click", () => again());
  trouble.replaceChildren(el("p", {}, asWished ? null : el("strong", {}, t.failed, " "), words), more);
}

function busy(controller) {
  running = controller;
  clearTimeout(busy.timer);
  button.textContent = t.ask;
  if (controller) busy.timer = setTimeout(() => (button.textContent = t.stop), SOON_MS);
  conversation.setAttribute("aria-busy", String(Boolean(controller)));
  if (!controller) toBox();
}

/** Ready to type the next question; but where a keyboard would slide over the answer, leave the answer in sight. */
function toBox() {
  if (matchMedia("(pointer: coarse)").matches) box.blur();
  else box.focus({ preventScroll: true });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
