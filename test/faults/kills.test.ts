/** The server is killed at any moment, again and again: nothing of it is left on the host (F1, threat catalogue A81). */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { makeTestSandbox } from "../../server/sandbox/sandbox-for-tests.ts";
import { isAlive, processesBelow } from "../attacks/host-processes.ts";
import { hostState, nothing, type HostState } from "./host-state.ts";

/** 200 are the promise; so many are taken each time, and all of them with KILLS=200. */
const kills = Number(process.env.KILLS ?? 24);
/** Servers that live at a time. */
const lanes = 2;
/** A server has said about 15 lines when each of its programs has ended once. */
const linesAtMost = 30;

/** A number below `bound` that is the same in every run of the tests (mulberry32). */
function numbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

interface Server {
  readonly process: ChildProcess;
  /** Resolves at its n-th line, to all of them. */
  said(lines: number): Promise<readonly string[]>;
  readonly exited: Promise<unknown>;
}

function startServer(temporary: string): Server {
  const server = spawn(process.execPath, [join(import.meta.dirname, "server-to-kill.ts")], {
    detached: true,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return {
    process: server,
    exited: once(server, "exit"),
    async said(lines) {
      const said: string[] = [];
      for await (const line of createInterface({ input: server.stdout })) {
        said.push(line);
        if (said.length === lines) break;
      }
      return said;
    },
  };
}

function makeTemporary(): string {
  const temporary = mkdtempSync(join(tmpdir(), "kills-"));
  chmodSync(temporary, 0o755);
  return temporary;
}

/**
 * Kills a server when it has said `lines` lines and `turns` turns of our event loop later. Its directory, without anything of a
 * program's in it, may be left to the next server.
 */
async function killOne(temporary: string, lines: number, turns: number): Promise<void> {
  const server = startServer(temporary);
  await server.said(lines);
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(server.process.exitCode).toBeNull();
  const pid = server.process.pid ?? 0;
  // The spawner has a session of its own and nothing of the directory mounted: it is known by its parent.
  const children = processesBelow(pid).filter(({ parent }) => parent === pid);
  server.process.kill("SIGKILL");
  await server.exited;
  const left = (): HostState => {
    const state = hostState(pid, temporary);
    const alive = children.filter((child) => isAlive(child.pid)).map(({ name }) => name);
    return { ...state, processes: [...state.processes, ...alive], files: [] };
  };
  await expect.poll(left, { timeout: 20_000, interval: 20 }).toEqual(nothing);
}

/** Resolves to the temporary directory, in which each server took away what the one before had left. */
async function lane(moments: (readonly [number, number])[]): Promise<string> {
  const temporary = makeTemporary();
  for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) {
    await killOne(temporary, ...moment);
    expect(readdirSync(temporary).length).toBeLessThanOrEqual(1);
  }
  return temporary;
}

test(
  `F1 ${kills} kills of the server at any step leave no process, mount, cgroup or socket, and no file once the next has started`,
  { timeout: 300_000 },
  async () => {
    const next = numbers(20_261_124);
    const moments = Array.from({ length: kills }, () => [1 + next(linesAtMost), next(200)] as const);
    const places = await Promise.all(Array.from({ length: lanes }, () => lane(moments)));
    const usual = process.env.TMPDIR;
    for (const temporary of places) {
      process.env.TMPDIR = temporary;
      await (await makeTestSandbox()).close();
      expect(readdirSync(temporary)).toEqual([]);
      rmSync(temporary, { recursive: true });
    }
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  },
);

test("what is looked for is found while the server lives", async () => {
  const temporary = makeTemporary();
  const server = startServer(temporary);
  await server.said(linesAtMost);
  const found = hostState(server.process.pid ?? 0, temporary);
  server.process.kill("SIGKILL");
  await server.exited;
  // The server and its spawner at least; its programs may just have ended.
  expect(found.processes.length).toBeGreaterThanOrEqual(2);
  expect(found.files).toHaveLength(1);
  await expect
    .poll(() => hostState(server.process.pid ?? 0, temporary).processes, { timeout: 20_000 })
    .toEqual([]);
  rmSync(temporary, { recursive: true });
});
