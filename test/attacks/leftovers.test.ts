/** What is left on the host when a run, or the server itself, has ended in whatever way: nothing (A78, A81, F1, F3). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runProgram, makeTestSandbox, startProgram } from "../../server/sandbox/sandbox-for-tests.ts";
import type { Sandbox } from "../../server/sandbox/sandbox.ts";
import { hostState } from "../faults/host-state.ts";
import { isAlive, processesBelow } from "./host-processes.ts";

let temporary: string;
const usual = process.env.TMPDIR;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "leftovers-"));
  chmodSync(temporary, 0o755);
  process.env.TMPDIR = temporary;
});
const made: Sandbox[] = [];
/** Without spares every process is known: the spawner, and for each owner bwrap's two, the zygote, and the pair that waits. */
const make = async (options: Parameters<typeof makeTestSandbox>[0] = {}): Promise<Sandbox> => {
  const sandbox = await makeTestSandbox({ spares: 0, ...options });
  made.push(sandbox);
  return sandbox;
};
afterEach(async () => {
  await Promise.all(made.splice(0).map((sandbox) => sandbox.close()));
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  rmSync(temporary, { recursive: true });
});

const ways = ["nested", "single-use"] as const;
type Way = (typeof ways)[number];
/** What is for one run waits for nobody's, as these programs are. */
const waitingProcesses = { nested: 6, "single-use": 1 } as const;
/** More than one pair ever holds, and far fewer than a hundred runs would leave if each left but one. */
const descriptorsOfAPair = 20;
/** Resolves when nothing but what waits is there: the pair for the next run is made behind the last. */
const settled = async (way: Way): Promise<void> => {
  const count = (): number => processesBelow(process.pid).length;
  await expect.poll(count, { timeout: 20_000 }).toBe(waitingProcesses[way]);
};

const files = (): string[] => readdirSync(temporary);
const stubborn = `
import os, signal, subprocess, sys, time
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except OSError: pass
subprocess.Popen(["sleep", "100000"], start_new_session=True)
for _ in range(20):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0: time.sleep(100000)
        os._exit(0)
print("ready")
time.sleep(100000)`;

test.each(ways)(
  "A78 of a program with daemons, zombies and deaf children, once its end is told (%s)",
  async (way) => {
    const sandbox = await make({ way });
    const before = processesBelow(process.pid).length;
    const watched = await startProgram(sandbox, stubborn);
    await watched.saw("ready");
    expect(processesBelow(process.pid).length).toBeGreaterThan(before + 10);
    const sleeping = () => processesBelow(process.pid).filter(({ name }) => name === "sleep");
    await expect.poll(() => sleeping().length).toBe(1);
    const ofTheRun = sleeping();
    watched.job.interrupt();
    watched.job.kill();
    await watched.ran;
    expect(isAlive(ofTheRun[0]?.pid ?? 0)).toBe(false);
    await settled(way);
    await sandbox.close();
    expect(files()).toEqual([]);
  },
);

test("every process of a run has one unprivileged host user, no group of the server's, and each owner another", async () => {
  const sandbox = await make();
  const runs = await Promise.all(["ann", "bea"].map((owner) => startProgram(sandbox, stubborn, { owner })));
  await Promise.all(runs.map((run) => run.saw("ready")));
  const inSandboxes = processesBelow(process.pid).filter(({ parent }) => parent !== process.pid);
  expect(inSandboxes.length).toBeGreaterThan(20);
  expect(inSandboxes.filter(({ uids }) => uids.includes(0) || new Set(uids).size > 1)).toEqual([]);
  const isRoot = process.getuid?.() === 0;
  expect(isRoot ? inSandboxes.filter(({ groups }) => groups.length > 0) : []).toEqual([]);
  expect(new Set(inSandboxes.map(({ uids }) => uids[0])).size).toBe(isRoot ? 2 : 1);
  for (const run of runs) run.job.kill();
  await Promise.all(runs.map((run) => run.ran));
  await sandbox.close();
});

