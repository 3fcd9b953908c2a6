/** A run, or one call of it, as a HAR 1.2 log that is made while it is sent: one entry is in memory at a time. */
import { done, refused } from "../../contract/failures.ts";
import type { OwnerId, RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Run } from "../../contract/runs.ts";
import { harEntry } from "../gateway/har-entry.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import type { CallStore } from "../store/call-store.ts";
import { version } from "../version.ts";
import { createTurns, type Turns } from "./turns.ts";

export interface HarParts {
  readonly calls: Pick<CallStore, "list" | "find">;
  readonly viewOf: (caller: Caller, run: RunId) => Promise<Run | null>;
}

export function createHarExport({ calls, viewOf }: HarParts): Pick<Handlers, "getRunHar" | "getCallHar"> {
  const turns = createTurns(limits.exportsPerOwner);
  const log = (run: Run, owner: OwnerId, numbers: readonly number[], name: string) => ({
    mediaType: "application/json" as const,
    fileName: `${run.fileName.replace(/\.pyw?$/, "")}-${name}.har`,
    chunks: () => inTurn(turns, owner, () => harLog(calls, run, owner, numbers)),
  });
  return {
    async getRunHar({ params }, caller) {
      const run = await viewOf(caller, params.run);
      if (run === null) return refused({ code: "not-found" });
      const rows = await calls.list(caller.ownerId, run.id);
      const numbers = rows.map(({ number }) => number);
      return done(log(run, caller.ownerId, numbers, run.id));
    },

    async getCallHar({ params }, caller) {
      const run = await viewOf(caller, params.run);
      const number = Number(params.number);
      if (run === null || (await calls.find(caller.ownerId, run.id, number)) === null)
        return refused({ code: "not-found" });
      return done(log(run, caller.ownerId, [number], `${run.id}-call-${number}`));
    },
  };
}

async function* harLog(
  calls: HarParts["calls"],
  run: Run,
  owner: OwnerId,
  numbers: readonly number[],
): AsyncGenerator<string> {
  const page = {
    startedDateTime: run.startedAt ?? run.createdAt,
    id: `run_${run.id}`,
    title: `${run.fileName} (${run.reason ?? run.state})`,
    pageTimings: { onContentLoad: -1, onLoad: run.wallMs ?? -1 },
    _openrouter: run,
  };
  const creator = { name: "openrouter-ide", version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},\n"pages":[${JSON.stringify(page)}],\n"entries":[`;
  let isFirst = true;
  for (const number of numbers) {
    const found = await calls.find(owner, run.id, number);
    // The run may have been removed meanwhile.
    if (found === null) continue;
    yield `${isFirst ? "" : ","}\n${harEntry(found.row, found.recording, page.id)}`;
    isFirst = false;
  }
  yield "\n]}}\n";
}

/** Whoever reads slowly keeps an entry in memory, so an owner's logs are made few at a time; others begin when one has ended. */
async function* inTurn(
  turns: Turns,
  owner: OwnerId,
  begin: () => AsyncIterable<string>,
): AsyncGenerator<string> {
  const leave = await turns.take(owner);
  try {
    yield* begin();
  } finally {
    leave();
  }
}
