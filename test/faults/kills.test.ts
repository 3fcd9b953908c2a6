/** The server is killed at any moment, again and again: nothing of it is left on the host (F1, threat catalogue A81). */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { makeTestSandbox } from "../../server/sandbox/sandbox-for-tests.ts";
import { processesBelow } from "../attacks/host-processes.ts";
import { hostState, nothing, type HostState } from "./host-state.ts";
import { numbers } from "./numbers.ts";

/** 200 are the promise; so many are taken each time, and all of them with KILLS=200. */
const kills = Number(process.env.KILLS ?? 24);
/** Of so many one kills the spawner with the server, so that nobody is left who could tidy up. */
const bothOf = 6;
/** Servers that live at a time. */
const serversAtOnce = 2;
/** A server has said about 15 lines when each of its programs has ended once. */
const linesAtMost = 30;

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

interface Moment {
  /** How much the server has said, and how many turns of our event loop pass after that. */
  readonly lines: number;
  readonly turns: number;
  /** Whether the spawner is killed in the same moment. */
  readonly both: boolean;
}

/** The numbers of the server and its children, none of which is there any more when this resolves, nor anything of theirs. */
async function killOne(temporary: string, { lines, turns, both }: Moment): Promise<readonly number[]> {
  const server = startServer(temporary);
  await server.said(lines);
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(server.process.exitCode).toBeNull();
  const pid = server.process.pid ?? 0;
  const children = processesBelow(pid).filter(({ parent }) => parent === pid);
  expect(children.length).toBeGreaterThan(0);
  // Stopped first, or it would notice that the server dies and begin to tidy up.
  if (both) for (const child of children) process.kill(child.pid, "SIGSTOP");
  server.process.kill("SIGKILL");
  if (both) for (const child of children) process.kill(child.pid, "SIGKILL");
  await server.exited;
  const servers = [pid, ...children.map((child) => child.pid)];
  const left = (): HostState => {
    const state = hostState(servers, temporary);
    if (!both) return state;
    // One that has just cloned, and whose parent dies before it has asked to die with it, waits for that parent for ever: it has
    // nothing of a program's. Where the spawner lives it sees to that (runner/spawner.py, strays).
    const processes = state.processes.filter((stat) => !/^\d+ \(bwrap\) /.test(stat));
    return { ...state, processes, files: [], cgroups: [] };
  };
  await expect.poll(left, { timeout: 20_000, interval: 20 }).toEqual(nothing);
  const stuck = hostState(servers, temporary).processes.map((stat) => String(Number.parseInt(stat, 10)));
  // One that has ended meanwhile is as well.
  if (stuck.length > 0) spawnSync("kill", ["-9", ...stuck]);
  return servers;
}

interface Lane {
  readonly temporary: string;
  readonly servers: number[];
}

/** One server after another in the same temporary directory, where each finds what the one before may have left. */
async function lane(moments: Moment[]): Promise<Lane> {
  const temporary = makeTemporary();
  const servers: number[] = [];
  for (let moment = moments.shift(); moment !== undefined; moment = moments.shift()) {
    servers.push(...(await killOne(temporary, moment)));
    expect(readdirSync(temporary).length).toBeLessThanOrEqual(moment.both ? 1 : 0);
  }
  return { temporary, servers };
}

test(
  `F1 ${kills} kills of the server at any step leave no process, mount, cgroup, socket or file, nor, once the next has started, with its spawner`,
  { timeout: 60_000 + kills * 15_000 },
  async () => {
    const next = numbers(20_261_124);
    const moments = Array.from({ length: kills }, (_, n) => ({
      lines: 1 + next(linesAtMost),
      turns: next(200),
      both: n % bothOf === bothOf - 1,
    }));
    const lanes = await Promise.all(Array.from({ length: serversAtOnce }, () => lane(moments)));
    const usual = process.env.TMPDIR;
    for (const { temporary, servers } of lanes) {
      process.env.TMPDIR = temporary;
      const sandbox = await makeTestSandbox();
      await sandbox.counting(); // told when the leftovers' groups are gone
      const { cgroups, files } = hostState(servers, temporary);
      expect(cgroups).toEqual([]);
      expect(files).toHaveLength(1);
      await sandbox.close();
      expect(hostState(servers, temporary)).toEqual(nothing);
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
  const pid = server.process.pid ?? 0;
  const servers = [pid, ...processesBelow(pid).flatMap((child) => (child.parent === pid ? [child.pid] : []))];
  const found = hostState(servers, temporary);
  const kept = await groupsHere();
  server.process.kill("SIGKILL");
  await server.exited;
  // The server and its spawner at least; its programs may just have ended.
  expect(found.processes.length).toBeGreaterThanOrEqual(2);
  expect(found.files).toHaveLength(1);
  expect(found.cgroups.length > 0).toBe(kept);
  await expect.poll(() => hostState(servers, temporary), { timeout: 20_000 }).toEqual(nothing);
  rmSync(temporary, { recursive: true });
});

/** Whether this machine lets servers have control groups. */
async function groupsHere(): Promise<boolean> {
  const sandbox = await makeTestSandbox();
  const { by } = await sandbox.counting();
  await sandbox.close();
  return by !== "watcher";
}
