/** Writes what a program showed and made into one directory: under names that are only names, and never over anything. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { done, refused, type Result } from "../../contract/failures.ts";
import type { RunResult } from "../../contract/results.ts";
import { fileNameOf } from "../runs/media-types.ts";

/** A program may name a file many folders deep; deeper ones are laid flat. */
const mostFolders = 20;
/** Of one name, in UTF-8: file systems take 255. */
const nameBytes = 200;

export interface ResultsDirectory {
  /** Throws when the disk fails. */
  write(result: Named, bytes: Uint8Array): void;
}

type Named = Pick<RunResult, "number" | "kind" | "name" | "mediaType">;

/**
 * Makes it, or takes it when it is empty: so there is neither a link in it that leads elsewhere nor a file that could be
 * lost. The error is one sentence with the fix.
 */
export function openResultsDirectory(directory: string): Result<ResultsDirectory, string> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (readdirSync(directory).length > 0)
      return refused(`--results ${directory} is not empty. Name a new or an empty directory.`);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return refused(`--results ${directory} can't be used (${cause}). Name a directory of yours.`);
  }
  return done({ write: (result, bytes) => writeBelow(directory, result, bytes) });
}

function writeBelow(directory: string, result: Named, bytes: Uint8Array): void {
  const [name = "", ...folders] = placeOf(result).reverse();
  const folder = path.join(directory, ...folders.reverse());
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, name), bytes, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (!isTaken(error)) throw error;
    // Two names became one when they were made plain, or the file system ignores case.
    const own = `result-${result.number}-${name}`;
    writeFileSync(path.join(directory, plainName(own)), bytes, { flag: "wx", mode: 0o600 });
  }
}

/** Files stand where the program had them; what it showed is numbered. */
function placeOf(result: Named): string[] {
  const fileName = fileNameOf(result);
  if (result.kind === "shown") return [plainName(`${result.number}-${fileName}`)];
  const names = fileName.split("/");
  return names.length > mostFolders ? [plainName(names.join("_"))] : names.map(plainName);
}

/** No separator, nothing that a terminal or another system reads as more than a name, and not hidden. */
export function plainName(name: string): string {
  const plain = name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}/\\:*?"<>|]/gu, "_")
    .replace(/^[.\s-]/, "_")
    .replace(/[.\s]+$/, "_");
  let short = "";
  for (const character of plain) {
    if (Buffer.byteLength(short + character) > nameBytes) break;
    short += character;
  }
  return short === "" ? "_" : short;
}

const isTaken = (error: unknown): boolean =>
  ["EEXIST", "EISDIR", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
