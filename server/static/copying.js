// Putting text on the clipboard.

import { t, tell } from "./elements.js";

/** Every button with data-copy puts that on the clipboard; the addresses in it begin with this page's own. */
export function takeCopies() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const menu = event.target.closest(".menu");
    for (const open of document.querySelectorAll(".menu[open]")) if (open !== menu) open.open = false;
    if (!button) return;
    await copy(withOrigin(button.dataset.copy), t.copied);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  // "toggle" does not bubble. A menu at the lower edge comes out from under the box.
  const unfold = (event) => event.target.open && event.target.querySelector(".items")?.scrollIntoView({ block: "nearest" });
  document.addEventListener("toggle", unfold, true);
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

/** Addresses in what is taken along begin with this page's own. */
export function withOrigin(text) {
  return text.replaceAll("{origin}", location.origin);
}

export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copiedTheOldWay(text)) return tell(t.copy_refused);
  }
  return tell(done);
}

// The clipboard is open to secure pages only; a page of the local network may be none.
function copiedTheOldWay(text) {
  const held = document.createElement("textarea");
  held.value = text;
  held.className = "aloud";
  document.body.append(held);
  held.select();
  const done = document.execCommand("copy");
  held.remove();
  return done;
}
