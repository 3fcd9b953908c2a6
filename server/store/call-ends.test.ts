/** Ends that come together are written together; one that can't be written takes no other with it. */
import { expect, test } from "vitest";
import { newId } from "../new-id.ts";
import type { CallId } from "../../contract/ids.ts";
import { createCallEnds, type CallEnd } from "./call-ends.ts";
import { onBothDatabases, someone } from "./both-databases.ts";
import { sampleCall, sampleRun } from "./sample-rows.ts";

const endWith = (bytes: number): CallEnd => ({
  id: newId<CallId>(1),
  change: { state: "done" },
  recording: {
    requestHeaders: [],
    requestBody: new Uint8Array(),
    responseHeaders: [],
    responseBody: new Uint8Array(bytes),
    arrivals: [],
  },
});

test("what comes together is written at once, large ends do not wait, and no set grows without bound", async () => {
  const written: number[] = [];
  const end = createCallEnds(async (ends) => void written.push(ends.length));
  await Promise.all(Array.from({ length: 5 }, () => end(endWith(10))));
  expect(written).toEqual([5]);
  await end(endWith(2 * 1024 * 1024));
  await Promise.all(Array.from({ length: 65 }, () => end(endWith(1))));
  expect(written).toEqual([5, 1, 64, 1]);
});

onBothDatabases(({ store }) => {
  test("one that can't be written fails alone", async () => {
    const run = sampleRun(someone());
    await store().runs.create(run);
    const { recording } = endWith(3);
    const calls = [1, 2, 3].map((number) => sampleCall(run, number, { state: "open" }));
    for (const call of calls) await store().calls.create(call);
    await store().calls.finish(calls[1]!.id, { state: "failed" }, recording);
    const outcomes = await Promise.allSettled(
      calls.map(({ id }) => store().calls.finish(id, { state: "done", status: 200 }, recording)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const rows = await store().calls.list(run.ownerId, run.id);
    expect(rows.map(({ state }) => state)).toEqual(["done", "failed", "done"]);
  });
});
