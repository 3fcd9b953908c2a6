/** The disk says that it could not keep what was written: nothing is claimed to be, and reading goes on (F10). */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ok, outputOf, startProduct, visit } from "../product.ts";

const onFailingDisk = join(import.meta.dirname, "failing-disk.py");
const launcher = fileURLToPath(new URL("../../bin/openrouter-ide", import.meta.url));
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "failing-disk-"));
});
afterEach(() => rmSync(data, { recursive: true }));

const calling = `
import os, urllib.error, urllib.request
request = urllib.request.Request("https://openrouter.ai/api/v1/chat/completions",
    b'{"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello."}]}',
    {"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"], "Content-Type": "application/json"})
try:
    with urllib.request.urlopen(request) as reply: print(reply.status)
except urllib.error.HTTPError as error: print(error.code, error.read().decode())
`;

test("F10 on a disk that keeps nothing no server starts, and it says why", () => {
  const words = [launcher, "serve", "--no-browser", "--simulator", "--port", "0", "--data", data];
  const tried = spawnSync("python3", [onFailingDisk, ...words], {
    encoding: "utf8",
    timeout: 50_000,
    env: { PATH: process.env.PATH, HOME: data },
  });
  expect(tried.stderr).toMatch(/EIO|disk/);
  expect(tried.stderr).not.toMatch(/^ {4}at /m);
  expect(tried.status).toBeGreaterThan(0);
  expect(tried.stdout).toBe("");
});

test("F10 when the disk fails later, what must be kept is refused with its name, what is there is read, and nothing is lost", async () => {
  const first = await startProduct({ args: ["--simulator"], data });
  const ann = await visit(first);
  const snippet = ok(await ann.api.createSnippet({ body: { name: "kept", code: "print(1)" } }));
  const before = await ann.run(calling);
  expect(outputOf(before.events)).toBe("200\n");
  expect(await first.end("SIGTERM")).toBe(0);

  const failing = await startProduct({
    args: ["--simulator"],
    data,
    start: (ours) => ["python3", onFailingDisk, ours],
  });
  const there = await visit(failing, ann);
  const unavailable = { ok: false, error: { code: "store-unavailable" } };
  const body = { name: "not kept", code: "print(2)", idempotencyKey: crypto.randomUUID() };
  expect(await there.api.createSnippet({ body: { name: body.name, code: body.code } })).toMatchObject(
    unavailable,
  );
  const started = await there.api.startRun({ body: { code: calling, idempotencyKey: body.idempotencyKey } });
  expect(started).toMatchObject(unavailable);
  expect(ok(await there.api.getSnippet({ params: { snippet: snippet.id } })).code).toBe("print(1)");
  expect(ok(await there.api.getRun({ params: { run: before.run.id } })).run.state).toBe("finished");
  expect(failing.written()).toMatch(/disk I\/O error/);
  await failing.end("SIGTERM");

  await using last = await startProduct({ args: ["--simulator"], data });
  const back = await visit(last, ann);
  expect(ok(await back.api.getSnippet({ params: { snippet: snippet.id } })).code).toBe("print(1)");
  expect(ok(await back.api.listSnippets({ query: {} })).snippets.map(({ name }) => name)).toEqual(["kept"]);
  expect(outputOf((await back.run(calling)).events)).toBe("200\n");
});
