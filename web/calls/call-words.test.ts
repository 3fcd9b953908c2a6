/** Promises of what a call is called. */
import { expect, test } from "vitest";
import { nameOf, speedOf, statusOf } from "./call-words.ts";

const error = { code: "502", message: "Provider disconnected" };
const overBudget = { code: "over-budget", message: "The ceiling is $1" };

test.each([
  [{ state: "open", status: null, error: null }, "live", "waiting", /no reply yet/],
  [{ state: "streaming", status: 200, error: null }, "live", "streaming", /arriving/],
  [{ state: "done", status: 200, error: null }, "ok", "200", /whole/],
  [{ state: "unknown", status: 200, error: { code: "unpriced", message: "" } }, "warn", "200", /not tell/],
  [{ state: "unknown", status: 200, error: null }, "warn", "broken off", /before its price/],
  [{ state: "failed", status: 429, error: { code: "429", message: "Slow down" } }, "bad", "429", /Slow down/],
  [{ state: "failed", status: 200, error }, "bad", "failed", /HTTP 200, then it failed: Provider disc/],
  [{ state: "failed", status: 402, error: overBudget }, "bad", "over budget", /^HTTP 402: The ceiling/],
  [{ state: "unknown", status: 200, error: overBudget }, "bad", "over budget", /^HTTP 200: The ceiling/],
  [{ state: "failed", status: null, error: null }, "bad", "failed", /^No reply came$/],
] as const)("%j is shown as %s %s", (call, kind, text, title) => {
  expect(statusOf(call)).toMatchObject({ kind, text });
  expect(statusOf(call).title).toMatch(title);
});

test("a call is named after its model, else after what was asked for", () => {
  const call = { model: "a/b", method: "GET", path: "/api/v1/models?q=x" };
  expect(nameOf(call)).toBe("a/b");
  expect(nameOf({ ...call, model: null })).toBe("GET /api/v1/models");
});

test("the speed is that of the streaming alone, and not told without its parts", () => {
  expect(speedOf({ completionTokens: 186, ttftMs: 612, durationMs: 2530 })).toBeCloseTo(96.98, 1);
  expect(speedOf({ completionTokens: 186, ttftMs: null, durationMs: 2530 })).toBeNull();
  expect(speedOf({ completionTokens: 1, ttftMs: 90, durationMs: 90 })).toBeNull();
});
