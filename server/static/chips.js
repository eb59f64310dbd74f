// The filters of a question as chips, and the fields they are set in. templates/_chips.html and chips.py set the same on
// the server: change all.

import { el, fill } from "./elements.js";

/** What the fields of the form say: `{source, date_from, date_to}` as the API takes them. */
export function filtersIn(form) {
  return {
    source: [...form.querySelectorAll('[name="source"]:checked')].map((box) => box.value),
    date_from: form.elements.date_from.value || null,
    date_to: form.elements.date_to.value || null,
  };
}

/** Set the fields to what an address says. */
export function setFilters(form, address) {
  const fields = new URL(address, location.href).searchParams;
  const papers = fields.getAll("source");
  for (const box of form.querySelectorAll('[name="source"]')) box.checked = papers.includes(box.value);
  for (const name of ["date_from", "date_to"]) form.elements[name].value = fields.get(name) ?? "";
}

/** The page that answers this question under these filters. */
export function address(question, filters) {
  return `/?${query({ q: question }, filters)}`;
}

export function query(fields, { source, date_from, date_to }) {
  const all = new URLSearchParams(fields);
  for (const paper of source) all.append("source", paper);
  if (date_from) all.append("date_from", date_from);
  if (date_to) all.append("date_to", date_to);
  return all;
}

export function chips({ question, filters, suggestions }, t) {
  const row = [...holding(question, filters, t), ...suggested(question, filters, suggestions, t)];
  return row.length ? el("ul", { class: "chips", "aria-label": t.narrowed }, row.map((chip) => el("li", {}, chip))) : null;
}

export function held({ counts }, t) {
  if (!counts.articles) return null;
  return el("p", { class: "held" }, fill(counts.issues ? t.held : t.held_undated, counts));
}

function holding(question, filters, t) {
  const papers = filters.source.map((source) =>
    on(fill(t.only_paper, { source }), question, { ...filters, source: filters.source.filter((other) => other !== source) }, t),
  );
  if (!filters.date_from && !filters.date_to) return papers;
  const rest = { ...filters, date_from: null, date_to: null };
  return [...papers, on(fill(t.only_days, { days: days(filters, t) }), question, rest, t)];
}

function on(label, question, rest, t) {
  const attributes = { class: "chip on", href: address(question, rest), rel: "nofollow" };
  return el("a", { ...attributes, "aria-label": fill(t.take_off, { chip: label }) }, label);
}

function suggested(question, filters, suggestions, t) {
  return suggestions
    .filter(({ articles }) => articles)
    .map((suggestion) => ({ suggestion, href: address(question, widened(filters, suggestion.filters)) }))
    .filter(({ href }) => href !== address(question, filters))
    .map(({ suggestion, href }) => el("a", { class: "chip", href, rel: "nofollow" }, label(suggestion, t)));
}

// One paper more; but other days instead of those that held.
function widened(filters, { source, date_from, date_to }) {
  if (source.length) return { ...filters, source: [...new Set([...filters.source, ...source])] };
  return { ...filters, date_from, date_to };
}

function label({ phrase, filters, articles }, t) {
  if (filters.source.length) return fill(t.suggested_paper, { source: filters.source[0], articles });
  return fill(t.suggested_days, { phrase, days: days(filters, t), articles });
}

function days({ date_from: first, date_to: last }, t) {
  if (first && last) return first === last ? first : fill(t.days, { first, last });
  return first ? fill(t.days_from, { first }) : fill(t.days_to, { last });
}
