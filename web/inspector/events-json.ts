/** A stream's events as one JSON list, so that they can be read as a tree: each value stays as it came. Pure. */
import type { StreamEvent } from "../../contract/calls.ts";
import { parsed } from "../recorded/json-values.ts";

/** Data that is JSON stands as it came, other data and the end mark as texts; comments and names of events are left out. */
export function eventsAsJson(events: readonly StreamEvent[]): string {
  const entries = events
    .filter(({ kind }) => kind === "data" || kind === "end")
    .map(({ text }) => (parsed(text) === undefined ? JSON.stringify(text) : text));
  return `[${entries.join(",")}]`;
}
