// Taking an answer elsewhere: copied, shared, saved, printed; and telling the service whether it was of use.

import { post } from "./asking.js";
import { copy, takeCopies, withOrigin } from "./copying.js";
import { t, tell } from "./elements.js";
import { address } from "./fields.js";

/** `turns` tells what the turns in `conversation` are. */
export function takeAlong(conversation, turns) {
  takeCopies();
  conversation.addEventListener("click", async (event) => {
    const at = [...conversation.children].indexOf(event.target.closest(".turn"));
    const turn = turns()[at];
    if (!turn) return;
    const { answer, filters } = turn;
    if (event.target.closest(".share")) await copy(location.origin + address(answer.question, filters), t.shared);
    const thumb = event.target.closest(".thumb");
    if (thumb) await judge(answer.id, thumb);
  });
  // A note belongs to the verdict before it and is told with it once more.
  conversation.addEventListener("submit", async (event) => {
    const form = event.target.closest(".note");
    if (!form) return;
    event.preventDefault();
    const { answer } = turns()[[...conversation.children].indexOf(form.closest(".turn"))];
    const note = form.elements.note.value.trim();
    if (!note || (await send({ answer_id: answer.id, verdict: "down", note }))) form.hidden = true;
  });
  document.getElementById("print").addEventListener("click", () => print());
  document.getElementById("export").addEventListener("click", () => save(conversation));
}

async function judge(answerId, thumb) {
  const { verdict } = thumb.dataset;
  if (!(await send({ answer_id: answerId, verdict }))) return;
  for (const other of thumb.parentElement.children) other.setAttribute("aria-pressed", String(other === thumb));
  thumb.closest(".tools").querySelector(".note").hidden = verdict !== "down";
}

/** Whether the service noted it. */
async function send(verdict) {
  const noted = await post("/api/v1/feedback", verdict).then(({ ok }) => ok, () => false);
  tell(noted ? t.thanks : t.not_noted);
  return noted;
}

function save(conversation) {
  const parts = [...conversation.querySelectorAll(".markdown")].map((button) => withOrigin(button.dataset.copy));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([parts.join("\n---\n\n")], { type: "text/markdown;charset=utf-8" }));
  link.download = `baowen-${new Date().toISOString().slice(0, 10)}.md`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
