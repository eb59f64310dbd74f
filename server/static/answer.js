// Builds one question and what it got from the API's JSON. Everything enters as text, nothing as markup.
// templates/_answer.html sets the same on the server: change both.

import { slice } from "./points.js";

/** An element with attributes and children; strings become text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== ""));
  return node;
}

/** `fill("《{source}》", {source: "周口日报"})` is "《周口日报》". */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
}

export function turn(answer, t) {
  return el(
    "article",
    { class: "turn", id: answer.id },
    el("h2", { class: "question" }, answer.question),
    answer.effective_question === answer.question
      ? null
      : el("p", { class: "searched" }, fill(t.searched_for, { question: answer.effective_question })),
    answer.answer ? answered(answer, t) : unanswered(answer, t),
  );
}

function answered(answer, t) {
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
      el("p", {}, t.no_answer_why),
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
