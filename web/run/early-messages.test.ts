/** Nothing that is told before the answer to a start is lost, and nothing is kept for ever. */
import { expect, test } from "vitest";
import type { RunId } from "../../contract/ids.ts";
import { createEarlyMessages, type RunMessage } from "./early-messages.ts";

const message = (n: number): RunMessage => ({ type: "caught-up", runId: "0".repeat(20) as RunId, n });

test("what comes while a start is under way is handed over in order, once", () => {
  const early = createEarlyMessages();
  early.add(message(1));
  early.gather();
  early.add(message(2));
  early.add(message(3));
  expect(early.take()).toEqual([message(2), message(3)]);
  early.add(message(4));
  expect(early.take()).toEqual([]);
});

test("too much is let go, and says so until the next start", () => {
  const early = createEarlyMessages();
  early.gather();
  for (let n = 0; n < 1_000; n++) early.add(message(n));
  expect(early.take()).toBeNull();
  early.gather();
  expect(early.take()).toEqual([]);
});
