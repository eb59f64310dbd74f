// Offsets of the API count Unicode code points; strings here count UTF-16 units. These lead from one to the other.

/** Where in `text` the code point number `offset` begins. */
export function unit(text, offset) {
  let at = 0;
  for (let left = offset; left > 0 && at < text.length; left--) {
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return at;
}

/** How many code points `text` has. */
export function length(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
