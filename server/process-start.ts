/** When a process began: with its number, a name that no other process ever has. */
import { readFile } from "node:fs/promises";

/** In clock ticks since boot (field 22 of proc(5)'s stat); "" when there is none of that number. */
export async function processStart(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return line.slice(line.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}
