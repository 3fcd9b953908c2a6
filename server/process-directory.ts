/** A private directory of this process below the data directory; it also shows which other servers use the same data. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFromHere, isRunning, ownProcessName } from "./process-name.ts";

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
    if (isRunning(name)) others++;
    else if (!isShared || isFromHere(name)) await rm(join(all, name), { recursive: true, force: true });
  }
  const path = join(all, ownProcessName());
  await mkdir(path, { recursive: true, mode: 0o700 });
  return { path, others };
}
