/** What the host can see of sandboxes: their processes and users, read from /proc. */
import { readFileSync, readdirSync } from "node:fs";

export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly uids: readonly number[];
  readonly groups: readonly number[];
}

/** Everything below `pid`, itself not counted. */
export function processesBelow(pid: number): HostProcess[] {
  const all = everyProcess();
  const below = (parent: number): HostProcess[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...below(process.pid)]);
  return below(pid);
}

export const isAlive = (pid: number): boolean => everyProcess().some((process) => process.pid === pid);

function everyProcess(): HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parse(Number(name), readFileSync(`/proc/${name}/status`, "latin1"))];
      } catch (error) {
        if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return []; // it has just ended
        throw error;
      }
    });
}

function parse(pid: number, status: string): HostProcess {
  const field = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
  const numbers = (name: string): number[] => field(name).split(/\s+/).filter(Boolean).map(Number);
  return {
    pid,
    parent: Number(field("PPid")),
    name: field("Name"),
    uids: numbers("Uid"),
    groups: numbers("Groups"),
  };
}
