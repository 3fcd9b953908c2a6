/** What the snippet routes promise, over a real store in memory. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Result } from "../../contract/failures.ts";
import type { OwnerId, SnippetId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { RouteInput } from "../../contract/routes.ts";
import { Snippet } from "../../contract/snippets.ts";
import type { Caller } from "../http/handlers.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { createSnippets, type SnippetHandlers } from "./snippets.ts";

let store: Store;
let snippets: SnippetHandlers;
let now = 1_800_000_000_000;

beforeAll(async () => {
  const opened = await openStore("sqlite::memory:", createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
  const clock = { now: () => ++now, monotonic: () => now };
  snippets = createSnippets({ store: store.snippets, clock, perOwner: 5 });
});
afterAll(() => store.close());

const someone = (): Caller => ({ ownerId: newId<OwnerId>(1), sessionIdHash: "0".repeat(64) });
const at = (snippet: SnippetId) => ({ params: { snippet }, query: undefined, body: undefined });
const found = (q?: string): RouteInput<"listSnippets"> => ({
  params: undefined,
  query: q === undefined ? {} : { q },
  body: undefined,
});
function ok<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const save = (caller: Caller, name: string, code = "print(1)") =>
  snippets.createSnippet({ params: undefined, query: undefined, body: { name, code, files: [] } }, caller);
const change = (caller: Caller, snippet: SnippetId, body: RouteInput<"updateSnippet">["body"]) =>
  snippets.updateSnippet({ params: { snippet }, query: undefined, body }, caller);

test("a saved program is listed, found by words of its code, and loaded as it was", async () => {
  const ann = someone();
  const saved = ok(await save(ann, "Haiku", "import httpx\0"));
  expect(Snippet.parse(saved)).toMatchObject({ name: "Haiku", code: "import httpx\0", revision: 1 });
  expect(ok(await snippets.getSnippet(at(saved.id), ann))).toEqual(saved);
  const { code: _code, files: _files, ...summary } = saved;
  for (const q of [undefined, "HTTPX", " haiku "])
    expect(ok(await snippets.listSnippets(found(q), ann))).toEqual({ snippets: [summary], total: 1 });
  expect(ok(await snippets.listSnippets(found("aiohttp"), ann))).toEqual({ snippets: [], total: 0 });
});

test("saving a change or a new name raises the revision; a stale one is a conflict and changes nothing", async () => {
  const ann = someone();
  const saved = ok(await save(ann, "Draft"));
  const changed = ok(await change(ann, saved.id, { code: "print(2)", revision: 1 }));
  expect(changed).toMatchObject({ name: "Draft", code: "print(2)", revision: 2, createdAt: saved.createdAt });
  expect(changed.updatedAt > saved.updatedAt).toBe(true);
  expect(ok(await change(ann, saved.id, { name: "Final", revision: 2 }))).toMatchObject({
    name: "Final",
    code: "print(2)",
  });
  expect(await change(ann, saved.id, { code: "lost?", revision: 2 })).toEqual({
    ok: false,
    error: { code: "conflict" },
  });
  expect(ok(await snippets.getSnippet(at(saved.id), ann)).code).toBe("print(2)");
});

test("a program longer than the limit in bytes is refused, naming the field", async () => {
  const ann = someone();
  const long = "é".repeat(limits.codeBytes / 2 + 1);
  const refused = { ok: false, error: { code: "bad-request", fields: [{ field: "code" }] } };
  expect(await save(ann, "Long", long)).toMatchObject(refused);
  const fits = ok(await save(ann, "Fits", "é".repeat(limits.codeBytes / 2)));
  expect(await change(ann, fits.id, { code: long, revision: 1 })).toMatchObject(refused);
});

test("when there is no room, saving and bringing back are refused until something is deleted", async () => {
  const ann = someone();
  const saved = [];
  for (const name of ["a", "b", "c", "d", "e"]) saved.push(ok(await save(ann, name)));
  const full = { ok: false, error: { code: "too-many-snippets" } };
  expect(await save(ann, "f")).toMatchObject(full);
  ok(await snippets.deleteSnippet(at(saved[0]!.id), ann));
  ok(await save(ann, "f"));
  expect(await snippets.restoreSnippet(at(saved[0]!.id), ann)).toMatchObject(full);
});

test("what was deleted can be brought back for seven days, then it is gone for good", async () => {
  const ann = someone();
  const [early, late] = [ok(await save(ann, "early")), ok(await save(ann, "late"))];
  ok(await snippets.deleteSnippet(at(early.id), ann));
  now += limits.snippetUndoMs - 1_000;
  expect(ok(await snippets.restoreSnippet(at(early.id), ann))).toEqual(early);
  ok(await snippets.deleteSnippet(at(late.id), ann));
  now += limits.snippetUndoMs + 1_000;
  const missing = { ok: false, error: { code: "not-found" } };
  expect(await snippets.restoreSnippet(at(late.id), ann)).toEqual(missing);
  expect(await snippets.deleteSnippet(at(late.id), ann)).toEqual(missing);
});

test("another owner's snippet is not there for anything", async () => {
  const [ann, bea] = [someone(), someone()];
  const { id } = ok(await save(ann, "Ann's"));
  const missing = { ok: false, error: { code: "not-found" } };
  expect(await snippets.getSnippet(at(id), bea)).toEqual(missing);
  expect(await change(bea, id, { name: "Bea's", revision: 1 })).toEqual(missing);
  expect(await snippets.deleteSnippet(at(id), bea)).toEqual(missing);
  ok(await snippets.deleteSnippet(at(id), ann));
  expect(await snippets.restoreSnippet(at(id), bea)).toEqual(missing);
});
