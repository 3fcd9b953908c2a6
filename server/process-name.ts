/** A name for a process that no other has, so that what it left can be told from what a living one still has. */
import { readFileSync, statSync } from "node:fs";

/**
 * `<pid>-<start>-<namespace>`: numbers are used again, but not with the same start (clock ticks since boot, field 22 of proc(5)'s
 * stat), and they mean another process in another namespace of processes. Null when there is none of that number.
 */
export function processName(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // Counted after the command's closing bracket: it may hold anything.
    return `${pid}-${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}-${namespace()}`;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

export function ownProcessName(): string {
  const name = processName(process.pid);
  if (name === null) throw new Error("/proc does not show this process");
  return name;
}

/** False for all of other namespaces: nobody can tell from here. */
export const isRunning = (name: string): boolean => processName(Number.parseInt(name, 10)) === name;

/** Whether a process of that name, running or not, belongs to this one's namespace. */
export const isFromHere = (name: string): boolean => name.endsWith(`-${namespace()}`);

/** Of processes, as the number of its inode. */
const namespace = (): number => statSync("/proc/self/ns/pid").ino;
