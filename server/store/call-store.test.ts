/** What the store promises of calls and their recordings, on both databases. */
import { expect, test } from "vitest";
import { CallState } from "../../contract/calls.ts";
import type { CallRow, ListedCall, Recording } from "./call-store.ts";
import { oddText, onBothDatabases, someone } from "./both-databases.ts";
import type { RunRow } from "./run-store.ts";
import { sampleCall, sampleRun } from "./sample-rows.ts";

const recording: Recording = {
  requestHeaders: [
    ["Content-Type", "application/json"],
    ["x-odd", oddText],
    ["x-odd", "twice"],
  ],
  requestBody: Uint8Array.from({ length: 256 }, (_, i) => i),
  responseHeaders: [],
  responseBody: new TextEncoder().encode(`data: ${oddText}\n\n`),
  arrivals: [
    [10, 0.5],
    [4_000_000, 1234.25],
  ],
};
const plain = (found: Recording | null | undefined) =>
  found === null || found === undefined
    ? null
    : { ...found, requestBody: [...found.requestBody], responseBody: [...found.responseBody] };

function listed(row: CallRow): ListedCall {
  const { bill, ...rest } = row;
  expect(bill).toBe(row.bill);
  return rest;
}

onBothDatabases(({ store }) => {
  const addedRun = async (): Promise<RunRow> => {
    const row = sampleRun(someone());
    await store().runs.create(row);
    return row;
  };

  test("a call comes back to the letter and to the last digit", async () => {
    const run = await addedRun();
    const row = sampleCall(run, 1, {
      path: `/api/v1/models?q=${oddText}`,
      model: oddText,
      provider: oddText,
      stream: true,
      promptTokens: 12,
      completionTokens: 0,
      costPicoUsd: 2n ** 63n - 1n,
      costText: "9223372.036854775807",
      queuedMs: 0.123456789,
      ttftMs: 12.345678901,
      durationMs: 0,
      startMs: 0.1,
      generationId: "gen-1",
      finishReason: "stop",
      errorCode: "429",
      errorMessage: oddText,
      requestBytes: 1,
      responseBytes: 2 ** 40,
      recordingCut: true,
      simulated: true,
      reservedPicoUsd: 2n ** 60n,
      repeats: 7,
      sentFrom: oddText,
      retryOf: 1,
      bill: oddText,
    });
    await store().calls.create(row);
    expect(await store().calls.list(run.ownerId, run.id)).toEqual([listed(row)]);
    expect(await store().calls.find(run.ownerId, run.id, 1)).toEqual({ row, recording: null });
  });

  test("an update changes what it names and nothing else; a cost of zero is not an unknown one", async () => {
    const run = await addedRun();
    const row = sampleCall(run, 1, { state: "open", status: null });
    await store().calls.create(row);
    const change = { state: "done", status: 200, costPicoUsd: 0n, costText: "0", stream: true } as const;
    await store().calls.update(row.id, change);
    await store().calls.update(row.id, {});
    expect((await store().calls.find(run.ownerId, run.id, 1))?.row).toEqual({ ...row, ...change });
  });

  test("calls are listed in their order within the run", async () => {
    const run = await addedRun();
    for (const number of [3, 1, 2]) await store().calls.create(sampleCall(run, number));
    expect((await store().calls.list(run.ownerId, run.id)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test("two calls of one run can't have the same number, and none can be of a run that is not there", async () => {
    const run = await addedRun();
    await store().calls.create(sampleCall(run, 1));
    await expect(store().calls.create(sampleCall(run, 1))).rejects.toThrow(/unique/i);
    await expect(store().calls.create(sampleCall(sampleRun(someone()), 1))).rejects.toThrow(/foreign key/i);
  });

  test("an end comes with its recording, byte for byte; the second one changes neither", async () => {
    const run = await addedRun();
    const row = sampleCall(run, 1, { state: "open" });
    await store().calls.create(row);
    await store().calls.finish(row.id, { state: "done" }, recording);
    const found = await store().calls.find(run.ownerId, run.id, 1);
    expect(plain(found?.recording)).toEqual(plain(recording));
    expect(found?.row.state).toBe("done");
    const other = { ...recording, responseBody: Uint8Array.of(7), arrivals: [] };
    await expect(store().calls.finish(row.id, { state: "failed" }, other)).rejects.toThrow(/unique/i);
    const after = await store().calls.find(run.ownerId, run.id, 1);
    expect([after?.row.state, plain(after?.recording)]).toEqual(["done", plain(recording)]);
  });

  test("another owner's calls are as good as missing", async () => {
    const run = await addedRun();
    await store().calls.create(sampleCall(run, 1));
    const bea = someone();
    expect(await store().calls.list(bea, run.id)).toEqual([]);
    expect(await store().calls.find(bea, run.id, 1)).toBeNull();
    expect(await store().calls.find(run.ownerId, run.id, 2)).toBeNull();
  });

  test("what a server that went away left open is unknown, never free", async () => {
    const run = await addedRun();
    const rows: CallRow[] = [];
    for (const [i, state] of CallState.options.entries()) rows.push(sampleCall(run, i + 1, { state }));
    for (const row of rows) await store().calls.create(row);
    expect(await store().calls.settleUnfinished("The server went away.")).toBe(2);
    const after = await store().calls.list(run.ownerId, run.id);
    const unknown = {
      state: "unknown",
      errorCode: "lost",
      errorMessage: "The server went away.",
      costPicoUsd: null,
    };
    expect(after.slice(0, 2)).toEqual(rows.slice(0, 2).map((row) => ({ ...listed(row), ...unknown })));
    expect(after.slice(2)).toEqual(rows.slice(2).map(listed));
    expect(await store().runs.find(run.ownerId, run.id)).toMatchObject({ unknownCostCalls: 3 });
  });

  test("an unknown price is written once, and never over one that is known", async () => {
    const run = await addedRun();
    const row = sampleCall(run, 1, { state: "unknown", generationId: "gen-1" });
    await store().calls.create(row);
    const price = { state: "done", costPicoUsd: 5n, costText: "0.000000000005" } as const;
    expect(await store().calls.settleUnknown(row.id, price)).toBe(true);
    expect(await store().calls.settleUnknown(row.id, { ...price, costPicoUsd: 6n })).toBe(false);
    expect((await store().calls.find(run.ownerId, run.id, 1))?.row).toEqual({ ...row, ...price });
  });

  test("what can be looked up again: unknown, with a generation's id, real, and of that time", async () => {
    const run = await addedRun();
    const since = 1_900_000_000_000;
    const wanted = { state: "unknown", generationId: "gen-1", startedAt: since } as const;
    const rows = [
      sampleCall(run, 1, wanted),
      sampleCall(run, 2, { ...wanted, startedAt: since - 1 }),
      sampleCall(run, 3, { ...wanted, generationId: null }),
      sampleCall(run, 4, { ...wanted, state: "done" }),
      sampleCall(run, 5, { ...wanted, simulated: true }),
      sampleCall(run, 6, { ...wanted, startedAt: since + 1 }),
    ];
    for (const row of rows) await store().calls.create(row);
    const found = (await store().calls.unknownSince(since, 10)).filter(({ runId }) => runId === run.id);
    expect(found.map(({ number }) => number)).toEqual([6, 1]);
    expect(await store().calls.unknownSince(since, 1)).toHaveLength(1);
  });

  test("what counts against a ceiling: prices, and reservations of what is under way or unknown; removed runs stay in it", async () => {
    const run = await addedRun();
    const at = (number: number, change: Partial<CallRow>): CallRow =>
      sampleCall(run, number, { startedAt: 1_000 + number, reservedPicoUsd: 1_000n, ...change });
    const rows = [
      at(1, { costPicoUsd: 7n }),
      at(2, { state: "open" }),
      at(3, { state: "unknown" }),
      at(4, { state: "failed" }),
      at(5, { state: "failed", costPicoUsd: 30n }),
      at(6, { state: "unknown", reservedPicoUsd: null }),
      at(7, { costPicoUsd: 500_000n, simulated: true }),
    ];
    for (const row of rows) await store().calls.create(row);
    const held = (since: number): Promise<bigint> => store().calls.heldSince(run.ownerId, since);
    expect(await held(0)).toBe(2_037n);
    expect(await held(1_003)).toBe(1_030n);
    expect(await store().calls.heldSince(someone(), 0)).toBe(0n);
    expect(await store().runs.prune(run.ownerId, 0)).toBe(1);
    expect(await held(0)).toBe(2_037n);
    expect(await held(1_006)).toBe(2_037n);
    expect(await held(1_007)).toBe(0n);
  });
});
