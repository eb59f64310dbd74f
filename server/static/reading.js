// Marks what the address names, "#c118-173", in the article: exactly those code points of its text.

import { length, unit } from "./points.js";

const text = document.getElementById("text");
const legend = document.querySelector(".legend");
const next = document.getElementById("next");
let at = 0;

addEventListener("hashchange", show);
next.addEventListener("click", () => visit(at + 1));
show();

function show() {
  const spans = spansOf(location.hash);
  if (!spans.length) return; // what the server marked stays
  unmark();
  for (const paragraph of text.querySelectorAll("p")) mark(paragraph, spans);
  legend.hidden = !firsts().length;
  next.hidden = firsts().length < 2;
  visit(0);
}

/** "#c118-173,c200-210" as ascending spans that do not overlap. */
function spansOf(hash) {
  const found = [...hash.matchAll(/c(\d{1,9})-(\d{1,9})/g)].map(([, start, end]) => [Number(start), Number(end)]);
  const merged = [];
  for (const [start, end] of found.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (start < end) merged.push([start, end]);
  }
  return merged;
}

function mark(paragraph, spans) {
  const start = Number(paragraph.dataset.start);
  const end = start + length(paragraph.textContent);
  // From the last to the first: what stands before a mark keeps its place.
  for (let n = spans.length - 1; n >= 0; n--) {
    const [from, to] = [Math.max(spans[n][0], start), Math.min(spans[n][1], end)];
    if (from >= to) continue;
    const node = paragraph.firstChild;
    const words = node.splitText(unit(node.data, from - start));
    words.splitText(unit(words.data, to - from));
    const marked = document.createElement("mark");
    marked.dataset.span = n;
    words.replaceWith(marked);
    marked.append(words);
  }
}

function unmark() {
  for (const marked of text.querySelectorAll("mark")) marked.replaceWith(...marked.childNodes);
  for (const paragraph of text.querySelectorAll("p")) paragraph.normalize();
}

/** The first mark of each span. */
function firsts() {
  const marks = [...text.querySelectorAll("mark")];
  return marks.filter((marked, i) => marked.dataset.span !== marks[i - 1]?.dataset.span);
}

function visit(n) {
  const marks = firsts();
  if (!marks.length) return;
  at = n % marks.length;
  // A quotation longer than the window should begin in sight.
  marks[at].scrollIntoView({ block: marks[at].offsetHeight > innerHeight * 0.8 ? "start" : "center" });
}
