/** The use cases of runs: start, stop, type into, look at. State is written before its effect. */
import { setImmediate } from "node:timers/promises";
import type { Call } from "../../contract/calls.ts";
import type { Result } from "../../contract/failures.ts";
import { done, refused } from "../../contract/failures.ts";
import type { RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { RouteOutput } from "../../contract/routes.ts";
import type { Run, StartRun } from "../../contract/runs.ts";
import { toCall, toCallRecord } from "../gateway/call-view.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import { newId } from "../new-id.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import type { PythonPlace, SandboxFailure } from "../sandbox/sandbox.ts";
import type { CallStore } from "../store/call-store.ts";
import { toFileRow, toProgramFile } from "../store/program-file.ts";
import type { ResultStore } from "../store/result-store.ts";
import type { RunRow } from "../store/run-store.ts";
import { driveRun, type DriveParts } from "./drive-run.ts";
import { createFollowing } from "./following.ts";
import type { RunFollowing } from "./follow.ts";
import { LateCalls } from "./late-calls.ts";
import { LiveRun, type LiveRunOptions } from "./live-run.ts";
import { createHarExport } from "./har-export.ts";
import { fileNameOf } from "./media-types.ts";
import { defaultOutputLimits } from "./output-log.ts";
import { Places } from "./places.ts";
import { Attention, type Presence } from "./presence.ts";
import { createResends, tell } from "./resends.ts";
import { defaultResultLimits } from "./run-results.ts";
import { toRun } from "./run-view.ts";

export interface RunsParts extends Omit<DriveParts, "called"> {
  readonly calls: CallStore;
  readonly results: ResultStore;
  readonly timeouts: { readonly defaultMs: number; readonly maxMs: number };
  /** Where this caller's calls go, and what its programs find as OPENROUTER_MODEL. */
  readonly upstreamOf: (caller: Caller) => Promise<{
    readonly upstream: Upstream;
    readonly model: string | null;
    /** What its calls may cost together, 10^-12 USD. */
    readonly ceilingPicoUsd: bigint | null;
  }>;
  /** Where calls of a run go that this caller sends again; null: that takes a key, and there is none. */
  readonly upstreamFor: (caller: Caller, simulated: boolean) => Promise<Upstream | null>;
  /** What the code imports that this caller's programs would not find; `files` are the paths beside it. */
  readonly missingOf: (
    caller: Caller,
    code: string,
    files: readonly string[],
  ) => Promise<RouteOutput<"prepareRun">["missing"]>;
  /** What it would run with as things stand; nothing is made. Null: the sandbox's default. */
  readonly pythonOf: (caller: Caller, code: string) => Promise<PythonPlace | null>;
  /** Why no run may start now, if so. */
  readonly notReady: () => SandboxFailure | null;
}

type RunHandlers = Pick<
  Handlers,
  | "startRun"
  | "listRuns"
  | "getRun"
  | "stopRun"
  | "sendInput"
  | "prepareRun"
  | "resizeTerminal"
  | "getResult"
  | "listCalls"
  | "getCall"
  | "resendCall"
  | "stopCall"
  | "getRunHar"
  | "getCallHar"
>;

export interface Runs {
  readonly handlers: RunHandlers;
  readonly following: RunFollowing;
  /** To be told of who has a page open: the sandbox forgets those who are gone. */
  readonly presence: Presence;
  /** Ends what is under way (first gently) and resolves when all is written. */
  close(): Promise<void>;
}

export function createRuns(parts: RunsParts): Runs {
  const live = new Map<RunId, LiveRun>();
  const driving = new Set<Promise<void>>();
  const places = new Places({
    perOwner: limits.runningPerOwner,
    perServer: limits.runningPerServer,
    waitingPerOwner: limits.queuedPerOwner,
  });
  let isClosing = false;
  const late = new LateCalls();
  const called = (call: Call): void => tell({ live: (id) => live.get(id), late }, call);
  const resends = createResends({ ...parts, live: (id) => live.get(id), late });

  const attention = new Attention({
    isBusy: (owner) => [...live.values()].some(({ row }) => row.ownerId === owner),
    forget: (owner) => parts.sandbox.forget(owner),
  });

  const begin = (row: RunRow, { files = [], terminal = null }: StartRun, upstream: Upstream): LiveRun => {
    const run = new LiveRun(row, { ...keeping(parts, row.id), terminal, hasFiles: files.length > 0 });
    live.set(row.id, run);
    const driven = driveRun({ ...parts, called }, places, run, upstream).finally(() => {
      live.delete(row.id);
      driving.delete(driven);
    });
    driving.add(driven);
    return run;
  };

  const viewOf = async (caller: Caller, id: RunId): Promise<Run | null> => {
    const running = live.get(id);
    if (running !== undefined && running.row.ownerId === caller.ownerId) return running.view();
    const row = await parts.runs.find(caller.ownerId, id);
    return row === null ? null : toRun(row, row);
  };

  const following = createFollowing({
    runs: parts.runs,
    results: parts.results,
    calls: parts.calls,
    late,
    now: () => parts.clock.now(),
    live: (id) => live.get(id),
    failed: (error, run) => parts.log.warn({ run, err: error }, "a reader of a run was given up"),
  });
  const isFollowed = ({ socket }: StartRun, { sessionIdHash }: Caller, run: RunId): boolean =>
    socket !== undefined && following.started(socket, sessionIdHash, run);

  const handlers: RunHandlers = {
    async startRun({ body }, caller) {
      if (isClosing) return refused({ code: "shutting-down" });
      const weak = parts.notReady();
      if (weak !== null) return refused({ code: "sandbox-unavailable", ...weak });
      const arrived = places.enter(caller.ownerId);
      if (arrived === null) {
        return refused({
          code: "too-many",
          says: `${limits.queuedPerOwner} of your runs already wait for a place.`,
        });
      }
      try {
        const { upstream, ...facts } = await parts.upstreamOf(caller);
        const row = newRow(parts, body, caller, { ...facts, simulated: upstream.simulated });
        const created = await parts.runs.create(row, body.files?.map(toFileRow));
        if (!created.isNew) {
          const known = await viewOf(caller, created.row.id);
          if (known === null) return refused({ code: "not-found" });
          return done({ ...known, followed: isFollowed(body, caller, known.id) });
        }
        attention.used(caller.ownerId);
        const run = begin(row, body, upstream);
        arrived();
        // The program first: what has nothing to wait for has been handed to it by then, and is told of while it runs.
        await setImmediate();
        return done({ ...run.view(), followed: isFollowed(body, caller, row.id) });
      } finally {
        arrived();
      }
    },

    async listRuns(_, caller) {
      const rows = await parts.runs.list(caller.ownerId, limits.runsPerPage);
      return done({
        runs: rows.map((row) => {
          const running = live.get(row.id);
          return running === undefined ? toRun(row, row) : running.view();
        }),
      });
    },

    async getRun({ params }, caller) {
      const row = await parts.runs.find(caller.ownerId, params.run);
      const run = await viewOf(caller, params.run);
      if (row === null || run === null) return refused({ code: "not-found" });
      const files = await parts.runs.files(params.run);
      return done({ run, code: row.code, files: files.map(toProgramFile) });
    },

    async stopRun({ params }, caller) {
      const running = live.get(params.run);
      if (running === undefined || running.row.ownerId !== caller.ownerId)
        return endedOrMissing(parts, caller, params.run);
      running.cancelled.abort();
      running.execution?.stop("stopped");
      return done(running.view());
    },

    async sendInput({ params, body }, caller) {
      const running = live.get(params.run);
      if (running === undefined || running.row.ownerId !== caller.ownerId)
        return endedOrMissing(parts, caller, params.run);
      const execution = running.execution;
      if (execution === null)
        return refused({ code: "input-full", says: "The program has not started yet." });
      if (body.text !== "" && !execution.write(Buffer.from(body.text, "utf8")))
        return refused({ code: "input-full" });
      if (body.end) execution.closeInput();
      return done({});
    },

    async prepareRun({ body }, caller) {
      if (!isClosing && parts.notReady() === null) {
        attention.used(caller.ownerId);
        const { code: source, fileName, files } = body;
        const [python, hosts, { upstream }] = await Promise.all([
          parts.pythonOf(caller, source),
          parts.hostsOf(caller.ownerId),
          parts.upstreamOf(caller),
        ]);
        upstream.warm();
        parts.sandbox.prepare({ owner: caller.ownerId, python, fileName, source, files, hosts });
      }
      return done({ missing: await parts.missingOf(caller, body.code, body.files) });
    },

    async resizeTerminal({ params, body }, caller) {
      const running = live.get(params.run);
      if (running === undefined || running.row.ownerId !== caller.ownerId) {
        const row = await parts.runs.find(caller.ownerId, params.run);
        // A window may be pulled at the moment when its run ends: then there is nothing to tell, and nothing wrong.
        return row === null ? refused({ code: "not-found" }) : done({});
      }
      if (!running.row.terminal) return refused({ code: "bad-request", says: "This run has no terminal." });
      running.resize(body);
      return done({});
    },

    async getResult({ params, query }, caller) {
      const found = await parts.results.find(caller.ownerId, params.run, Number(params.number));
      if (found === null) return refused({ code: "not-found" });
      const { row, bytes } = found;
      if (bytes === null)
        return refused({ code: "not-found", ...(row.note === null ? {} : { says: row.note }) });
      return done({
        bytes,
        mediaType: row.mediaType,
        fileName: fileNameOf(row),
        asAttachment: query.download === "1",
      });
    },

    async listCalls({ params }, caller) {
      if ((await viewOf(caller, params.run)) === null) return refused({ code: "not-found" });
      return done({ calls: (await parts.calls.list(caller.ownerId, params.run)).map(toCall) });
    },

    async getCall({ params }, caller) {
      const found = await parts.calls.find(caller.ownerId, params.run, Number(params.number));
      return found === null ? refused({ code: "not-found" }) : done(toCallRecord(found.row, found.recording));
    },

    ...resends.handlers,
    ...createHarExport({ calls: parts.calls, viewOf }),
  };

  return {
    handlers,
    following,
    presence: attention,
    async close() {
      isClosing = true;
      attention.close();
      for (const run of live.values()) {
        run.cancelled.abort();
        run.execution?.stop("shutting-down");
      }
      await Promise.all([...driving, resends.close()]);
    },
  };
}

/** Where a run's output and results are kept, and how much of them. */
function keeping(
  { runs, results, clock, log }: RunsParts,
  id: RunId,
): Pick<LiveRunOptions, "now" | "log" | "results"> {
  return {
    now: () => clock.now(),
    log: {
      limits: {
        ...defaultOutputLimits,
        headBytes: limits.outputHeadBytes,
        tailBytes: limits.outputTailBytes,
      },
      shelf: {
        append: (chunks) => runs.appendOutput(id, chunks),
        read: (after, maxBytes) => runs.readOutput(id, after, maxBytes),
        drop: (from, to) => runs.dropOutput(id, from, to),
      },
      failed: (error) => log.error({ run: id, err: error }, "output is no longer kept"),
    },
    results: {
      limits: defaultResultLimits,
      shelf: (row, bytes) => results.add({ runId: id, ...row }, bytes),
      failed: (error) => log.error({ run: id, err: error }, "a result is not kept"),
    },
  };
}

async function endedOrMissing(parts: RunsParts, caller: Caller, id: RunId): Promise<Result<never>> {
  const row = await parts.runs.find(caller.ownerId, id);
  return refused({ code: row === null ? "not-found" : "run-ended" });
}

function newRow(
  parts: RunsParts,
  body: StartRun,
  caller: Caller,
  facts: Pick<RunRow, "model" | "simulated" | "ceilingPicoUsd">,
): RunRow {
  const now = parts.clock.now();
  return {
    id: newId<RunId>(now),
    ownerId: caller.ownerId,
    idempotencyKey: body.idempotencyKey,
    snippetId: body.snippetId ?? null,
    fileName: body.fileName,
    code: body.code,
    args: body.args ?? [],
    ...facts,
    state: "queued",
    reason: null,
    exitCode: null,
    signal: null,
    timeoutMs: Math.min(body.timeoutMs ?? parts.timeouts.defaultMs, parts.timeouts.maxMs),
    createdAt: now,
    startedAt: null,
    endedAt: null,
    wallMs: null,
    cpuMs: null,
    peakBytes: null,
    outputBytes: 0,
    droppedBytes: 0,
    terminal: (body.terminal ?? null) !== null,
  };
}
