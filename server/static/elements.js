// Elements made of text, texts filled with facts, and what the page was given to say. Everything enters as text.

/** The page's words in its language. */
export const t = JSON.parse(document.body.dataset.texts);

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

/** Say something in passing: read aloud, shown for a moment, moving nothing. */
export function tell(words) {
  const told = document.getElementById("told");
  told.textContent = words;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => told.replaceChildren(), 4000);
}

/** A click that is meant for this page, not for a new tab. */
export function isPlain(event) {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
}
