/** What the store promises of snippets, on both databases. */
import { expect, test } from "vitest";
import { done, refused } from "../../contract/failures.ts";
import type { OwnerId, SnippetId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import { oddText, onBothDatabases, someone } from "./both-databases.ts";
import type { ProgramFileRow } from "./program-file.ts";
import type { SnippetRow } from "./snippet-store.ts";

let clock = 1_800_000_000_000;
const snippet = (ownerId: OwnerId, change: Partial<SnippetRow> = {}): SnippetRow => {
  const now = ++clock;
  return {
    id: newId<SnippetId>(now),
    ownerId,
    name: `Snippet ${now}`,
    code: "print(1)",
    files: [],
    revision: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    ...change,
  };
};

const file = (
  path: string,
  bytes: Uint8Array,
  encoding: ProgramFileRow["encoding"] = "utf8",
): ProgramFileRow => ({ path, encoding, bytes });
/** Bytes as plain numbers: one database gives a Buffer, the other an array. */
const plain = (row: SnippetRow | null) => ({
  ...row,
  files: row?.files.map(({ bytes, ...of }) => ({ ...of, bytes: [...bytes] })),
});

onBothDatabases(({ store }) => {
  const names = async (ownerId: OwnerId, search: string): Promise<string[]> =>
    (await store().snippets.list(ownerId, search, 100)).rows.map((row) => row.name);

  test("a snippet comes back to the letter, whatever stands in it", async () => {
    const ann = someone();
    const row = snippet(ann, { name: oddText, code: oddText.repeat(1000) });
    expect(await store().snippets.create(row, 10)).toBe(true);
    expect(await store().snippets.find(ann, row.id)).toEqual(row);
  });

  test("files beside a snippet come back by path, are counted in the list, and are replaced as a whole", async () => {
    const ann = someone();
    const [b, a] = [file("b/c.bin", Uint8Array.of(0, 255), "base64"), file("a.txt", Buffer.from("ä"))];
    const row = snippet(ann, { files: [b, a] });
    await store().snippets.create(row, 10);
    expect(plain(await store().snippets.find(ann, row.id))).toEqual(plain({ ...row, files: [a, b] }));
    expect((await store().snippets.list(ann, "", 10)).rows).toMatchObject([{ id: row.id, fileCount: 2 }]);
    const update = (revision: number, change: { name?: string; files?: readonly ProgramFileRow[] }) =>
      store().snippets.update(ann, row.id, revision, { ...change, updatedAt: ++clock });
    expect(await update(1, { name: "kept" })).toMatchObject({ value: { files: [{ path: "a.txt" }, {}] } });
    expect(await update(1, { files: [] })).toEqual(refused("conflict"));
    const d = file("d.txt", Buffer.from("d"));
    expect(await update(2, { files: [d] })).toMatchObject({
      value: { revision: 3, files: [{ path: "d.txt" }] },
    });
    await store().snippets.remove(ann, row.id, ++clock);
    expect(await store().snippets.restore(ann, row.id, 10)).toMatchObject({
      value: { files: [{ path: "d.txt" }] },
    });
  });

  test("the list has the newest change first, tells how many there are, and leaves the code out", async () => {
    const ann = someone();
    const rows = [snippet(ann), snippet(ann), snippet(ann)];
    for (const row of rows) await store().snippets.create(row, 10);
    const [first] = rows;
    await store().snippets.update(ann, first!.id, 1, { name: "Changed last", updatedAt: ++clock });
    const page = await store().snippets.list(ann, "", 2);
    expect(page.total).toBe(3);
    expect(page.rows.map((row) => row.name)).toEqual(["Changed last", rows[2]!.name]);
    expect(page.rows[0]).not.toHaveProperty("code");
  });

  test("search looks in name and code, ignores case in every script, and takes % _ and \\ as themselves", async () => {
    const ann = someone();
    const of = (name: string, code: string) => store().snippets.create(snippet(ann, { name, code }), 100);
    await of("Straße ÄRGER", "x = 1");
    await of("second", "# 100% sure_thing C:\\temp");
    await of("third", "a\0b");
    expect(await names(ann, "ärger")).toEqual(["Straße ÄRGER"]);
    expect(await names(ann, "SURE_THING")).toEqual(["second"]);
    expect(await names(ann, "100%")).toEqual(["second"]);
    expect(await names(ann, ":\\t")).toEqual(["second"]);
    expect(await names(ann, "a\0B")).toEqual(["third"]);
    expect(await names(ann, "e%d")).toEqual([]);
    expect(await names(ann, "sec_nd")).toEqual([]);
    expect((await store().snippets.list(ann, "x", 1)).total).toBe(1);
  });

  test("a change is written only onto the revision that was edited", async () => {
    const ann = someone();
    const row = snippet(ann);
    await store().snippets.create(row, 10);
    const changed = await store().snippets.update(ann, row.id, 1, { code: "print(2)", updatedAt: 5 });
    expect(changed).toEqual(done({ ...row, code: "print(2)", revision: 2, updatedAt: 5 }));
    const late = await store().snippets.update(ann, row.id, 1, { code: "print(3)", updatedAt: 6 });
    expect(late).toEqual(refused("conflict"));
    const missing = await store().snippets.update(ann, newId<SnippetId>(1), 1, { updatedAt: 6 });
    expect(missing).toEqual(refused("not-found"));
  });

  test("of many who save the same revision at once, one succeeds", async () => {
    const ann = someone();
    const row = snippet(ann);
    await store().snippets.create(row, 10);
    const saves = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        store().snippets.update(ann, row.id, 1, { code: `${i}`, updatedAt: i }),
      ),
    );
    expect(saves.filter((save) => save.ok)).toHaveLength(1);
    expect((await store().snippets.find(ann, row.id))?.revision).toBe(2);
  });

  test("a deleted snippet is not there, can be brought back, and is gone for good once purged", async () => {
    const ann = someone();
    const row = snippet(ann);
    await store().snippets.create(row, 10);
    expect(await store().snippets.remove(ann, row.id, 1_000)).toBe(true);
    expect(await store().snippets.remove(ann, row.id, 1_001)).toBe(false);
    expect(await store().snippets.find(ann, row.id)).toBeNull();
    expect(await names(ann, "")).toEqual([]);
    expect(await store().snippets.update(ann, row.id, 1, { updatedAt: 1 })).toEqual(refused("not-found"));
    expect(await store().snippets.restore(ann, row.id, 10)).toEqual(done(row));
    expect(await store().snippets.restore(ann, row.id, 10)).toEqual(done(row));
    await store().snippets.remove(ann, row.id, 1_000);
    expect(await store().snippets.purge(1_000)).toBe(0);
    expect(await store().snippets.purge(1_001)).toBe(1);
    expect(await store().snippets.restore(ann, row.id, 10)).toEqual(refused("not-found"));
  });

  test("the limit counts live snippets, and holds when many are saved at once", async () => {
    const ann = someone();
    const rows = Array.from({ length: 20 }, () => snippet(ann));
    const saved = await Promise.all(rows.map((row) => store().snippets.create(row, 10)));
    expect(saved.filter(Boolean)).toHaveLength(10);
    const kept = rows.find((_, i) => saved[i])!;
    await store().snippets.remove(ann, kept.id, 5);
    expect(await store().snippets.create(snippet(ann), 10)).toBe(true);
    expect(await store().snippets.restore(ann, kept.id, 10)).toEqual(refused("full"));
  });

  test("another owner's snippet is as good as missing", async () => {
    const [ann, bea] = [someone(), someone()];
    const row = snippet(ann);
    await store().snippets.create(row, 10);
    expect(await store().snippets.find(bea, row.id)).toBeNull();
    expect(await names(bea, "")).toEqual([]);
    expect(await store().snippets.update(bea, row.id, 1, { name: "hers", updatedAt: 9 })).toEqual(
      refused("not-found"),
    );
    expect(await store().snippets.remove(bea, row.id, 9)).toBe(false);
    await store().snippets.remove(ann, row.id, 9);
    expect(await store().snippets.restore(bea, row.id, 10)).toEqual(refused("not-found"));
    expect(await store().snippets.restore(ann, row.id, 10)).toEqual(done(row));
  });
});
