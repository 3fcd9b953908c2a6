/** Packs events into messages of a size that a slow line can swallow between two signs of life. */
import type { RunEvent, SocketMessage } from "../../contract/events.ts";
import type { RunId } from "../../contract/ids.ts";

/** UTF-16 units; an event larger than this goes alone. */
const messageLength = 64 * 1024;

/** The same events in the same order, as JSON of `SocketMessage`s. */
export function* batches(runId: RunId, events: readonly RunEvent[]): Generator<string> {
  const [head, tail] = envelope(runId);
  let waiting: string[] = [];
  let length = 0;
  for (const event of events) {
    const text = JSON.stringify(event);
    if (waiting.length > 0 && length + text.length > messageLength) {
      yield head + waiting.join(",") + tail;
      waiting = [];
      length = 0;
    }
    waiting.push(text);
    length += text.length;
  }
  if (waiting.length > 0) yield head + waiting.join(",") + tail;
}

/** Each event is written as JSON once, whichever message it ends in. */
function envelope(runId: RunId): readonly [string, string] {
  const empty: SocketMessage = { type: "events", runId, events: [] };
  const text = JSON.stringify(empty);
  const at = text.lastIndexOf("]}");
  return [text.slice(0, at), text.slice(at)];
}
