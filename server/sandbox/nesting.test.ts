/** The choice of who makes the namespaces: nested where it works, single-use where only that is refused, and never by accident. */
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { done, refused } from "../../contract/failures.ts";
import { createLog } from "../log.ts";
import { decideNesting } from "./nesting.ts";
import { makeTestSandbox } from "./sandbox-for-tests.ts";

const log = createLog("info", new Writable({ write: (_line, _encoding, next) => next() }));
const refusal = "the run could not be made ready: [Errno 1] making namespaces: Operation not permitted";

/** What is found where sandboxes of either way end so (null: they work), and what was tried for it. */
async function found(asked: "auto" | "nested" | "single-use", ends: Record<string, string | null>) {
  const tried: string[] = [];
  const nesting = decideNesting({
    asked,
    async attempt(way) {
      tried.push(way);
      const end = ends[way] ?? null;
      return end === null ? done(null) : refused(end);
    },
    log,
  });
  const first = await nesting();
  return {
    way: first.way,
    says: first.says,
    tried: [...tried],
    again: (await nesting()).way,
    triedInAll: tried.length,
  };
}

test("nested where that works, and it is tried once", async () => {
  expect(await found("auto", {})).toMatchObject({
    way: "nested",
    tried: ["nested"],
    again: "nested",
    triedInAll: 1,
  });
});

test.each([
  refusal,
  "the run could not be made ready: [Errno 28] making namespaces: No space left on device",
  "the run could not be made ready: [Errno 13] Permission denied: '/proc/self/uid_map'",
  "the run could not be made ready: [Errno 1] mounting /proc: Operation not permitted",
])("single-use where what is inside is refused: %s", async (end) => {
  expect(await found("auto", { nested: end })).toMatchObject({
    way: "single-use",
    says: expect.stringContaining(end),
    tried: ["nested", "single-use"],
    triedInAll: 2,
  });
});

test.each(["bwrap: No permissions to create new namespace", "spawner: [Errno 24] Too many open files"])(
  "nothing is decided where neither would work, and it is tried again: %s",
  async (end) => {
    expect(await found("auto", { nested: end, "single-use": end })).toMatchObject({
      way: "nested",
      says: expect.stringContaining(end),
      tried: ["nested"],
      triedInAll: 2,
    });
  },
);

test("nothing is decided where both are refused", async () => {
  expect(await found("auto", { nested: refusal, "single-use": "no" })).toMatchObject({
    way: "nested",
    triedInAll: 4,
  });
});

test.each(["nested", "single-use"] as const)("%s where the operator says so, whatever works", async (way) => {
  expect(await found(way, { [way]: refusal })).toMatchObject({
    way,
    tried: [],
    says: expect.stringContaining("operator"),
  });
});

test("how sandboxes are made and how runs are limited is in the log from the start", async () => {
  const said: string[] = [];
  const sandbox = await makeTestSandbox({
    log: new Writable({ write: (line, _encoding, next) => (said.push(String(line)), next()) }),
    logLevel: "info",
    way: "auto",
  });
  const messages = () => said.map((line) => (JSON.parse(line) as { msg: string }).msg).sort();
  const wanted = ["how runs are limited", "how sandboxes are made"];
  await expect.poll(messages, { timeout: 20_000 }).toEqual(wanted);
  expect(said.join("")).toMatch(/"groups":"(v1|v2|none)","says":"[^"]+/);
  await sandbox.close();
});
