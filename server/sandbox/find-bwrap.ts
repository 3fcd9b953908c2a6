/** Where bubblewrap is: the one on PATH, else where distributions put it. */
import { access, constants } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { SandboxFailure } from "./sandbox.ts";

export async function findBwrap(path = process.env.PATH ?? ""): Promise<Result<string, SandboxFailure>> {
  for (const directory of [...path.split(":").filter(isAbsolute), "/usr/bin", "/usr/local/bin"]) {
    const candidate = join(directory, "bwrap");
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return done(candidate);
  }
  return refused({ says: "bubblewrap is not installed.", hint: "Install it: apt-get install bubblewrap" });
}
