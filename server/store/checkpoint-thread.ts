/** The thread that moves SQLite's write-ahead log into the database, asked for each time (sqlite-checkpoints.ts). */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";

/** What was written meanwhile is moved, too, so that the log can begin anew. */
const mostPasses = 4;

const database = new DatabaseSync(String(workerData));
database.exec("pragma synchronous = normal; pragma busy_timeout = 0");
// Passive: nobody waits for it, neither those who write nor those who read.
const checkpoint = database.prepare("pragma wal_checkpoint(passive)");

parentPort?.on("message", (asked: "checkpoint" | "close") => {
  if (asked === "close") {
    database.close();
    parentPort?.close();
    return;
  }
  for (let pass = 0; pass < mostPasses; pass++) {
    const row = checkpoint.get();
    if (row === undefined || row["log"] === row["checkpointed"]) break;
  }
  parentPort?.postMessage("done", []);
});
