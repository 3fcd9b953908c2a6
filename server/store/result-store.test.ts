/** What the store promises of results and of files beside runs, on both databases. */
import { expect, test } from "vitest";
import { oddText, onBothDatabases, someone } from "./both-databases.ts";
import { sampleResult, sampleRun } from "./sample-rows.ts";

const file = (path: string, ...bytes: number[]) => ({
  path,
  encoding: "base64" as const,
  bytes: Uint8Array.from(bytes),
});

onBothDatabases(({ store }) => {
  test("a result comes back to the byte, and only to the run's owner", async () => {
    const run = sampleRun(someone());
    await store().runs.create(run);
    const row = sampleResult(run.id, 1, { name: oddText, sizeBytes: 2 ** 40 });
    await store().results.add(row, Uint8Array.of(0, 255, 1));
    const found = await store().results.find(run.ownerId, run.id, 1);
    expect(found?.row).toEqual(row);
    expect([...(found?.bytes ?? [])]).toEqual([0, 255, 1]);
    expect(await store().results.find(someone(), run.id, 1)).toBeNull();
    expect(await store().results.find(run.ownerId, run.id, 2)).toBeNull();
  });

  test("the list is in order and tells which bytes were kept; none is not the same as no bytes", async () => {
    const run = sampleRun(someone());
    await store().runs.create(run);
    const rows = [1, 2, 3].map((number) => sampleResult(run.id, number));
    await store().results.add(rows[2]!, null);
    await store().results.add(rows[0]!, Uint8Array.of(1));
    await store().results.add(rows[1]!, new Uint8Array());
    expect(await store().results.list(run.id)).toEqual([
      { ...rows[0], kept: true },
      { ...rows[1], kept: true },
      { ...rows[2], kept: false },
    ]);
    expect(await store().results.find(run.ownerId, run.id, 3)).toEqual({ row: rows[2], bytes: null });
  });

  test("files beside a run come back by path; a second press under the same key adds none", async () => {
    const run = sampleRun(someone());
    await store().runs.create(run, [file("z", 1), file("a/b", 0, 255)]);
    const again = await store().runs.create({ ...run, id: sampleRun(run.ownerId).id }, [file("other", 1)]);
    expect(again).toMatchObject({ isNew: false, row: { id: run.id } });
    const files = await store().runs.files(run.id);
    expect(files.map(({ path, bytes }) => [path, ...bytes])).toEqual([
      ["a/b", 0, 255],
      ["z", 1],
    ]);
  });

  test("files and results go with their run", async () => {
    const run = sampleRun(someone());
    await store().runs.create(run, [file("a", 1)]);
    await store().results.add(sampleResult(run.id, 1), Uint8Array.of(1));
    await store().runs.prune(run.ownerId, 0);
    expect(await store().runs.files(run.id)).toEqual([]);
    expect(await store().results.list(run.id)).toEqual([]);
  });

  test("whether a run had a terminal is kept", async () => {
    const run = sampleRun(someone(), { terminal: true });
    await store().runs.create(run);
    expect(await store().runs.find(run.ownerId, run.id)).toMatchObject({ terminal: true });
    expect(await store().runs.list(run.ownerId, 1)).toMatchObject([{ terminal: true }]);
  });
});
