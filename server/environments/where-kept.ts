/** Where managed environments lie: in the data directory, unless programs could not get there. Pure. */
import { createHash } from "node:crypto";
import { join } from "node:path";

/**
 * Programs of a server that is root run as other users, who can't enter a private data directory; so there the system's place
 * for what can be made again is taken, one directory for each data directory.
 */
export function whereKept(dataDirectory: string, isRoot: boolean): string {
  if (!isRoot) return join(dataDirectory, "environments");
  const name = createHash("sha256").update(dataDirectory).digest("hex").slice(0, 12);
  return join("/var/cache/openrouter-ide", name);
}
