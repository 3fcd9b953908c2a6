/** Servers in different process namespaces on one machine, as containers and their host are: neither takes the other's for leftovers (A51, F1). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestSandbox, runProgram } from "../../server/sandbox/sandbox-for-tests.ts";

test("a server's run, groups and files outlive the start and end of one that can't see its processes", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "namespaces-"));
  chmodSync(temporary, 0o755);
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = temporary;
  const isRoot = process.getuid?.() === 0;
  const unshare = [
    ...(isRoot ? [] : "--user --map-user=1000 --map-group=1000 --keep-caps".split(" ")),
    ..."--pid --fork --kill-child --mount-proc".split(" "),
  ];
  const script = join(import.meta.dirname, "host-without-others.ts");
  const inside = spawn("unshare", [...unshare, process.execPath, script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const said: string[] = [];
    inside.stdout.on("data", (bytes: Buffer) => said.push(bytes.toString()));
    await expect.poll(() => said.join(""), { timeout: 30_000 }).toContain("runs");
    const theirs = readdirSync(temporary);
    expect(theirs).toHaveLength(1);

    const ours = await makeTestSandbox();
    await ours.counting(); // told when leftovers are gone
    expect((await runProgram(ours, "print('ours')")).stdout).toBe("ours\n");
    await ours.close();
    expect(existsSync(join(temporary, theirs[0] ?? "none"))).toBe(true);

    inside.stdin.end("\n");
    await once(inside, "close");
    expect(said.join("")).toBe('runs\n{"exitCode":0,"stdout":"begun\\nended\\n","again":"again\\n"}\n');
    expect(readdirSync(temporary)).toEqual([]);
  } finally {
    inside.kill("SIGKILL");
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    rmSync(temporary, { recursive: true });
  }
});
