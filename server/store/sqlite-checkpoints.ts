/** Has SQLite's write-ahead log moved into the database by another thread: that waits for the disk, which would stop the whole server. */
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import type { Log } from "../log.ts";

export interface Checkpoints {
  /** A statement has written, `bytes` of them in large values. */
  readonly wrote: (bytes: number) => void;
  /** Before the database is closed: the last one to leave it takes the log away. */
  close(): Promise<void>;
}

/** For a database in memory. */
export const noCheckpoints: Checkpoints = {
  wrote: () => undefined,
  close: () => Promise.resolve(),
};

/** SQLite's own measure, in its pages. */
const usualPages = 1_000;
/** Nobody tells how long the log is, so it is guessed: a row and its indexes are about so many pages. */
const pagesPerStatement = 4;
const pageBytes = 4_096;
/**
 * When the log has become so long it is moved in this thread, too. By then the other one has moved nearly all of it, but the log
 * begins anew only when all has been moved between two writes.
 */
const mostPages = 4_000;
/** More than the thread, which does next to nothing, ever uses. */
const threadLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 };

/** The thread is started when it is needed first. */
export function createCheckpoints(database: DatabaseSync, path: string, log: Log): Checkpoints {
  let thread: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let isOver = false;
  let isBusy = false;
  let pages = 0;
  database.exec(`pragma wal_autocheckpoint = ${mostPages}`);

  const start = (): Worker => {
    const started = new Worker(new URL("./checkpoint-thread.ts", import.meta.url), {
      workerData: path,
      resourceLimits: threadLimits,
    });
    started.unref();
    started.on("message", () => {
      isBusy = false;
    });
    started.on("error", (error) => {
      log.error({ err: error, path }, "checkpoints failed in their own thread and are made in the server's");
      isOver = true;
      if (database.isOpen) database.exec(`pragma wal_autocheckpoint = ${usualPages}`);
    });
    ended = new Promise((resolve) => started.on("exit", () => resolve()));
    return started;
  };
  return {
    wrote(bytes) {
      pages += pagesPerStatement + bytes / pageBytes;
      if (pages < usualPages || isBusy || isOver) return;
      pages = 0;
      isBusy = true;
      thread ??= start();
      thread.postMessage("checkpoint", []);
    },
    async close() {
      if (!isOver) thread?.postMessage("close", []);
      isOver = true;
      // Else the process could end before the database is closed.
      thread?.ref();
      await ended;
    },
  };
}
