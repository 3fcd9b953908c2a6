/** Promises of the filter's line: what each term means, and that what is not understood is said. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testCall } from "../margin/call-for-tests.ts";
import { readFilter } from "./call-filter.ts";
import { callOf, callParts } from "./calls-for-tests.ts";
import { explained, terms } from "./filter-terms.ts";

const place = { file: "lib/ask.py", line: 12, function: "Chat.ask" };
const call = testCall({
  number: 3,
  model: "anthropic/claude-sonnet-4.5",
  provider: "Anthropic",
  costUsd: "0.0100",
  promptTokens: 1200,
  ttftMs: 612,
  durationMs: 2530,
  responseBytes: 20_480,
  sentFrom: [place, { file: "main.py", line: 30, function: "<module>" }],
  finishReason: "tool_calls",
  repeats: 5,
});
const failed = testCall({
  number: 4,
  state: "failed",
  status: 429,
  model: "x/y:free",
  error: { code: "429", message: "Rate limit exceeded" },
});

describe("a term", () => {
  test.each([
    ["SONNET", true, false],
    ["limit", false, true],
    ['"Rate limit"', false, true],
    ["ask.py:12", true, false],
    ['"x/y:free"', false, true],
    ["x/y:free", false, true],
    ["model:claude", true, false],
    ["model=x/y:free", false, true],
    ["provider:anthropic", true, false],
    ["path:completions", true, true],
    ["status:429", false, true],
    ["status:4xx", false, true],
    ["status>=400", false, true],
    ["is:failed", false, true],
    ["-is:failed", true, false],
    ["is:repeated", true, false],
    ["is:slow", false, false],
    ["has:tools", true, false],
    ["has:error", false, true],
    ["line:12", true, false],
    ["line:30", true, false],
    ["line:10-20", true, false],
    ["file:ask", true, false],
    ["function:chat.ask", true, false],
    ["cost:0.01", true, false],
    ["cost>0.009", true, false],
    ["cost:>$0.01", false, false],
    ["cost>=0.01", true, false],
    ["in>1000", true, false],
    ["first<1s", true, false],
    ["duration:2s-3s", true, false],
    ["size>=20k", true, false],
    ["call:3", true, false],
    ["call:2..4", true, true],
    ["", true, true],
    ["cost:", true, true],
    ["model:claude -is:failed cost>0", true, false],
  ])("%s", (text, isIt, isTheOther) => {
    const { matches, problems } = readFilter(text);
    expect(problems).toEqual([]);
    expect([matches(call), matches(failed)]).toEqual([isIt, isTheOther]);
  });

  test("of the explanation is understood", () => {
    for (const [example] of explained) expect([example, readFilter(example).problems]).toEqual([example, []]);
  });

  test("of the explanation's words is understood", () => {
    const said = explained.map(([, says]) => says).join(" ");
    for (const term of said.match(/\b[a-z]+(?::|>=|>|<)[\w.-]+/g) ?? [])
      expect([term, readFilter(term).problems]).toEqual([term, []]);
    for (const name of Object.keys(terms)) expect(said + explained.join(" ")).toContain(name);
  });
});

describe("what is not understood is said in words, and the rest holds", () => {
  test.each([
    ["bogus:3", /“bogus” can't be asked for: there are model, provider, .* in quotes: "bogus:3"/],
    ["status:abc", /“status:abc”: status takes an HTTP status such as 429, or 4xx/],
    ["cost>much", /cost takes a price in USD/],
    ["is:wrong", /is takes one of failed, ok, /],
    ["line:x", /line takes a number/],
    ["duration>2h", /duration takes a time/],
    ["size>2t", /size takes a size/],
    ["model>3", /model is a text/],
    ["has:constructor", /has takes one of cost/],
    ["constructor:1", /“constructor” can't be asked for/],
  ])("%s", (text, says) => {
    const { problems, matches } = readFilter(`${text} is:failed`);
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect([matches(call), matches(failed)]).toEqual([false, true]);
  });
});

const words = [
  "is:failed",
  "-is:live",
  "cost>0.05",
  "in:1-3",
  "sonnet",
  "has:line",
  "-duration<500",
  "line:3",
  "nope:1",
  '"a b"',
];
const word = fc.constantFrom(...words);

test("any text is read, and asks either something or nothing", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((all) => all.join(" ")),
      ),
      callParts,
      (text, parts) => {
        const { matches, problems } = readFilter(text);
        expect(typeof matches(callOf(1, parts))).toBe("boolean");
        for (const problem of problems) expect(problem).toMatch(/\.$/);
      },
    ),
  );
});

test("terms beside each other all hold, and a minus turns one round", () => {
  fc.assert(
    fc.property(word, word, callParts, (one, other, parts) => {
      const it = callOf(1, parts);
      const holds = (text: string): boolean => readFilter(text).matches(it);
      expect(holds(`${one} ${other}`)).toBe(holds(one) && holds(other));
      // What is not understood, or turned already, is nothing to turn.
      fc.pre(!one.startsWith("-") && readFilter(one).problems.length === 0);
      expect(holds(`-${one}`)).toBe(!holds(one));
    }),
  );
});

test("quotes take every meaning from what they hold", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((text) => !text.includes('"') && text.trim() !== ""),
      (text) => {
        const { matches, problems } = readFilter(`"${text}"`);
        expect(problems).toEqual([]);
        expect(matches(testCall({ model: `before ${text} after` }))).toBe(true);
      },
    ),
  );
});
