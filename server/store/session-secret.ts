/** Where the session secrets come from: the operator, or a private file that is made once in the data directory. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { refused, type Result } from "../../contract/failures.ts";
import { checkSecrets } from "./vault.ts";

const fileName = "session-secret";
/** As base64url: 64 characters. */
const secretBytes = 48;

/**
 * Newest first. `given` is SESSION_SECRET's value, null when it is not set. The refusal is a sentence for the operator.
 * A file that can't be read or holds too little is refused, never replaced: keys were sealed with what it held.
 */
export function sessionSecrets(given: string | null, dataDirectory: string): Result<string[], string> {
  if (given !== null) return named("SESSION_SECRET", checkSecrets(given));
  const file = join(dataDirectory, fileName);
  try {
    return named(file, checkSecrets(readOrMake(file, dataDirectory)));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return refused(`The session secret in ${file} can't be read or made: ${cause}`);
  }
}

function readOrMake(file: string, directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const present = readSecret(file);
  if (present !== null) return present;
  makeSecret(file);
  const made = readSecret(file);
  if (made === null) throw new Error("it vanished as soon as it was made");
  return made;
}

function readSecret(file: string): string | null {
  try {
    const secret = readFileSync(file, "utf8");
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return secret;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Written whole under another name first. Of two servers that start at once, the second finds the name taken. */
function makeSecret(file: string): void {
  const fresh = `${file}.${randomBytes(6).toString("hex")}.new`;
  try {
    const descriptor = openSync(fresh, "wx", 0o600);
    try {
      writeSync(descriptor, `${randomBytes(secretBytes).toString("base64url")}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    linkSync(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
}

function named(source: string, secrets: Result<string[], string>): Result<string[], string> {
  return secrets.ok ? secrets : refused(`${source}: ${secrets.error}`);
}
