/** Managed environments are found by their content, outlive the server, and are bounded: the longest unused goes first. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { keepEnvironments, type KeptEnvironments } from "./kept-environments.ts";

let directory: string;
let now: number;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-kept-"));
  now = 1_800_000_000_000;
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = (most = { count: 3, bytes: 1000 }): KeptEnvironments =>
  keepEnvironments({
    directory,
    asOthers: true,
    inUseMs: 60_000,
    clock: { now: () => now, monotonic: () => now },
    log: createLog("silent"),
    most,
  });
const key = (name: string): string => name.repeat(24);
const contents = (bytes = 1) => ({ packages: [{ name: "x", version: "1" }], modules: ["x"], bytes });

async function make(kept: KeptEnvironments, name: string, bytes = 1): Promise<string> {
  const begun = await kept.begin(key(name));
  if (!begun.ok) throw new Error(begun.error);
  writeFileSync(join(begun.value, "there"), name);
  const made = await kept.keep(key(name), begun.value, contents(bytes));
  await kept.find(key(name));
  return made.path;
}

test("what was kept is found by another server, with what is in it", async () => {
  const path = await make(open(), "a");
  expect(await open().find(key("a"))).toMatchObject({ path, ...contents() });
  expect(await open().find(key("b"))).toBeNull();
});

test("what came to nothing leaves nothing", async () => {
  const kept = open();
  const begun = await kept.begin(key("a"));
  if (begun.ok) await kept.discard(begun.value);
  expect(readdirSync(directory)).toEqual([]);
  expect(await kept.find(key("a"))).toBeNull();
});

test("the first that was kept stays, and the second directory goes", async () => {
  const kept = open();
  const path = await make(kept, "a");
  const begun = await kept.begin(key("a"));
  if (!begun.ok) throw new Error(begun.error);
  expect((await kept.keep(key("a"), begun.value, contents())).path).toBe(path);
  expect(readdirSync(directory)).toHaveLength(2);
});

test("leftovers of a server that was killed go at the next start; those of one that lives stay", async () => {
  const path = await make(open(), "a");
  const dead = `${key("b")}-4194305-1-00000000`;
  mkdirSync(join(directory, dead, "deep"), { recursive: true });
  writeFileSync(join(directory, `${dead}.new`), "{");
  writeFileSync(join(directory, `${key("c")}.json`), "cut of");
  const living = await open().begin(key("d"));
  await open().begin(key("e"));
  const left = readdirSync(directory).map((name) => name.slice(0, 1));
  expect(left.sort()).toEqual(["a", "a", "d", "e"]);
  expect(living.ok && readdirSync(directory).includes(living.value.split("/").at(-1) ?? "")).toBe(true);
  expect((await open().find(key("a")))?.path).toBe(path);
});

test("too many: the one that was not used for longest goes", async () => {
  const kept = open();
  for (const name of ["a", "b", "c"]) {
    await make(kept, name);
    now += 1000;
  }
  await kept.find(key("a"));
  now += 100_000;
  await make(kept, "d");
  expect(await kept.look(key("b"))).toBeNull();
  for (const name of ["a", "c", "d"]) expect(await kept.look(key(name))).not.toBeNull();
});

test("too large together: as many go as it takes", async () => {
  const kept = open();
  await make(kept, "a", 600);
  now += 1000;
  await make(kept, "b", 700);
  now += 100_000;
  await make(kept, "c", 10);
  expect(await kept.look(key("a"))).toBeNull();
  expect(await kept.look(key("b"))).not.toBeNull();
});

test("none goes that may be in use: the new one is refused in words", async () => {
  const kept = open();
  for (const name of ["a", "b", "c"]) await make(kept, name);
  const refusedOne = await kept.begin(key("d"));
  expect(refusedOne).toMatchObject({ ok: false, error: expect.stringContaining("no room") });
  for (const name of ["a", "b", "c"]) expect(await kept.look(key(name))).not.toBeNull();
});

test("a place that can't be made is told in words", async () => {
  writeFileSync(join(directory, "file"), "");
  const kept = keepEnvironments({
    directory: join(directory, "file/below"),
    asOthers: false,
    inUseMs: 1,
    clock: { now: () => now, monotonic: () => now },
    log: createLog("silent"),
  });
  expect(await kept.begin(key("a"))).toMatchObject({ ok: false, error: expect.stringContaining("ENOTDIR") });
});
