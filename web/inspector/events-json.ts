/** A stream's events as one JSON list, so that they can be read as a tree: each value stays as it came. Pure. */
import type { StreamEvent } from "../../contract/calls.ts";

/**
 * Data that is JSON stands as it came, other data and the end mark as texts; comments and names of events are left out. `values` are
 * those of the events, undefined where one is no JSON.
 */
export function eventsAsJson(events: readonly StreamEvent[], values: readonly unknown[]): string {
  const entries = events.flatMap(({ kind, text }, index) => {
    if (kind !== "data" && kind !== "end") return [];
    return [values[index] === undefined ? JSON.stringify(text) : text];
  });
  return `[${entries.join(",")}]`;
}
