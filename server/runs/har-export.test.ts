/** A run's HAR file is made piece by piece: its size is not in memory, however large the recordings are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OwnerId } from "../../contract/ids.ts";
import type { RouteInput } from "../../contract/routes.ts";
import { readHar } from "../../test/har-12.ts";
import type { SentStream } from "../http/streamed-reply.ts";
import { createLog } from "../log.ts";
import { newId } from "../new-id.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { sampleCall, sampleRun } from "../store/sample-rows.ts";
import { createHarExport } from "./har-export.ts";
import { toRun } from "./run-view.ts";

const MiB = 2 ** 20;
const ann = newId<OwnerId>(0);
const caller = { ownerId: ann, sessionIdHash: "" };
const run = sampleRun(ann, { fileName: "ask me.py" });

let directory: string;
let store: Store;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "orid-har-"));
  const opened = await openStore(`sqlite:${directory}/a.db`, createLog("silent"));
  if (!opened.ok) throw new Error(opened.error.says);
  store = opened.value;
  await store.runs.create(run);
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const exporting = () =>
  createHarExport({
    calls: store.calls,
    async viewOf({ ownerId }, id) {
      const row = await store.runs.find(ownerId, id);
      return row === null ? null : toRun(row, row);
    },
  });

async function harOf(
  from: ReturnType<typeof exporting>,
  input: Partial<RouteInput<"getRunHar">> = {},
): Promise<SentStream> {
  const params = { run: run.id };
  const made = await from.getRunHar({ params, query: undefined, body: undefined, ...input }, caller);
  if (!made.ok || !("chunks" in made.value)) throw new Error("refused");
  return made.value;
}

async function textOf({ chunks }: SentStream): Promise<string> {
  let text = "";
  for await (const chunk of chunks()) text += chunk;
  return text;
}

test("a run without calls is a whole file", async () => {
  const sent = await harOf(exporting());
  expect(sent.fileName).toBe(`ask me-${run.id}.har`);
  expect(readHar(await textOf(sent)).log.entries).toEqual([]);
});

test("64 calls of a mebibyte each go by one at a time", async () => {
  const body = Buffer.alloc(MiB, "word ");
  for (let number = 1; number <= 64; number += 1) {
    const call = sampleCall(run, number, { responseBytes: body.length });
    await store.calls.create(call);
    await store.calls.finish(
      call.id,
      { state: "done" },
      {
        requestHeaders: [],
        requestBody: new Uint8Array(),
        responseHeaders: [["content-type", "text/plain"]],
        responseBody: body,
        arrivals: [[body.length, 1]],
      },
    );
  }
  const inUse = (): number => {
    // Twice: what buffers held is given back beside the first, when the machine has a processor for it.
    gc?.();
    gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = inUse();
  let [most, bytes, count] = [0, 0, 0];
  for await (const chunk of (await harOf(exporting())).chunks()) {
    bytes += chunk.length;
    if (++count % 16 === 0) most = Math.max(most, inUse() - before);
  }
  expect(bytes).toBeGreaterThan(64 * MiB);
  // Kept, they would be all of that at the end.
  expect(most).toBeLessThan(48 * MiB);
});

test("one call alone is a file of its own; one that is not there, and another's, is none", async () => {
  const from = exporting();
  const params = { run: run.id, number: "3" };
  const input = { params, query: undefined, body: undefined };
  const made = await from.getCallHar(input, caller);
  if (!made.ok || !("chunks" in made.value)) throw new Error("refused");
  expect(made.value.fileName).toBe(`ask me-${run.id}-call-3.har`);
  expect(readHar(await textOf(made.value)).log.entries.map((entry) => entry._openrouter["number"])).toEqual([
    3,
  ]);
  expect(await from.getCallHar({ ...input, params: { ...params, number: "99" } }, caller)).toMatchObject({
    ok: false,
  });
  expect(await from.getCallHar(input, { ...caller, ownerId: newId<OwnerId>(1) })).toMatchObject({
    ok: false,
  });
});
