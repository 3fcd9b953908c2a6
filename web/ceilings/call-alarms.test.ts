/** Loops and stopped calls are told in words, once each. */
import { expect, test } from "vitest";
import { limits } from "../../contract/limits.ts";
import { testCall } from "../margin/call-for-tests.ts";
import { callAlarms } from "./call-alarms.ts";

const error = (code: string) => ({ code, message: "" });

test("a request that was sent again too often is an alarm, with how often", () => {
  const calls = Array.from({ length: limits.repeatsAlarm + 1 }, (_, repeats) =>
    testCall({ number: repeats + 1, repeats }),
  );
  expect(callAlarms(calls.slice(0, -1))).toEqual([]);
  expect(callAlarms(calls)).toMatchObject([
    { kind: "repeats", call: 6, says: "The very same request was sent 6 times." },
  ]);
});

test("what a ceiling stopped is told by the first such call", () => {
  const over = (number: number) => testCall({ number, state: "failed", error: error("over-budget") });
  const untold = testCall({ number: 9, state: "failed", error: error("price-unknown") });
  expect(callAlarms([testCall(), over(3)])[0]?.says).toBe("A ceiling stopped call 3.");
  expect(callAlarms([over(3), over(4), untold]).map(({ says }) => says)).toEqual([
    "A ceiling stopped call 3 and 1 more.",
    "Call 9 was not sent: nobody tells what it may cost.",
  ]);
  expect(callAlarms([testCall({ state: "failed", error: error("402") })])).toEqual([]);
});
