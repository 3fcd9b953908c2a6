/** What a zygote finds out by its rehearsal (runner/site/rehearsal.py): which memory its runs are to own from their first moment. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestSandbox, runProgram } from "./sandbox-for-tests.ts";
import type { Sandbox } from "./sandbox.ts";

const site = join(import.meta.dirname, "../../runner/site");
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeTestSandbox();
});
afterAll(() => sandbox.close());

test("a run owns what it writes to, and shares the rest with the interpreter that waits", async () => {
  const { way } = await sandbox.nesting();
  const program = `import sys
sys.path.insert(0, "/run/site")
import pages
held = pages.writable()
owned = len(pages.copied(pages.map_of("self"), held)) * 4096
print(owned < 0.8 * sum(end - start for start, end in held))
sys.exit(3)`;
  const told = async (): Promise<unknown> => {
    const { stdout, stderr, end } = await runProgram(sandbox, program, { owner: "ann" });
    return { stdout, stderr, exitCode: end.exitCode };
  };
  // It goes on beside the first runs. Single-use, there is only one, which needs none.
  const wanted = { stdout: way === "nested" ? "True\n" : "False\n", stderr: "", exitCode: 3 };
  await expect.poll(told, { timeout: 30_000 }).toEqual(wanted);
});

test("what was copied since a fork is known by page, and can be had ahead", () => {
  const program = `import mmap, os, sys
sys.path.insert(0, sys.argv[1])
import ctypes, pages
size = 64 * 4096
held = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
held.write(b"x" * size)
start = ctypes.addressof(ctypes.c_char.from_buffer(held))
copied = lambda: [page - start // 4096 for page in pages.copied(pages.map_of("self"), [(start, start + size)])]
print(len(copied()))
go, wait = os.pipe()
if os.fork() == 0:
    os.close(wait)
    os.read(go, 1)
    os._exit(0)
print(copied())
for page in (3, 4, 6, 60):
    held[page * 4096] = 121
print(copied(), [(at - start, size) for at, size in pages.joined([start // 4096 + page for page in copied()])])
pages.own(pages.prepared([(start + 10 * 4096, 2 * 4096), (1 << 40, 4096)]))
print(copied()[3:5], held[10 * 4096])
os.write(wait, b"1")`;
  expect(
    execFileSync("/usr/bin/python3", ["-I", "-S", "-B", "-c", program, site]).toString().split("\n"),
  ).toEqual(["64", "[]", "[3, 4, 6, 60] [(12288, 16384), (245760, 4096)]", "[10, 11] 120", ""]);
});
