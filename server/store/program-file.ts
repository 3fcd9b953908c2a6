/** Files beside a program as the stores keep them, for snippets and runs alike. */
import type { ProgramFile } from "../../contract/files.ts";

export interface ProgramFileRow {
  readonly path: string;
  /** How it was sent, and is sent back. */
  readonly encoding: ProgramFile["encoding"];
  readonly bytes: Uint8Array;
}

/** `file` has passed the contract's schema. */
export const toFileRow = ({ path, content, encoding }: ProgramFile): ProgramFileRow => ({
  path,
  encoding,
  bytes: Buffer.from(content, encoding),
});

export const toProgramFile = ({ path, encoding, bytes }: ProgramFileRow): ProgramFile => ({
  path,
  encoding,
  content: Buffer.from(bytes).toString(encoding),
});

/** In one order on every database, whatever its collation. */
export const byPath = (rows: readonly ProgramFileRow[]): readonly ProgramFileRow[] =>
  rows.toSorted((one, other) => (one.path < other.path ? -1 : 1));
