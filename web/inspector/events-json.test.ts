/** A stream reads as a list without a value changed. */
import { expect, test } from "vitest";
import { eventValue } from "../conversation/read-conversation.ts";
import { eventsAsJson } from "./events-json.ts";

test("JSON stays as it came, everything else becomes a text, and comments are left out", () => {
  const events = [
    { atMs: 0, kind: "comment" as const, text: "wait" },
    { atMs: 1, kind: "event" as const, text: "ping" },
    { atMs: 1, kind: "data" as const, text: '{"cost":8.0e-8}' },
    { atMs: 2, kind: "data" as const, text: '{"cut' },
    { atMs: 3, kind: "end" as const, text: "[DONE]" },
  ];
  expect(eventsAsJson(events, events.map(eventValue))).toBe(String.raw`[{"cost":8.0e-8},"{\"cut","[DONE]"]`);
  expect(eventsAsJson([], [])).toBe("[]");
});
