/** Calls of every kind, made by chance, for the promises of the list. */
import * as fc from "fast-check";
import type { Call } from "../../contract/calls.ts";
import type { CallId } from "../../contract/ids.ts";
import { testCall } from "../margin/call-for-tests.ts";

const known = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const place = fc.record({
  file: fc.constantFrom("main.py", "lib/ask.py"),
  line: fc.integer({ min: 1, max: 30 }),
  function: fc.constantFrom("<module>", "ask"),
});

/** What may change while a call goes on. */
export const callParts: fc.Arbitrary<Partial<Call>> = fc.record({
  state: fc.constantFrom("open", "streaming", "done", "failed", "unknown"),
  model: known(fc.constantFrom("openai/gpt-4o-mini", "anthropic/claude-sonnet-4.5", "x/y:free")),
  status: known(fc.constantFrom(200, 402, 429, 502)),
  promptTokens: known(fc.nat(5)),
  completionTokens: known(fc.nat(5)),
  costUsd: known(fc.constantFrom("0", "0.1", "0.10", "0.000000000001", "2")),
  ttftMs: known(fc.nat(900)),
  durationMs: known(fc.nat(2_000)),
  finishReason: known(fc.constantFrom("stop", "tool_calls")),
  sentFrom: known(fc.array(place, { maxLength: 2 })),
  retryOf: known(fc.constantFrom(1, 2)),
  repeats: fc.nat(6),
  simulated: fc.boolean(),
});

export const callOf = (number: number, parts: Partial<Call>): Call =>
  testCall({ ...parts, number, id: `call${String(number).padStart(16, "0")}` as CallId });

export const someCalls: fc.Arbitrary<readonly Call[]> = fc
  .array(callParts, { maxLength: 30 })
  .map((all) => all.map((parts, index) => callOf(index + 1, parts)));
