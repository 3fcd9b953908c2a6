/** No query of the stores reads through a whole table: SQLite tells how it would go about each one. */
import { Kysely, CamelCasePlugin } from "kysely";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { RunId, SnippetId } from "../../contract/ids.ts";
import { newId } from "../new-id.ts";
import { someone } from "./both-databases.ts";
import { asItIs, type Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { sampleCall, sampleResult, sampleRun } from "./sample-rows.ts";
import { createCallStore } from "./sql-call-store.ts";
import { createEnvironmentStore } from "./sql-environment-store.ts";
import { createResultStore } from "./sql-result-store.ts";
import { createRunStore } from "./sql-run-store.ts";
import { createSessionStore } from "./sql-session-store.ts";
import { createSnippetStore } from "./sql-snippet-store.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { noDisk } from "./sqlite-sync.ts";
import type { Tables } from "./tables.ts";

const ann = someone();
const bytes = Uint8Array.of(1);
const file = { path: "a", encoding: "utf8" as const, bytes };

async function everyMethod(db: Database): Promise<void> {
  const sessions = createSessionStore(db);
  await sessions.find("x", 1);
  await sessions.touch("x", 1, 2);
  await sessions.saveKey("x", null);
  await sessions.reseal("x", "a", "b");
  await sessions.saveModel("x", null);
  await sessions.findByOwner(ann, 1);
  await sessions.ceilings(ann);
  await sessions.saveCeilings("x", "{}", 1);
  await sessions.remove("x");
  await sessions.removeExpired(1);

  const environments = createEnvironmentStore(db);
  await environments.find(ann);
  await environments.save(ann, { environment: "managed", requirements: ["x"] });

  const snippets = createSnippetStore(db, "sqlite");
  const id = newId<SnippetId>(1);
  const dates = { createdAt: 1, updatedAt: 1, deletedAt: null };
  await snippets.create({ id, ownerId: ann, name: "n", code: "c", files: [file], revision: 1, ...dates }, 10);
  await snippets.find(ann, id);
  await snippets.list(ann, "", 1);
  await snippets.list(ann, "n", 1);
  await snippets.update(ann, id, 1, { name: "m", files: [file], updatedAt: 2 });
  await snippets.update(ann, id, 1, { name: "m", updatedAt: 2 });
  await snippets.remove(ann, id, 3);
  await snippets.restore(ann, id, 10);
  await snippets.purge(1);

  const runs = createRunStore(db);
  const run = sampleRun(ann);
  await runs.create(run, [file]);
  await runs.create(run);
  await runs.files(run.id);
  await runs.find(ann, run.id);
  await runs.list(ann, 10);
  await runs.update(run.id, { reason: "r" });
  await runs.loseUnfinished("r", 1);
  await runs.appendOutput(run.id, [{ n: 1, at: 1, stream: "stdout", bytes }]);
  await runs.readOutput(run.id, 0, 10);
  await runs.dropOutput(run.id, 5, 6);

  const results = createResultStore(db);
  await results.add(sampleResult(run.id, 1), bytes);
  await results.list(run.id);
  await results.find(ann, run.id, 1);

  const calls = createCallStore(db, noDisk);
  const call = sampleCall(run, 1);
  const headers = { requestHeaders: [], responseHeaders: [], arrivals: [] };
  await calls.create(call);
  await calls.update(call.id, { status: 200 });
  await calls.finish(call.id, { status: 200 }, { ...headers, requestBody: bytes, responseBody: bytes });
  await calls.list(ann, run.id);
  await calls.find(ann, newId<RunId>(1), 1);
  await calls.find(ann, run.id, 1);
  await calls.settleUnfinished("m");
  await calls.settleUnknown(call.id, { state: "done" });
  await calls.unknownSince(1, 10);
  await calls.heldSince(ann, 1);
  await runs.prune(ann, 0);
}

test("every query finds its rows by an index", async () => {
  const database = new DatabaseSync(":memory:");
  const statements = new Set<string>();
  const db = new Kysely<Tables>({
    dialect: sqliteDialect(database, 0),
    plugins: [new CamelCasePlugin()],
    log: (event) => void statements.add(event.query.sql),
  });
  await migrate({
    db: asItIs(db),
    kind: "sqlite",
    migrations: migrations("sqlite"),
    backUp: async () => undefined,
  });
  statements.clear();
  await everyMethod(db);

  const plans = [...statements]
    .filter((statement) => /^(select|insert|update|delete)/.test(statement))
    .map((statement) => ({ statement, plan: planOf(database, statement) }));
  expect(plans.length).toBeGreaterThan(30);
  expect(plans.filter(({ plan }) => plan.some((step) => step.startsWith("SCAN")))).toEqual([]);
  await db.destroy();
});

function planOf(database: DatabaseSync, statement: string): string[] {
  const parameters = Array.from(statement.matchAll(/\?/g), () => null);
  return database
    .prepare(`explain query plan ${statement}`)
    .all(...parameters)
    .map((step) => String(step["detail"]));
}
