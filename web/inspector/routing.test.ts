/** Promises of the routing: what was asked, what was told, and no word of what was not. */
import { expect, test } from "vitest";
import type { CallRecord } from "../../contract/calls.ts";
import { routingOf } from "./routing.ts";

const record = (parts: {
  request?: unknown;
  reply?: unknown;
  events?: readonly unknown[];
  sent?: [string, string][];
  got?: [string, string][];
}): CallRecord =>
  ({
    call: { path: "/api/v1/chat/completions", model: "a/b", provider: "Acme" },
    request: { headers: parts.sent ?? [], text: JSON.stringify(parts.request ?? {}), cut: false },
    response: { headers: parts.got ?? [], text: JSON.stringify(parts.reply ?? {}), cut: false },
    events: (parts.events ?? []).map((event) => ({ atMs: 0, kind: "data", text: JSON.stringify(event) })),
    answer: null,
    bill: null,
  }) as unknown as CallRecord;

const metadata = {
  requested: "a/auto",
  strategy: "fallback",
  region: "iad",
  attempt: 2,
  is_byok: false,
  endpoints: { total: 2, available: [{ provider: "Acme", model: "a/b", selected: true }] },
  attempts: [
    { provider: "Down", model: "a/b", status: 503 },
    { provider: "Acme", model: "a/b", status: 200 },
  ],
  pipeline: [{ type: "guardrail", name: "pii", summary: "2 masked", cost_usd: 0.007 }],
};

test("fallbacks, preferences and plugins that the request named", () => {
  const { asked } = routingOf(
    record({
      request: {
        model: "a/auto",
        models: ["a/b", "c/d"],
        provider: { order: ["x", "y"], allow_fallbacks: false, max_price: { prompt: 1 }, newer: 1 },
        plugins: [{ id: "web" }],
      },
      sent: [["X-OpenRouter-Metadata", "enabled"]],
    }),
  );
  expect(asked).toEqual([
    { name: "Model", value: "a/auto" },
    { name: "Fallback models", value: "a/b, c/d" },
    { name: "Providers, in this order", value: "x, y" },
    { name: "Other providers when these fail", value: "no" },
    { name: "Highest price per million", value: "prompt 1" },
    { name: "newer", value: "1" },
    { name: "Plugins", value: "web" },
    { name: "Router metadata", value: "enabled" },
  ]);
});

test("the router's own account, from a whole reply or a stream's last event", () => {
  for (const holder of [
    { reply: { openrouter_metadata: metadata, service_tier: "flex" } },
    { events: [{ service_tier: "flex" }, { type: "message_stop", openrouter_metadata: metadata }, { x: 1 }] },
  ]) {
    const { told, answered } = routingOf(record(holder));
    expect(told?.attempts).toEqual([
      { provider: "Down", model: "a/b", status: "503", selected: false },
      { provider: "Acme", model: "a/b", status: "200", selected: false },
    ]);
    expect(told?.available).toMatchObject([{ provider: "Acme", selected: true }]);
    expect(told?.pipeline).toEqual([
      { type: "guardrail", name: "pii", summary: "2 masked", costUsd: "0.007" },
    ]);
    expect(answered).toContainEqual({ name: "Service tier", value: "flex" });
  }
});

test("what was not told is null, and what failed before is named", () => {
  const { told, answered } = routingOf(
    record({
      reply: {
        error: {
          message: "x",
          metadata: { reasons: ["violence"], previous_errors: [{ provider: "Down", status: 503 }] },
        },
      },
      got: [["X-OpenRouter-Cache-Status", "HIT"]],
    }),
  );
  expect(told).toBeNull();
  expect(answered).toEqual([
    { name: "Model", value: "a/b" },
    { name: "Provider", value: "Acme" },
    { name: "Failed before", value: "Down 503" },
    { name: "Flagged by moderation", value: "violence" },
    { name: "Response cache", value: "HIT" },
  ]);
});
