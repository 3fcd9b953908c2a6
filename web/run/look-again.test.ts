/** Which prices may still be learnt: the server asks for a day, by the generation's id. */
import { expect, test } from "vitest";
import { testCall } from "../margin/call-for-tests.ts";
import { isLearnable, pauses } from "./look-again.ts";

const unknown = testCall({ state: "unknown", generationId: "gen-1" });
const now = Date.parse(unknown.startedAt) + 60_000;

test("a price may be learnt while it is unknown and the generation is young", () => {
  expect(isLearnable(unknown, now)).toBe(true);
  expect(isLearnable(unknown, now + 25 * 3_600_000)).toBe(false);
  expect(isLearnable({ ...unknown, generationId: null }, now)).toBe(false);
  expect(isLearnable({ ...unknown, state: "done", costUsd: "0.1" }, now)).toBe(false);
});

test("the pauses grow, and end", () => {
  expect([...pauses].sort((one, other) => one - other)).toEqual(pauses);
  expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(25 * 60_000);
});
