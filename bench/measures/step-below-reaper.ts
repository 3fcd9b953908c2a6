/** Puts the harness itself below reaper.py: bubblewrap leaves before its own init does, and that orphan's CPU must not get lost. */
import { readFileSync } from "node:fs";

export const reaper = new URL("reaper.py", import.meta.url).pathname;

/** Returns when this process is a child of the reaper; otherwise becomes one, from the beginning. */
export function stepBelowReaper(): void {
  if (readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0").includes(reaper)) return;
  const python = "/usr/bin/python3";
  process.execve?.(python, [
    python,
    "-I",
    reaper,
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]);
  throw new Error("This needs Node 24 (process.execve): run it with the one that npm installed here.");
}
