/** How calls end, as a table: state and price, for every way an exchange can end. */
import { expect, test } from "vitest";
import { nothingYet, type Meaning } from "./reply-meaning.ts";
import { settle, type Ending, type Exchange } from "./settle.ts";

const whole: Ending = { kind: "whole" };
const left: Ending = { kind: "left", message: "gone" };
const broken: Ending = { kind: "broken", message: "broke" };
const failed = (code: "unreachable" | "timed-out" | "bad-reply" | "no-key"): Ending => ({
  kind: "no-reply",
  failure: { code, message: code },
});
const priced: Partial<Meaning> = { costText: "0.25" };
const error: Partial<Meaning> = { error: { code: "502", message: "no" } };

function end(ending: Ending, meaning: Partial<Meaning> = {}, more: Partial<Exchange> = {}): string {
  const outcome = settle({
    ending,
    status: 200,
    meaning: { ...nothingYet(), ...meaning },
    costs: true,
    ended: false,
    ...more,
  });
  expect(outcome.costPicoUsd === null).toBe(outcome.costText === null);
  return [outcome.state, outcome.error?.code, outcome.costText].filter((part) => part != null).join(" ");
}
const free = { costs: false };

test("a whole reply is done with its price, unknown without, failed with an error", () => {
  expect(end(whole, priced)).toBe("done 0.25");
  expect(end(whole, { costText: "0" })).toBe("done 0");
  expect(end(whole)).toBe("unknown unpriced");
  expect(end(whole, {}, free)).toBe("done");
  expect(end(whole, error)).toBe("failed 502");
  expect(end(whole, { ...error, ...priced })).toBe("failed 502 0.25");
  expect(end(whole, {}, { status: 503 })).toBe("failed 503");
  expect(end(whole, {}, { status: 307, costs: false })).toBe("done");
});

test("a price that can't be is none, and says so", () => {
  for (const costText of ["-0.1", "1e400", "9999999999", `0.${"1".repeat(70)}`])
    expect(end(whole, { costText })).toBe("unknown unpriced");
});

test("only what is charged for is priced, so a job that is asked for twice is not counted twice", () => {
  expect(end(whole, priced, free)).toBe("done");
});

test("a break or a program that left is unknown, unless the price was told or there is none", () => {
  expect(end(broken)).toBe("unknown broken-off");
  expect(end(broken, priced)).toBe("failed broken-off 0.25");
  expect(end(broken, {}, free)).toBe("failed broken-off");
  expect(end(left)).toBe("unknown program-left");
  expect(end(left, {}, { status: null })).toBe("unknown program-left");
  expect(end(left, priced)).toBe("done 0.25");
  expect(end(left, {}, { ended: true })).toBe("unknown program-left");
  expect(end(left, {}, free)).toBe("failed program-left");
  expect(end(left, error)).toBe("failed 502");
});

test("without a reply: failed when nothing can have been spent, unknown when it can", () => {
  expect(end(failed("unreachable"), {}, { status: 502 })).toBe("failed unreachable");
  expect(end(failed("no-key"), {}, { status: 401 })).toBe("failed no-key");
  expect(end(failed("timed-out"), {}, { status: 504 })).toBe("unknown timed-out");
  expect(end(failed("bad-reply"), {}, { status: 502 })).toBe("unknown bad-reply");
  expect(end(failed("bad-reply"), {}, { status: 502, costs: false })).toBe("failed bad-reply");
  expect(end({ kind: "refused", message: "no" }, {}, { status: 403, costs: false })).toBe("failed refused");
});
