// Sends SQL, and gives what comes back line by line; see grader/desk/work/asking.py for the lines.
import { trouble } from "../desk.js";
import { say } from "./words.js";

const refused = (kind, sentence) => ({ error: { kind, sentence, detail: "", line: 0, column: 0 } });

/**
 * Runs a query. Whoever stops by `signal`, or loses the connection, gets an error as the last line.
 * @param {string} sql
 * @param {AbortSignal} signal
 */
export async function* ask(sql, signal) {
  try {
    const answer = await fetch("/api/query", { method: "POST", body: JSON.stringify({ sql }), signal });
    if (!answer.ok) {
      yield refused("refused", await trouble(answer));
      return;
    }
    let ended = false;
    for await (const line of linesOf(answer.body)) {
      ended ||= "end" in line || "error" in line;
      yield line;
    }
    if (!ended) yield refused("lost", say("lost"));
  } catch (error) {
    yield signal.aborted ? refused("stopped", say("stopped")) : refused("lost", say("lost"));
    if (!signal.aborted && !(error instanceof TypeError)) throw error;
  }
}

async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    for (const line of lines) yield JSON.parse(line);
  }
}
