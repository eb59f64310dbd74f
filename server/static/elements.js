// Elements made of text, and texts filled with facts. Everything enters as text, nothing as markup.

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
