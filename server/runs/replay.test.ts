/** A run that has ended is told again from the store as it was told live: output, notes and results in one order. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunEvent } from "../../contract/events.ts";
import { opened, someone } from "../store/both-databases.ts";
import type { Store } from "../store/open-store.ts";
import { sampleCall, sampleResult, sampleRun } from "../store/sample-rows.ts";
import { createFollowing } from "./following.ts";
import { LateCalls } from "./late-calls.ts";

let store: Store;
beforeAll(async () => {
  store = await opened("sqlite::memory:");
});
afterAll(() => store.close());

const ann = someone();
const run = sampleRun(ann);

/** All that a reader is handed after this number, and the number at which it has caught up. */
async function told(after: number): Promise<{ readonly events: RunEvent[]; readonly n: number }> {
  const events: RunEvent[] = [];
  const n = await new Promise<number>((resolve, reject) => {
    const following = createFollowing({
      runs: store.runs,
      results: store.results,
      calls: store.calls,
      late: new LateCalls(),
      now: () => 0,
      live: () => undefined,
      failed: reject,
    });
    void following.follow(ann, run.id, after, {
      events: async (batch) => void events.push(...batch),
      caughtUp: async (at) => resolve(at),
    });
  });
  return { events, n };
}

test("all of it comes back in the order of its numbers, from any of them", async () => {
  await store.runs.create(run);
  const piece = (n: number, stream: "stdout" | "note", size: number) => ({
    n,
    at: n,
    stream,
    bytes: Buffer.alloc(size, "x"),
  });
  // Larger than one batch, so that results fall between batches and within one.
  await store.runs.appendOutput(run.id, [
    piece(2, "stdout", 200_000),
    piece(4, "note", 5),
    piece(7, "stdout", 200_000),
    piece(9, "stdout", 1),
  ]);
  for (const [at, n] of [3, 5, 6, 10, 11].entries())
    await store.results.add(sampleResult(run.id, at + 1, { n }), at === 0 ? null : Uint8Array.of(1));
  await store.calls.create(sampleCall(run, 1));

  const whole = await told(0);
  expect(whole.events.map(({ n, type }) => `${n} ${type}`)).toEqual([
    "2 output",
    "3 result",
    "4 note",
    "5 result",
    "6 result",
    "7 output",
    "9 output",
    "10 result",
    "11 result",
    "12 call",
    "13 run",
  ]);
  expect(whole.n).toBe(13);
  expect(
    whole.events.flatMap((event) =>
      event.type === "result" ? [[event.result.number, event.result.kept]] : [],
    ),
  ).toEqual([
    [1, false],
    [2, true],
    [3, true],
    [4, true],
    [5, true],
  ]);
  for (const after of [1, 3, 5, 8, 10])
    expect((await told(after)).events.map(({ n }) => n)).toEqual(
      whole.events.map(({ n }) => n).filter((n) => n > after),
    );
});
