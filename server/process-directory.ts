/** A private directory of this process below the data directory; it also shows which other servers use the same data. */
import { readFileSync, statSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export interface ProcessDirectory {
  /** Mode 0700, empty. */
  readonly path: string;
  /** Servers that run now on the same data directory. */
  readonly others: number;
}

/**
 * Makes `<data>/run/<pid>-<start>-<namespace>`, and removes those of processes that died unasked. From another process namespace nobody
 * can tell that: a data directory is one server's after the other, so there they are taken for dead, as after a container's restart;
 * `isShared` says that the directory is everybody's on this machine, so there they stay.
 */
export async function makeProcessDirectory(
  dataDirectory: string,
  isShared = false,
): Promise<ProcessDirectory> {
  const all = join(dataDirectory, "run");
  await mkdir(all, { recursive: true, mode: 0o700 });
  let others = 0;
  for (const name of await readdir(all)) {
    if (nameOf(Number.parseInt(name, 10)) === name) others++;
    else if (!isShared || name.endsWith(`-${namespace()}`))
      await rm(join(all, name), { recursive: true, force: true });
  }
  const path = join(all, nameOf(process.pid) ?? String(process.pid));
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { path, others };
}

/** Of processes, as the number of its inode. */
const namespace = (): number => statSync("/proc/self/ns/pid").ino;

/** Process numbers are used again; with its start time one stands for one process. Null when there is none. */
function nameOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22, counted after the command's closing bracket (proc(5)).
    const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid}-${startedAt}-${namespace()}`;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
