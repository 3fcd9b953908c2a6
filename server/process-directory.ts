/** A private directory of this process below the data directory; it also shows which other servers use the same data. */
import { readFileSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

export interface ProcessDirectory {
  /** Mode 0700, empty. */
  readonly path: string;
  /** Servers that run now on the same data directory. */
  readonly others: number;
}

/** Makes `<data>/run/<pid>-<start>`, and removes those of processes that died unasked. */
export async function makeProcessDirectory(dataDirectory: string): Promise<ProcessDirectory> {
  const all = join(dataDirectory, "run");
  await mkdir(all, { recursive: true, mode: 0o700 });
  let others = 0;
  for (const name of await readdir(all)) {
    if (nameOf(Number.parseInt(name, 10)) === name) others++;
    else await rm(join(all, name), { recursive: true, force: true });
  }
  const path = join(all, nameOf(process.pid) ?? String(process.pid));
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { path, others };
}

/** Process numbers are used again; with its start time one stands for one process. Null when there is none. */
function nameOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Field 22, counted after the command's closing bracket (proc(5)).
    const startedAt = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid}-${startedAt}`;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