/** 10,000 are the promise; so many are taken each time, and all of them with RUNS=10000. */
const runs = Number(process.env.RUNS ?? 200);
const runsOf = (way: Way): number => (way === "nested" ? runs : runs / 2);
/** More than an allocator's fits and starts, and far less than a kilobyte for each of 10,000 runs would add up to. */
const growthBytes = 8 * 2 ** 20;

/** What is still in use after the collector has been everywhere. */
function heapBytes(): number {
  if (globalThis.gc === undefined) throw new Error("run with --expose-gc, as vitest.config.ts says");
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** What the server and its spawner hold. */
function held(spawner: number) {
  const resident = (pid: number): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) * 1024;
  const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;
  const { cgroups, mounts, sockets } = hostState([process.pid, spawner], temporary);
  return {
    descriptors: { server: descriptors(process.pid), spawner: descriptors(spawner) },
    residentBytes: { server: resident(process.pid), spawner: resident(spawner) },
    heapBytes: heapBytes(),
    processes: processesBelow(process.pid).length,
    files: files().length,
    groups: cgroups.flatMap((path) =>
      readdirSync(path, { withFileTypes: true }).filter((e) => e.isDirectory()),
    ).length,
    mounts: mounts.length,
    sockets: sockets.length,
  };
}

test.each(ways.map((way) => [runsOf(way), way] as const))(
  `A81 of %i runs started and killed at once or ended by themselves (%s)`,
  { timeout: 60_000 + runs * 100 },
  async (count, way) => {
    const sandbox = await make({ way });
    const some = async (number: number): Promise<void> => {
      for (let begun = 0; begun < number; begun += 4) {
        const four = await Promise.all(
          [0, 1, 2, 3].map((n) => startProgram(sandbox, n < 2 ? "print(1)" : "while True: pass")),
        );
        four[2]?.job.kill();
        four[3]?.job.kill();
        await Promise.all(four.map((run) => run.ran));
      }
      await settled(way);
    };
    await some(Math.min(100, count / 2));
    const spawner = processesBelow(process.pid).find(({ parent }) => parent === process.pid)?.pid ?? 0;
    const before = held(spawner);
    await some(count - Math.min(100, count / 2));
    const after = held(spawner);
    // A pair that waits may or may not have handed its own over at either moment: a few, whatever the number of runs.
    expect(after.descriptors.server).toBeLessThan(before.descriptors.server + descriptorsOfAPair);
    expect(after.descriptors.spawner).toBeLessThan(before.descriptors.spawner + descriptorsOfAPair);
    expect(after.residentBytes.spawner).toBeLessThan(before.residentBytes.spawner + growthBytes);
    expect(after.heapBytes).toBeLessThan(before.heapBytes + growthBytes);
    expect(after).toMatchObject({ processes: waitingProcesses[way], files: 1, mounts: 0, sockets: 0 });
    if (process.env.RUNS !== undefined) console.info(JSON.stringify({ way, count, before, after }, null, 2));
    await sandbox.close();
    expect(hostState([process.pid, spawner], temporary)).toMatchObject({
      cgroups: [],
      mounts: [],
      files: [],
    });
  },
);

test("closing the sandbox ends what runs and removes its files", async () => {
  const sandbox = await make();
  const watched = await startProgram(sandbox, stubborn);
  await watched.saw("ready");
  expect(files()).toHaveLength(1);
  await sandbox.close();
  expect((await watched.ran).end).toMatchObject({ signal: "SIGKILL" });
  expect(processesBelow(process.pid)).toEqual([]);
  expect(files()).toEqual([]);
  await expect(runProgram(sandbox, "print(1)")).rejects.toThrow(/shutting down/);
});

