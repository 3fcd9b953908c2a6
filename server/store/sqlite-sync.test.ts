/** What is promised to outlive a power cut is on the disk before it is promised; a disk that refuses is believed. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { opened, someone } from "./both-databases.ts";
import { inOtherProcess } from "./other-process.ts";
import { sampleCall, sampleRun } from "./sample-rows.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orid-sync-"));
  file = join(directory, "data.db");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = sampleRun(someone());
const rows = JSON.stringify([run, sampleCall(run, 1)], (_, value: unknown) =>
  typeof value === "bigint" ? null : value,
);
const code = `
  import { writeSync } from "node:fs";
  const store = await checkedOpen(args[0]);
  const [run, call] = JSON.parse(args[1]);
  writeSync(1, "begin ");
  await store.runs.create(run);
  await store.calls.create(call);
  writeSync(1, "written ");
  for (const word of ["promised ", "again "])
    await store.calls.synced().then(
      () => writeSync(1, word),
      (error) => writeSync(1, error.constructor.name + " "),
    );
  await store.close();`;

async function traced(...options: readonly string[]): Promise<{ stdout: string; trace: readonly string[] }> {
  const trace = join(directory, "trace");
  const strace = ["strace", "-f", "-y", "-qq", "-o", trace, "-e", "trace=pwrite64,fsync,fdatasync,write"];
  const { stdout, stderr } = await inOtherProcess(code, [`sqlite:${file}`, rows], undefined, [
    ...strace,
    ...options,
  ]);
  expect(stderr).toBe("");
  return { stdout, trace: readFileSync(trace, "utf8").split("\n") };
}

const at = (trace: readonly string[], word: string): number =>
  trace.findIndex((line) => line.includes("write(1") && line.includes(`"${word} "`));

test("F9 nothing waits for the disk until it is promised, and then the log has been synced after the last write to it", async () => {
  const { stdout, trace } = await traced();
  expect(stdout).toBe("begin written promised again ");
  const [begin, written, promised] = ["begin", "written", "promised"].map((word) => at(trace, word));
  const before = trace.slice(begin, written);
  expect(before.filter((line) => /pwrite64\(\d+<[^>]*data\.db-wal>/.test(line)).length).toBeGreaterThan(0);
  expect(before.filter((line) => /sync\(/.test(line))).toEqual([]);
  const between = trace.slice(written, promised).join("\n");
  expect(between).toMatch(
    /fdatasync\(\d+<[^>]*data\.db-wal>(\) += 0|.*\n(.*\n)*.*fdatasync resumed>\) += 0)/,
  );
});

test("F10 after a sync that failed nothing is promised any more", async () => {
  await (await opened(`sqlite:${file}`)).close();
  const { stdout } = await traced("-P", `${file}-wal`, "-e", "inject=fdatasync:error=EIO:when=1");
  expect(stdout).toBe("begin written StoreUnavailable StoreUnavailable ");
});

test("many who wait at once share the syncs", async () => {
  const trace = join(directory, "trace");
  const waiting = `
    const store = await checkedOpen(args[0]);
    await Promise.all(Array.from({ length: 100 }, () => store.calls.synced()));
    await store.close();`;
  const strace = ["strace", "-f", "-qq", "-o", trace, "-e", "trace=fdatasync"];
  expect(await inOtherProcess(waiting, [`sqlite:${file}`], undefined, strace)).toMatchObject({
    code: 0,
    stderr: "",
  });
  const syncs = readFileSync(trace, "utf8").match(/fdatasync\(/g) ?? [];
  // The first, the one for all others, and SQLite's own when it makes and closes the file.
  expect(syncs.length).toBeLessThan(30);
});
