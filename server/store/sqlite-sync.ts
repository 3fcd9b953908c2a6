/** Waits for the disk without stopping the server: what SQLite has committed is synced in another thread, many commits at once. */
import { open, type FileHandle } from "node:fs/promises";
import type { Log } from "../log.ts";
import { StoreUnavailable } from "./unavailable.ts";

export interface Disk {
  /**
   * Resolves when everything committed before outlives a power cut. Throws StoreUnavailable when the disk has refused: then
   * what it still holds is not known, so it is refused for good.
   */
  synced(): Promise<void>;
  close(): Promise<void>;
}

/** For a database that keeps its own promises at each commit, or none: one in memory. */
export const noDisk: Disk = {
  synced: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The same store, but what these methods write outlives a power cut when they resolve. */
export function lasting<S extends object>(store: S, disk: Disk, methods: readonly MethodsOf<S>[]): S {
  const lasts = { ...store };
  for (const name of methods) {
    const write = store[name] as (...args: readonly unknown[]) => Promise<unknown>;
    lasts[name] = (async (...args: readonly unknown[]) => {
      const written = await write(...args);
      await disk.synced();
      return written;
    }) as S[typeof name];
  }
  return lasts;
}

type MethodsOf<S> = {
  [K in keyof S]: S[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof S];

/**
 * Syncs a database's write-ahead log, which holds the commits in order and stays the same file as long as the database is
 * open; what has left it for the database itself was synced by SQLite (SQLite, "Write-Ahead Logging"). A sync covers a
 * file's data whoever wrote it (fdatasync(2)). `path` is that log's.
 */
export function syncingDisk(path: string, log: Log): Disk {
  let file: Promise<FileHandle> | null = null;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let refused: StoreUnavailable | null = null;

  const sync = async (): Promise<void> => {
    if (refused !== null) throw refused;
    try {
      file ??= open(path, "r");
      await (await file).datasync();
    } catch (error) {
      refused = new StoreUnavailable(error);
      log.error(
        { err: error, path },
        "the disk refused to keep what was written; nothing more is promised until a restart",
      );
      throw refused;
    }
  };
  const begin = (): Promise<void> => {
    const mine = sync().finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  };
  return {
    synced() {
      if (running === null) return begin();
      // What is under way may have begun before our commit: the one after it is ours, and everybody's who comes until then.
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = null;
          return begin();
        });
      return next;
    },
    async close() {
      await (next ?? running)?.catch(() => undefined);
      await (await file?.catch(() => null))?.close();
    },
  };
}
