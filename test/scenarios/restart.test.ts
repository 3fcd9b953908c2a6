/** The server goes away, gently or not: nothing is left running, and every run tells the truth afterwards. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ok, outputOf, startProduct, visit, type Product } from "../product.ts";

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "orid-restart-"));
});
afterEach(() => rm(data, { recursive: true, force: true }));

/** Command lines of processes that hold this marker as an argument or in their program. */
function processesWith(marker: string): string[] {
  return execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(marker));
}

async function runForever(product: Product, marker: string) {
  const ann = await visit(product);
  const code = `import subprocess, time\nsubprocess.Popen(["sleep", "${marker}"])\nprint("begun", flush=True)\ntime.sleep(600)\n`;
  const started = ok(
    await ann.api.startRun({ body: { code, timeoutMs: 600_000, idempotencyKey: crypto.randomUUID() } }),
  );
  await ann.follow(started.id, (event) => event.type === "output" && event.text.endsWith("\n"));
  return { ann, id: started.id };
}

test("after kill -9 nothing of the run is left, and it reads lost with its last output", async () => {
  await using first = await startProduct({ args: ["--simulator"], data });
  const { ann, id } = await runForever(first, "86401");
  await expect.poll(() => processesWith("86401").length).toBeGreaterThan(0);
  await first.end("SIGKILL");
  await expect.poll(() => processesWith("86401"), { timeout: 5_000 }).toEqual([]);

  await using second = await startProduct({ args: ["--simulator"], data });
  const back = await visit(second, ann);
  expect(ok(await back.api.getRun({ params: { run: id } })).run).toMatchObject({
    state: "lost",
    reason: "lost because the server went away",
  });
});

test("a gentle stop ends the run, keeps its output and leaves with code 0", async () => {
  await using first = await startProduct({ args: ["--simulator"], data });
  const { ann, id } = await runForever(first, "86402");
  expect(await first.end("SIGTERM")).toBe(0);
  expect(processesWith("86402")).toEqual([]);

  await using second = await startProduct({ args: ["--simulator"], data });
  const back = await visit(second, ann);
  const events = await back.follow(id, (event) => event.type === "run");
  expect(outputOf(events, "stdout")).toBe("begun\n");
  expect(ok(await back.api.getRun({ params: { run: id } })).run).toMatchObject({
    state: "lost",
    reason: "lost because the server shut down",
  });
});

test("temporary files of sandboxes are gone when the server is", async () => {
  await using product = await startProduct({ args: ["--simulator"], data });
  // Other tests' servers have theirs: the name holds the process.
  const own = async (): Promise<string[]> =>
    (await readdir(tmpdir())).filter((name) => name.startsWith(`openrouter-ide-${product.process.pid}-`));
  const ann = await visit(product);
  const { events } = await ann.run("open('/tmp/left', 'w').write('x')\nprint('done')\n");
  expect(outputOf(events)).toBe("done\n");
  expect(await own()).not.toEqual([]);
  await product.end("SIGTERM");
  expect(await own()).toEqual([]);
});

test("a second server takes the next free port and says so", async () => {
  await using first = await startProduct({ args: ["--simulator"], port: null, data });
  const other = await mkdtemp(join(tmpdir(), "orid-restart-"));
  await using second = await startProduct({ args: ["--simulator"], port: null, data: other });
  expect(Number(new URL(second.origin).port)).toBeGreaterThan(Number(new URL(first.origin).port));
  expect(second.written()).toContain("Port 6174 is taken");
  await rm(other, { recursive: true, force: true });
});

test("what was compiled at a start is kept for the next, however the server ends", async () => {
  const compiled = join(data, "compiled");
  const files = async (): Promise<number> => (await readdir(compiled, { recursive: true })).length;
  await using product = await startProduct({
    args: ["--simulator"],
    data,
    env: { NODE_COMPILE_CACHE: compiled },
  });
  await expect.poll(files, { timeout: 20_000 }).toBeGreaterThan(100);
  await product.end("SIGKILL");
});
