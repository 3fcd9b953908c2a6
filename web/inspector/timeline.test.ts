/** Promises of the event timeline: what an event holds, which pauses stand out, and how fast the answer came. */
import { expect, test } from "vitest";
import type { StreamEvent } from "../../contract/calls.ts";
import {
  gapBefore,
  generatedCharacters,
  holdingOf,
  kindCounts,
  longGapMs,
  speedOver,
  type Speed,
} from "./timeline.ts";

const data = (atMs: number, value: unknown): StreamEvent => ({
  atMs,
  kind: "data",
  text: JSON.stringify(value),
});
const said = (atMs: number, content: string): StreamEvent =>
  data(atMs, { choices: [{ index: 0, delta: { content } }] });

const speedOf = (events: readonly StreamEvent[], tokens: number | null): Speed | null =>
  speedOver(events, events.map(generatedCharacters), tokens);

test("what an event holds is told in words on every surface", () => {
  const held = (value: unknown): string => holdingOf(JSON.stringify(value));
  expect(held({ choices: [{ delta: { content: "x", role: "assistant" } }] })).toBe("text");
  expect(held({ choices: [{ delta: { content: "", reasoning: "x" } }] })).toBe("reasoning");
  expect(held({ choices: [{ delta: { content: "", tool_calls: [{}] }, finish_reason: "tool_calls" }] })).toBe(
    "tool call, finish",
  );
  expect(held({ choices: [], usage: {} })).toBe("usage");
  expect(held({ choices: [], error: { message: "x" } })).toBe("error");
  expect(held({ type: "response.output_text.delta", delta: "x" })).toBe("output_text.delta");
  expect(held({ type: "content_block_delta", delta: {} })).toBe("content_block_delta");
  expect([holdingOf("[DONE]"), holdingOf(""), held([1])]).toEqual(["", "", ""]);
});

test("what is generated counts once, on every surface", () => {
  const count = (value: unknown): number => generatedCharacters(data(0, value));
  expect(count({ choices: [{ delta: { content: "abc" } }, { delta: { reasoning: "de" } }] })).toBe(5);
  expect(count({ choices: [{ delta: { tool_calls: [{ function: { arguments: "{}" } }] } }] })).toBe(2);
  expect(count({ choices: [{ text: "abc" }] })).toBe(3);
  expect(count({ type: "response.output_text.delta", delta: "abc" })).toBe(3);
  expect(count({ type: "response.output_text.done", text: "abc" })).toBe(0);
  expect(count({ type: "content_block_delta", delta: { type: "text_delta", text: "abc" } })).toBe(3);
  expect(count({ type: "message_delta", delta: { stop_reason: "end_turn" } })).toBe(0);
});

test("a pause stands out against the stream's own pace", () => {
  const events = [0, 20, 40, 60, 900, 920].map((atMs) => said(atMs, "a"));
  const long = longGapMs(events);
  expect(events.map((_, index) => gapBefore(events, index) >= long)).toEqual([
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
  // Where every event takes a second, none stands out.
  expect(longGapMs([0, 1000, 2000, 3000].map((atMs) => said(atMs, "a")))).toBeGreaterThan(1000);
  expect(longGapMs([])).toBe(200);
});

test("the tokens of the answer are shared out over its time", () => {
  const events = [
    said(100, "aaaa"),
    said(600, "aaaa"),
    { atMs: 700, kind: "comment" as const, text: "" },
    said(1100, "aaaa"),
  ];
  const speed = speedOf(events, 6);
  expect(speed).toMatchObject({ fromMs: 100, toMs: 1100, unit: "tokens", average: 6 });
  const partSeconds = 1 / (speed?.rates.length ?? 0);
  expect(speed?.rates.reduce((sum, rate) => sum + rate * partSeconds, 0)).toBeCloseTo(6);
  expect(speedOf(events, null)).toMatchObject({ unit: "characters", average: 12 });
});

test("an answer that came at one moment, or held nothing, has no speed", () => {
  expect(speedOf([said(5, "a"), said(5, "b")], 2)).toBeNull();
  expect(speedOf([], 2)).toBeNull();
  expect(speedOf([{ atMs: 1, kind: "comment", text: "x" }], 2)).toBeNull();
});

test("kinds are counted", () => {
  const events: StreamEvent[] = [said(1, "a"), { atMs: 2, kind: "end", text: "[DONE]" }];
  expect(kindCounts(events)).toEqual({ data: 1, comment: 0, event: 0, end: 1 });
});
