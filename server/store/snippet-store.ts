/** Port: saved programs. Every method names the owner; another owner's snippet is as good as missing. */
import type { OwnerId, SnippetId } from "../../contract/ids.ts";
import type { ProgramFileRow } from "./program-file.ts";
import type { Result } from "../../contract/failures.ts";

export interface SnippetRow {
  readonly id: SnippetId;
  readonly ownerId: OwnerId;
  readonly name: string;
  readonly code: string;
  /** By path. */
  readonly files: readonly ProgramFileRow[];
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly deletedAt: number | null;
}

export type SnippetListRow = Omit<SnippetRow, "code" | "files"> & { readonly fileCount: number };

export interface SnippetStore {
  /** Inserts unless the owner already has `limit` live ones; false then. */
  create(row: SnippetRow, limit: number): Promise<boolean>;
  find(ownerId: OwnerId, id: SnippetId): Promise<SnippetRow | null>;
  /** Newest change first, without deleted ones. `search` looks in name and code, ignoring case, `%` and `_` as themselves. */
  list(
    ownerId: OwnerId,
    search: string,
    limit: number,
  ): Promise<{ readonly rows: readonly SnippetListRow[]; readonly total: number }>;
  /** Writes only onto the named revision, which it raises by one. */
  update(
    ownerId: OwnerId,
    id: SnippetId,
    revision: number,
    change: {
      readonly name?: string;
      readonly code?: string;
      /** All of them. */
      readonly files?: readonly ProgramFileRow[];
      readonly updatedAt: number;
    },
  ): Promise<Result<SnippetRow, "not-found" | "conflict">>;
  /** False when there is none. */
  remove(ownerId: OwnerId, id: SnippetId, deletedAt: number): Promise<boolean>;
  restore(ownerId: OwnerId, id: SnippetId, limit: number): Promise<Result<SnippetRow, "not-found" | "full">>;
  /** Removes for good what was deleted before that time. */
  purge(deletedBefore: number): Promise<number>;
}
