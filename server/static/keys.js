// The keyboard: Enter sends, "/" goes to the box, arrows lead through what can be opened, Escape stops.

const STOPS = ".examples a, .answer sup a, .composed sup a, .source .headline, .passage .headline";

export function takeKeys({ form, box, last, stop }) {
  box.addEventListener("keydown", (event) => {
    // While pinyin is being composed Enter picks the letters typed so far. Safari ends the composition before it tells
    // of the key, but keeps the key code 229.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "ArrowUp" && !box.value && last()) {
      event.preventDefault();
      box.value = last();
    } else if (event.key === "ArrowDown" && !box.value) {
      step(event, -1, 1);
    }
  });

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.("input, textarea, select");
    if (event.key === "Escape") stop();
    else if (event.key === "/" && !typing) {
      event.preventDefault();
      box.focus();
    } else if (!typing && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const at = stops().indexOf(document.activeElement);
      if (at >= 0) step(event, at, event.key === "ArrowDown" ? 1 : -1);
    }
  });

  function step(event, at, by) {
    const next = stops()[at + by];
    if (!next && at + by >= 0) return;
    event.preventDefault();
    (next ?? box).focus();
  }
}

/** What can be opened and is in sight, from top to bottom. */
function stops() {
  return [...document.querySelectorAll(STOPS)].filter((link) => link.checkVisibility());
}
