// What goes to the service and comes back: a question as a stream of events, and an answer set as the page shows it.

export class Refused extends Error {}

/**
 * The API's answer. `onPassages` is told how many passages were found, as soon as that is known.
 * Throws Refused with the service's words, TypeError where it cannot be reached, AbortError when stopped.
 */
export async function answerTo(question, { history, filters, signal, onPassages }) {
  const response = await post("/api/v1/ask?stream=1", { question, history, filters }, signal, {
    Accept: "text/event-stream, application/json",
    "Accept-Language": document.documentElement.lang,
  });
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    const body = await response.json();
    if (response.ok) return body;
    throw refusal(body);
  }
  for await (const { event, data } of events(response.body)) {
    if (event === "passages") onPassages(data.passages.length);
    else if (event === "done") return data;
    else if (event === "error" || event === "problem") throw refusal(data);
  }
  throw new TypeError("the stream ended before the answer was done");
}

/** What a language model makes of the passages, as the API tells it, without the answer that comes along. Throws as `answerTo` does. */
export async function composedFor(question, { history, filters }) {
  const response = await post("/api/v1/compose", { question, history, filters }, undefined, {
    "Accept-Language": document.documentElement.lang,
  });
  const body = await response.json();
  if (!response.ok) throw refusal(body);
  delete body.ask;
  return body;
}

/**
 * One turn as an element. The server sets it, for pages with and without scripts alike, and escapes whatever was typed.
 * Throws Refused where it does not know such an answer.
 */
export async function setTurn({ answer, filters, composed = null }) {
  const response = await post(`/fragment?lang=${document.body.dataset.lang}`, { answer, filters, composed });
  if (response.status === 422) throw new Refused("this answer is none of this version's");
  if (!response.ok) throw new TypeError(`the answer could not be set: ${response.status}`);
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(parsed.querySelector(".turn"));
}

function refusal({ detail, errors = [] }) {
  return new Refused([detail, ...errors.map((error) => error.detail)].join(" "));
}

export function post(address, body, signal = undefined, headers = {}) {
  const all = { "Content-Type": "application/json", ...headers };
  return fetch(address, { method: "POST", headers: all, body: JSON.stringify(body), signal });
}

/** Server-sent events, as the HTML standard has them; lines that are comments keep the connection open, no more. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split(/\r?\n/);
      const field = (name) => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1));
      const data = field("data").join("\n");
      if (data) yield { event: field("event").at(-1)?.trim() ?? "message", data: JSON.parse(data) };
    }
  }
}
