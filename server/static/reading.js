// Marks what the address names, "#c118-173", in the article: exactly those code points of its text.

import { takeCopies } from "./copying.js";
import { isPlain } from "./elements.js";
import { length, unit } from "./points.js";

const text = document.getElementById("text");
const legend = document.querySelector(".legend");
const next = document.getElementById("next");
const raw = document.getElementById("raw");
let at = 0;

addEventListener("hashchange", show);
next.addEventListener("click", () => visit(at + 1));
// Back to the conversation as it was left, where that is what stands before this page.
document.querySelector(".back")?.addEventListener("click", (event) => {
  if (!isPlain(event) || !document.referrer || new URL(document.referrer).pathname !== "/") return;
  event.preventDefault();
  history.back();
});
takeCopies();
show();

function show() {
  const spans = spansOf(location.hash);
  if (!spans.length) return; // what the server marked stays
  unmark();
  for (const paragraph of text.querySelectorAll("p")) mark(paragraph, spans);
  const found = firsts().length;
  document.getElementById("legend-marks").hidden = !found;
  legend.hidden = !found && !text.querySelector(".word");
  next.hidden = found < 2;
  for (const link of document.querySelectorAll("#raw, .here")) keepPlace(link);
  visit(0);
}

/** What leads to this article leads to this place in it. */
function keepPlace(link) {
  if (link === raw) link.hash = location.hash;
  else link.dataset.copy = link.dataset.copy.split("#")[0] + location.hash;
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

/** The paragraph's text stands in several nodes where words of the question are marked: each gets its share. */
function mark(paragraph, spans) {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const nodes = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
  let start = Number(paragraph.dataset.start);
  for (const node of nodes) {
    const end = start + length(node.data);
    // From the last to the first: what stands before a mark keeps its place.
    for (let n = spans.length - 1; n >= 0; n--) {
      const [from, to] = [Math.max(spans[n][0], start), Math.min(spans[n][1], end)];
      if (from < to) wrap(node, from - start, to - start, n);
    }
    start = end;
  }
}

function wrap(node, from, to, n) {
  const words = node.splitText(unit(node.data, from));
  words.splitText(unit(words.data, to - from));
  const marked = document.createElement("mark");
  marked.dataset.span = n;
  words.replaceWith(marked);
  marked.append(words);
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
