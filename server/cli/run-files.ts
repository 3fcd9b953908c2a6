/** Reads the program and the files that go beside it; everything else on this machine stays out of the sandbox. */
import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { done, refused, type Result } from "../../contract/failures.ts";
import { limits } from "../../contract/limits.ts";

export interface RunFiles {
  readonly fileName: string;
  readonly source: Uint8Array;
  /** By relative path with "/". */
  readonly beside: ReadonlyMap<string, Uint8Array>;
}

/** What `--with` may bring along, together. */
export const besideLimits = { files: 1_000, bytes: 32 * 1024 * 1024, depth: 20 } as const;

/** The error is one sentence with the fix. */
export function readRunFiles(file: string, withPaths: readonly string[]): Result<RunFiles, string> {
  if (file === "-") return refused("run reads no program from standard input. Save it to a FILE first.");
  const source = readProgram(file);
  if (!source.ok) return source;
  const fileName = path.basename(file);
  if (fileName.length > limits.fileNameLength || /\p{Cc}/u.test(fileName))
    return refused(
      `The name of ${JSON.stringify(file)} is too long or holds control characters. Rename the file.`,
    );
  const beside = new Map<string, Uint8Array>();
  for (const given of withPaths) {
    const fault = collect(given, beside);
    if (fault !== null) return refused(fault);
  }
  beside.delete(fileName);
  return done({ fileName, source: source.value, beside });
}

function readProgram(file: string): Result<Uint8Array, string> {
  try {
    const seen = statSync(file);
    if (!seen.isFile()) return refused(`${file} is not a file. Name the program's .py file.`);
    if (seen.size > limits.codeBytes)
      return refused(
        `${file} is too large: a program may have ${limits.codeBytes / 1024} KiB. Move data to files (--with).`,
      );
    return done(readFileSync(file));
  } catch (error) {
    return refused(unreadable(file, error));
  }
}

/** A folder brings what is in it; a fault is a sentence, null when all was taken. */
function collect(given: string, into: Map<string, Uint8Array>): string | null {
  try {
    const isFolder = statSync(given).isDirectory();
    const found = isFolder ? filesIn(given, "", 0) : [path.basename(given)];
    if (found === null) return `${given} holds more than --with takes: ${limitWords}. Name what is needed.`;
    for (const relative of found) {
      const fault = take(isFolder ? path.join(given, relative) : given, relative, into);
      if (fault !== null) return fault;
    }
    return null;
  } catch (error) {
    return unreadable(given, error);
  }
}

function take(file: string, relative: string, into: Map<string, Uint8Array>): string | null {
  if (into.has(relative)) return `--with brings two files named ${relative}. Leave one out.`;
  const held = [...into.values()].reduce((sum, bytes) => sum + bytes.length, 0);
  if (into.size >= besideLimits.files || held + statSync(file).size > besideLimits.bytes)
    return `That is more than --with takes: ${limitWords}. Name what is needed.`;
  if (!statSync(file).isFile()) return `${file} is not a plain file. Name files or folders with --with.`;
  into.set(relative, readFileSync(file));
  return null;
}

const limitWords = `${besideLimits.files} files of ${besideLimits.bytes / 2 ** 20} MiB together, ${besideLimits.depth} folders deep`;

/**
 * Plain files only: links could lead anywhere. Hidden entries are left out (`.env` holds keys, `.git` history) unless they
 * are named themselves. Null when there are too many.
 */
function filesIn(folder: string, before: string, depth: number): string[] | null {
  if (depth > besideLimits.depth) return null;
  const found: string[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (name.startsWith(".") || name === "__pycache__") continue;
    const seen = lstatSync(path.join(folder, name));
    if (seen.isFile()) found.push(`${before}${name}`);
    if (seen.isDirectory()) {
      const below = filesIn(path.join(folder, name), `${before}${name}/`, depth + 1);
      if (below === null) return null;
      found.push(...below);
    }
    if (found.length > besideLimits.files) return null;
  }
  return found;
}

function unreadable(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") return `${file} does not exist. Check the path.`;
  if (code === "EACCES") return `${file} can't be read by this user. Check its rights.`;
  return `${file} can't be read: ${message}.`;
}
