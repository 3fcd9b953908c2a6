/** What a process and everything below it use: CPU time from /proc/PID/stat, memory as PSS from /proc/PID/smaps_rollup. */
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** USER_HZ, which Linux fixes at 100 for what it shows in /proc. */
const msPerTick = 10;

/**
 * User and system time in ms that the tree has used since it began: of each living process, with that of the children which
 * it has waited for. A child whose parent ignores SIGCHLD is lost; orphans fall to reaper.py and are not.
 */
export function cpuMs(pid: number): number {
  const ticks = treePids(pid).map((each) => ticksOf(each));
  return ticks.reduce((sum, { own, reaped }) => sum + own + reaped, 0) * msPerTick;
}

/** Of the commands that the harness has spawned and waited for, with their orphans, which fell to the reaper above it. */
export const commandsCpuMs = (): number =>
  (ticksOf(process.pid).reaped + ticksOf(process.ppid).reaped) * msPerTick;

/** Proportional set size of the whole tree, MB (10⁶ bytes). */
export function pssMb(pid: number): number {
  const kib = treePids(pid).map((each) => {
    const text = readProc(each, "smaps_rollup");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0);
  });
  return (kib.reduce((sum, each) => sum + each, 0) * 1024) / 1e6;
}

/**
 * Waits until the tree has used no tick and none of its processes has wanted a processor for 80 ms, at most so long: refills
 * and tear-downs are then over. On a busy machine a process that wants one may go without for longer than a tick.
 */
export async function settled(pid: number, mostMs: number): Promise<void> {
  const until = performance.now() + mostMs;
  let before = cpuMs(pid);
  let quietLooks = 0;
  while (quietLooks < 4 && performance.now() < until) {
    await pause(20);
    const now = cpuMs(pid);
    const isQuiet = now === before && !treePids(pid).some(wantsProcessor);
    quietLooks = isQuiet ? quietLooks + 1 : 0;
    before = now;
  }
}

/** Running, or waiting for a disk; of the harness itself, which looks, this says nothing. */
const wantsProcessor = (pid: number): boolean =>
  pid !== process.pid && /^[RD]$/.test(statFields(pid)[0] ?? "");

/** The process and everything below it that is alive now. */
export function treePids(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statFields(Number(name))[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function ticksOf(pid: number): { readonly own: number; readonly reaped: number } {
  const field = (number: number): number => Number(statFields(pid)[number - 3] ?? 0);
  return { own: field(14) + field(15), reaped: field(16) + field(17) };
}

/** The fields of proc_pid_stat(5) from the third on: the name before them may hold anything. */
function statFields(pid: number): readonly string[] {
  const text = readProc(pid, "stat");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Empty when the process has gone in the meantime. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
