/** A directory for one command's files, private to this user; what killed commands left there goes with the next one. */
import { lstat, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeProcessDirectory } from "../process-directory.ts";

/** Mode 0700, empty, below the system's temporary directory; the caller removes it. */
export async function makePrivateDirectory(): Promise<string> {
  const uid = process.getuid?.() ?? 0;
  const ours = join(tmpdir(), `openrouter-ide-${uid}`);
  await mkdir(ours, { recursive: true, mode: 0o700 });
  // Anybody may have made that name in a shared directory: then it is left alone.
  const seen = await lstat(ours);
  const isOurs = seen.isDirectory() && seen.uid === uid && (seen.mode & 0o077) === 0;
  return isOurs ? (await makeProcessDirectory(ours, true)).path : mkdtemp(join(tmpdir(), "openrouter-ide-"));
}
