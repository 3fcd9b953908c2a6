/** What the store promises of runs and their output, on both databases. */
import { expect, test } from "vitest";
import { endedStates, RunState } from "../../contract/runs.ts";
import type { OwnerId, RunId, SnippetId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import { oddText, onBothDatabases, someone } from "./both-databases.ts";
import type { OutputChunk, RunRow } from "./run-store.ts";
import { sampleCall, sampleRun } from "./sample-rows.ts";

const noCalls = { callCount: 0, costPicoUsd: 0n, unknownCostCalls: 0, overBudgetAt: null };
const chunk = (n: number, size: number, fill = n): OutputChunk => ({
  n,
  at: 1_800_000_000_000 + n,
  stream: n % 2 === 0 ? "stderr" : "stdout",
  bytes: Uint8Array.from({ length: size }, () => fill & 0xff),
});
const plain = (chunks: readonly OutputChunk[]) =>
  chunks.map((chunk) => ({ ...chunk, bytes: [...chunk.bytes] }));

onBothDatabases(({ store }) => {
  const added = async (ownerId: OwnerId, change: Partial<RunRow> = {}): Promise<RunRow> => {
    const row = sampleRun(ownerId, change);
    await store().runs.create(row);
    return row;
  };

  test("a run comes back to the letter, with what its calls cost", async () => {
    const row = sampleRun(someone(), {
      snippetId: newId<SnippetId>(1),
      code: oddText,
      args: [oddText, "", "--x=1"],
      model: "a/b",
      reason: oddText,
      exitCode: 255,
      signal: "SIGKILL",
      startedAt: 1,
      endedAt: 2,
      wallMs: 1234.5,
      cpuMs: 0.25,
      peakBytes: 2 ** 40,
      simulated: true,
    });
    expect(await store().runs.create(row)).toEqual({ row, isNew: true });
    expect(await store().runs.find(row.ownerId, row.id)).toEqual({ ...row, ...noCalls });
  });

  test("pressing Run twice with one key is one run, however close together", async () => {
    const ann = someone();
    const rows = Array.from({ length: 12 }, (_, i) =>
      sampleRun(ann, { idempotencyKey: "same", code: `${i}` }),
    );
    const created = await Promise.all(rows.map((row) => store().runs.create(row)));
    expect(created.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(created.map(({ row }) => row.id)).size).toBe(1);
    expect(await store().runs.list(ann, 10)).toHaveLength(1);
    const bea = await store().runs.create(sampleRun(someone(), { idempotencyKey: "same" }));
    expect(bea.isNew).toBe(true);
  });

  test("the list has the owner's newest first, and leaves out what can be large", async () => {
    const ann = someone();
    const rows = [await added(ann), await added(ann), await added(ann)];
    await added(someone());
    const listed = await store().runs.list(ann, 2);
    expect(listed.map((row) => row.id)).toEqual([rows[2]!.id, rows[1]!.id]);
    const { code: _code, args: _args, ...summary } = rows[2]!;
    expect(listed[0]).toEqual({ ...summary, ...noCalls });
  });

  test("costs are summed exactly, and a call that nobody told the price of is counted, not taken as free", async () => {
    const ann = someone();
    const run = await added(ann);
    const costs = [1n, 9_007_199_254_740_993n, 250_000_000n];
    for (const [i, costPicoUsd] of costs.entries())
      await store().calls.create(sampleCall(run, i + 1, { costPicoUsd }));
    await store().calls.create(sampleCall(run, 4, { state: "unknown" }));
    await store().calls.create(sampleCall(run, 5, { state: "failed" }));
    await store().calls.create(sampleCall(run, 6, { state: "done", method: "GET", path: "/api/v1/models" }));
    const sums = {
      callCount: 6,
      costPicoUsd: 9_007_199_504_740_994n,
      unknownCostCalls: 1,
      overBudgetAt: null,
    };
    expect(await store().runs.find(ann, run.id)).toEqual({ ...run, ...sums });
    expect((await store().runs.list(ann, 1))[0]).toMatchObject(sums);
  });

  test("an update changes what it names and nothing else", async () => {
    const ann = someone();
    const row = await added(ann, { state: "queued" });
    await store().runs.update(row.id, { state: "failed", reason: oddText, exitCode: 1, simulated: true });
    await store().runs.update(row.id, {});
    const changed = { state: "failed", reason: oddText, exitCode: 1, simulated: true };
    expect(await store().runs.find(ann, row.id)).toEqual({ ...row, ...changed, ...noCalls });
  });

  test("another owner's run is as good as missing", async () => {
    const row = await added(someone());
    const bea = someone();
    expect(await store().runs.find(bea, row.id)).toBeNull();
    expect(await store().runs.list(bea, 10)).toEqual([]);
  });

  test("after a restart, what had not ended is lost and says so", async () => {
    const ann = someone();
    const rows = [];
    for (const state of RunState.options) rows.push(await added(ann, { state, endedAt: null, reason: null }));
    const unended = rows.filter((row) => !endedStates.has(row.state));
    expect(await store().runs.loseUnfinished("the server restarted", 99)).toBe(unended.length);
    for (const row of await store().runs.list(ann, 100)) {
      const before = rows.find(({ id }) => id === row.id)!;
      const lost = { state: "lost", reason: "the server restarted", endedAt: 99 };
      expect(row).toMatchObject(endedStates.has(before.state) ? { state: before.state, reason: null } : lost);
    }
    expect(await store().runs.loseUnfinished("again", 100)).toBe(0);
  });

  test("output comes back byte for byte, in order, after the asked number", async () => {
    const { id } = await added(someone());
    const chunks = [chunk(1, 3, 0), chunk(2, 0), chunk(4, 300, 255)];
    await store().runs.appendOutput(id, chunks.slice(0, 2));
    await store().runs.appendOutput(id, chunks.slice(2));
    await store().runs.appendOutput(id, []);
    expect(plain(await store().runs.readOutput(id, 0, 1000))).toEqual(plain(chunks));
    expect(plain(await store().runs.readOutput(id, 1, 1000))).toEqual(plain(chunks.slice(1)));
    expect(await store().runs.readOutput(id, 4, 1000)).toEqual([]);
    expect(await store().runs.readOutput(newId<RunId>(1), 0, 1000)).toEqual([]);
  });

  test("a read takes as many chunks as fit, and at least one", async () => {
    const { id } = await added(someone());
    const chunks = [chunk(1, 100), chunk(2, 100), chunk(3, 50), chunk(4, 1)];
    await store().runs.appendOutput(id, chunks);
    const read = async (after: number, maxBytes: number) =>
      (await store().runs.readOutput(id, after, maxBytes)).map(({ n }) => n);
    expect(await read(0, 10)).toEqual([1]);
    expect(await read(0, 200)).toEqual([1, 2]);
    expect(await read(0, 250)).toEqual([1, 2, 3]);
    expect(await read(2, 51)).toEqual([3, 4]);
  });

  test("thousands of small chunks at once are all kept", async () => {
    const { id } = await added(someone());
    const chunks = Array.from({ length: 2_500 }, (_, i) => chunk(i + 1, 2));
    await store().runs.appendOutput(id, chunks);
    expect((await store().runs.readOutput(id, 0, 1_000_000)).map(({ n }) => n)).toEqual(
      chunks.map(({ n }) => n),
    );
    expect((await store().runs.readOutput(id, 0, 4_400)).at(-1)?.n).toBe(2_200);
  });

  test("dropping takes out exactly the named stretch of one run", async () => {
    const ann = someone();
    const [one, other] = [await added(ann), await added(ann)];
    for (const { id } of [one, other])
      await store().runs.appendOutput(id, [chunk(1, 1), chunk(2, 1), chunk(3, 1), chunk(4, 1)]);
    await store().runs.dropOutput(one.id, 2, 3);
    const numbers = async (id: RunId) => (await store().runs.readOutput(id, 0, 100)).map(({ n }) => n);
    expect(await numbers(one.id)).toEqual([1, 4]);
    expect(await numbers(other.id)).toEqual([1, 2, 3, 4]);
  });

  test("pruning removes the oldest ended runs with all that hangs on them, and no other", async () => {
    const [ann, bea] = [someone(), someone()];
    const old = await added(ann);
    const running = await added(ann, { state: "running" });
    const kept = [await added(ann), await added(ann)];
    const hers = await added(bea);
    for (const run of [old, kept[0]!]) {
      const call = sampleCall(run, 1);
      await store().runs.appendOutput(run.id, [chunk(1, 10)]);
      await store().calls.create(call);
      const bytes = Uint8Array.of(1);
      const recording = { requestHeaders: [], requestBody: bytes, responseHeaders: [], responseBody: bytes };
      await store().calls.finish(call.id, { state: "done" }, { ...recording, arrivals: [] });
    }
    expect(await store().runs.prune(ann, 2)).toBe(1);
    expect((await store().runs.list(ann, 10)).map(({ id }) => id)).toEqual([
      ...kept.map(({ id }) => id).reverse(),
      running.id,
    ]);
    expect(await store().runs.readOutput(old.id, 0, 100)).toEqual([]);
    expect(await store().calls.list(ann, old.id)).toEqual([]);
    expect(await store().calls.list(ann, kept[0]!.id)).toHaveLength(1);
    expect(await store().runs.find(bea, hers.id)).not.toBeNull();
    expect(await store().runs.prune(ann, 2)).toBe(0);
  });
});
