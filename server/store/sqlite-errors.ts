/** What SQLite's error numbers mean to us. Source: sqlite.org/rescode.html; node:sqlite puts them into `errcode`. */
import type { RefusalName } from "./refusals.ts";

const busy = 5;
const locked = 6;

const meanings: Readonly<Record<number, RefusalName>> = {
  [busy]: "locked",
  [locked]: "locked",
  /* READONLY */ 8: "not-writable",
  /* IOERR */ 10: "disk-failed",
  /* CORRUPT */ 11: "corrupt",
  /* FULL */ 13: "full",
  /* CANTOPEN */ 14: "not-writable",
  /* NOTADB */ 26: "corrupt",
};

/** The low byte: the high ones only say more exactly what is already told. */
function primaryCode(error: unknown): number | null {
  const code = error instanceof Error && "errcode" in error ? error.errcode : null;
  return typeof code === "number" ? code & 0xff : null;
}

export const isBusy = (error: unknown): boolean => [busy, locked].includes(primaryCode(error) ?? -1);

/** Null for an error that is a fault of the statement, not of the database. */
export function sqliteRefusal(error: unknown): RefusalName | null {
  return meanings[primaryCode(error) ?? -1] ?? null;
}

/** The same for the file system's own errors, met before SQLite is asked. */
export function fileRefusal(error: unknown): RefusalName | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? (fileMeanings[code] ?? null) : null;
}

const fileMeanings: Readonly<Record<string, RefusalName>> = {
  ENOSPC: "full",
  EDQUOT: "full",
  EIO: "disk-failed",
  EACCES: "not-writable",
  EPERM: "not-writable",
  EROFS: "not-writable",
  ENOTDIR: "not-writable",
  EISDIR: "not-writable",
  EEXIST: "not-writable",
};