test("F1 kill -9 of the server ends its sandboxes and removes their files", async () => {
  const server = spawn(process.execPath, [join(import.meta.dirname, "server-that-dies.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(server.stdout, "data");
  const pid = server.pid ?? 0;
  const below = processesBelow(pid);
  expect(below.length).toBeGreaterThan(8);
  expect(files()).toHaveLength(1);
  server.kill("SIGKILL");
  await once(server, "exit");
  await expect.poll(() => below.filter((process) => isAlive(process.pid)), { timeout: 10_000 }).toEqual([]);
  await expect.poll(files, { timeout: 10_000 }).toEqual([]);
});

test("F1 what a server and its spawner leave when both are killed is removed by the next", async () => {
  const server = spawn(process.execPath, [join(import.meta.dirname, "server-that-dies.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(server.stdout, "data");
  const below = processesBelow(server.pid ?? 0);
  const spawner = below.find(({ parent }) => parent === server.pid);
  process.kill(spawner?.pid ?? 0, "SIGSTOP");
  server.kill("SIGKILL");
  process.kill(spawner?.pid ?? 0, "SIGKILL");
  await once(server, "exit");
  await expect.poll(() => below.filter((process) => isAlive(process.pid)), { timeout: 10_000 }).toEqual([]);
  expect(files()).toHaveLength(1);
  // The second is of a server in another namespace of processes, whose numbers say nothing here.
  const others = ["openrouter-ide-999999999-1-1-abcdef", "openrouter-ide-of-someone-else"];
  for (const name of others) mkdirSync(join(temporary, name));
  const next = await make();
  expect(files().filter((name) => !others.includes(name))).toEqual([
    expect.stringContaining(`openrouter-ide-${process.pid}-`),
  ]);
  await next.close();
  expect(files().toSorted()).toEqual(others);
});

test("F3 kill -9 of the spawner ends every run as killed, and the next run has a new one", async () => {
  const said: string[] = [];
  const log = new Writable({ write: (line, _, done) => (said.push(String(line)), done()) });
  const sandbox = await make({ log });
  const watched = await startProgram(sandbox, stubborn);
  await watched.saw("ready");
  const [spawner] = processesBelow(process.pid).filter(({ parent }) => parent === process.pid);
  process.kill(spawner?.pid ?? 0, "SIGKILL");
  expect((await watched.ran).end).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  expect((await runProgram(sandbox, "print('again')")).stdout).toBe("again\n");
  expect(said.join("")).toContain("the spawner ended");
  await sandbox.close();
});

const chains = {
  nested: ["the spawner", "bubblewrap", "its process 1", "the zygote", "the run's process 1", "the program"],
  "single-use": ["the spawner", "bubblewrap", "the run's process 1", "the program"],
} as const;
const links = ways.flatMap((way) => chains[way].slice(1).map((which) => ({ which, way })));
test.each(links)(
  "F3 kill -9 of $which is told as the program's end, and the next run has what it needs ($way)",
  async ({ which, way }) => {
    const sandbox = await make({ way });
    const program =
      "import subprocess\nchild = subprocess.Popen(['sleep', '100000'])\nprint('ready')\nchild.wait()";
    const watched = await startProgram(sandbox, program);
    await watched.saw("ready");
    await expect.poll(() => processesBelow(process.pid).some(({ name }) => name === "sleep")).toBe(true);
    const all = processesBelow(process.pid);
    const parentOf = (pid: number): number => all.find((one) => one.pid === pid)?.parent ?? 0;
    const chain = [all.find(({ name }) => name === "sleep")?.pid ?? 0];
    while (parentOf(chain[0] ?? 0) !== process.pid) chain.unshift(parentOf(chain[0] ?? 0));
    const places: readonly string[] = chains[way];
    expect(chain).toHaveLength(places.length + 1);
    process.kill(chain[places.indexOf(which)] ?? 0, "SIGKILL");
    expect((await watched.ran).end).toMatchObject({ exitCode: null, signal: "SIGKILL", outOfMemory: false });
    await expect.poll(() => chain.slice(places.indexOf(which)).filter(isAlive)).toEqual([]);
    expect((await runProgram(sandbox, "print('again')")).stdout).toBe("again\n");
    await settled(way);
    await sandbox.close();
  },
);
