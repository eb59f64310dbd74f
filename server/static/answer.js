// Builds one question and what it got from the API's JSON. Everything enters as text, nothing as markup.
// templates/_answer.html sets the same on the server: change both.

import { chips, held } from "./chips.js";
import { el, fill } from "./elements.js";
import { slice } from "./points.js";

/** A question, what it got, and beside it (or null) its filters and how much holds its words. */
export function turn(answer, aside, t) {
  return el(
    "article",
    { class: "turn", id: answer.id },
    el("h2", { class: "question" }, answer.question),
    answer.effective_question === answer.question
      ? null
      : el("p", { class: "searched" }, fill(searchedAs(answer, t), { question: answer.effective_question })),
    aside ? chips(aside, t) : null,
    answer.answer ? answered(answer, aside, t) : unanswered(answer, t),
  );
}

// A follow-up is searched with what it borrows before it; anything else is a repair of what was typed.
function searchedAs(answer, t) {
  return answer.effective_question.endsWith(answer.question) ? t.searched_for : t.repaired;
}

function answered(answer, aside, t) {
  const { sentences, confidence } = answer.answer;
  const sure = confidence >= 0.8 ? t.sure_high : confidence >= 0.5 ? t.sure_middle : t.sure_low;
  return [
    el(
      "section",
      { class: "answer" },
      el("h3", {}, t.answer),
      el("blockquote", {}, sentences.map((sentence) => quoted(sentence, answer.citations, t))),
      el("p", { class: "sure" }, sure),
    ),
    el(
      "section",
      { class: "sources" },
      el("h3", {}, t.sources),
      aside ? held(aside, t) : null,
      el("ol", {}, answer.citations.map((citation) => source(citation, answer.passages, t))),
    ),
    answer.passages.length
      ? el(
          "details",
          { class: "also" },
          el("summary", {}, t.also_found, " ", el("span", { class: "count" }, String(answer.passages.length))),
          passages(answer, t),
        )
      : null,
  ];
}

function unanswered(answer, t) {
  const missing = answer.missing_terms.map((term) => el("span", { class: "term" }, term));
  return [
    el(
      "section",
      { class: "nothing" },
      el("h3", {}, t.no_answer),
      el("p", {}, answer.passages.length ? t.no_answer_why : t.what_for), // nothing near: a greeting, say
      missing.length ? el("p", { class: "missing" }, t.missing_terms, missing) : null,
    ),
    answer.passages.length
      ? el("section", { class: "near" }, el("h3", {}, t.near), el("p", {}, t.near_why), passages(answer, t))
      : null,
  ];
}

function quoted(sentence, citations, t) {
  const { url } = citations[sentence.citation - 1];
  const label = fill(t.opens_source, { n: sentence.citation });
  return [
    el("span", { class: "sentence" }, sentence.text),
    el("sup", {}, el("a", { href: url, "aria-label": label }, String(sentence.citation))),
  ];
}

function source(citation, found, t) {
  return el(
    "li",
    { class: "source" },
    el("span", { class: "number", "aria-hidden": "true" }, String(citation.n)),
    headline(citation, t),
    byline(citation, t),
    quotation(citation, found),
    el("span", { class: "read", "aria-hidden": "true" }, t.read),
  );
}

/** The cited words among those around them, as far as one of the passages found shows these. */
function quotation(citation, found) {
  const holds = ({ article_id, start, end }) =>
    article_id === citation.article_id && start <= citation.start && end >= citation.end;
  const passage = found.find(holds);
  const before = passage ? slice(passage.text, 0, citation.start - passage.start).split("\n").at(-1) : "";
  const after = passage ? slice(passage.text, citation.end - passage.start, passage.end).split("\n")[0] : "";
  return el(
    "p",
    { class: "quotation" },
    before ? el("span", { class: "around before" }, before) : null,
    el("q", { class: "cited" }, citation.cited_text),
    after ? el("span", { class: "around after" }, after) : null,
  );
}

function passages(answer, t) {
  return el(
    "ol",
    { class: "passages" },
    answer.passages.map((passage) =>
      el("li", { class: "passage" }, headline(passage, t), byline(passage, t), excerpt(passage)),
    ),
  );
}

function headline(shown, t) {
  return el("a", { class: "headline", href: shown.url }, shown.title || t.untitled);
}

function byline(shown, t) {
  return el(
    "span",
    { class: "byline" },
    shown.source ? el("span", {}, fill(t.paper, shown)) : null,
    shown.date ? el("time", { datetime: shown.date }, shown.date) : null,
    shown.page ? el("span", {}, fill(t.page_number, shown)) : null,
    shown.author ? el("span", {}, fill(t.by, shown)) : null,
  );
}

function excerpt({ text, highlights }) {
  const pieces = [];
  let end = 0;
  for (const span of [...highlights].sort((a, b) => a.start - b.start)) {
    const start = Math.max(span.start, end);
    if (start >= span.end) continue;
    pieces.push(slice(text, end, start), el("b", {}, slice(text, start, span.end)));
    end = span.end;
  }
  pieces.push(slice(text, end, text.length));
  return el("p", { class: "excerpt" }, pieces);
}
