/** The use cases of runs: start, stop, type into, look at. State is written before its effect. */
import type { Result } from "../../contract/failures.ts";
import { done, refused } from "../../contract/failures.ts";
import type { RunId } from "../../contract/ids.ts";
import { limits } from "../../contract/limits.ts";
import type { Run, StartRun } from "../../contract/runs.ts";
import type { Clock } from "../clock.ts";
import { toCall, toCallRecord } from "../gateway/call-view.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Caller, Handlers } from "../http/handlers.ts";
import type { Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { Upstream } from "../openrouter/upstream.ts";
import type { Sandbox, SandboxFailure } from "../sandbox/sandbox.ts";
import type { CallStore } from "../store/call-store.ts";
import type { RunChange, RunRow, RunStore } from "../store/run-store.ts";
import { placeholderKey, runEnvironment } from "./environment.ts";
import { execute, type ExecutionEnd } from "./execute.ts";
import { createFollowing } from "./following.ts";
import type { RunFollowing } from "./follow.ts";
import { LiveRun } from "./live-run.ts";
import { defaultOutputLimits } from "./output-log.ts";
import { Places } from "./places.ts";
import { hasEnded, mayFollow } from "./run-states.ts";
import { toRun } from "./run-view.ts";

export interface RunsParts {
  readonly sandbox: Sandbox;
  readonly gateway: Gateway;
  readonly runs: RunStore;
  readonly calls: CallStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeouts: { readonly defaultMs: number; readonly maxMs: number };
  readonly memoryBytes: number;
  /** Where this caller's calls go, and what its programs find as OPENROUTER_MODEL. */
  readonly upstreamOf: (
    caller: Caller,
  ) => Promise<{ readonly upstream: Upstream; readonly model: string | null }>;
  /** Why no run may start now, if so. */
  readonly notReady: () => SandboxFailure | null;
}

type RunHandlers = Pick<
  Handlers,
  "startRun" | "listRuns" | "getRun" | "stopRun" | "sendInput" | "listCalls" | "getCall"
>;

export interface Runs {
  readonly handlers: RunHandlers;
  readonly following: RunFollowing;
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

  const begin = (row: RunRow, caller: Caller, upstream: Upstream): LiveRun => {
    const run = new LiveRun(row, () => parts.clock.now(), {
      limits: {
        ...defaultOutputLimits,
        headBytes: limits.outputHeadBytes,
        tailBytes: limits.outputTailBytes,
      },
      shelf: {
        append: (chunks) => parts.runs.appendOutput(row.id, chunks),
        read: (after, maxBytes) => parts.runs.readOutput(row.id, after, maxBytes),
        drop: (from, to) => parts.runs.dropOutput(row.id, from, to),
      },
      failed: (error) => parts.log.error({ run: row.id, err: error }, "output is no longer kept"),
    });
    live.set(row.id, run);
    const driven = drive(parts, places, run, caller, upstream).finally(() => {
      live.delete(row.id);
      driving.delete(driven);
    });
    driving.add(driven);
    return run;
  };

  const viewOf = async (caller: Caller, id: RunId): Promise<Run | null> => {
    const running = live.get(id);
    if (running !== undefined && running.row.ownerId === caller.ownerId)
      return toRun(running.row, running.sums());
    const row = await parts.runs.find(caller.ownerId, id);
    return row === null ? null : toRun(row, row);
  };

  const handlers: RunHandlers = {
    async startRun({ body }, caller) {
      if (isClosing) return refused({ code: "shutting-down" });
      const weak = parts.notReady();
      if (weak !== null) return refused({ code: "sandbox-unavailable", ...weak });
      if (places.isFull(caller.ownerId)) {
        return refused({
          code: "too-many",
          says: `${limits.queuedPerOwner} of your runs already wait for a place.`,
        });
      }
      const { upstream, model } = await parts.upstreamOf(caller);
      const row = newRow(parts, body, caller, model, upstream.simulated);
      const created = await parts.runs.create(row);
      if (!created.isNew) {
        const known = await viewOf(caller, created.row.id);
        return known === null ? refused({ code: "not-found" }) : done(known);
      }
      const run = begin(row, caller, upstream);
      void parts.runs
        .prune(caller.ownerId, limits.runsPerOwner)
        .catch((error: unknown) => parts.log.warn({ err: error }, "old runs could not be removed"));
      return done(toRun(run.row, run.sums()));
    },

    async listRuns(_, caller) {
      const rows = await parts.runs.list(caller.ownerId, limits.runsPerPage);
      return done({
        runs: rows.map((row) => {
          const running = live.get(row.id);
          return running === undefined ? toRun(row, row) : toRun(running.row, running.sums());
        }),
      });
    },

    async getRun({ params }, caller) {
      const row = await parts.runs.find(caller.ownerId, params.run);
      const run = await viewOf(caller, params.run);
      return row === null || run === null ? refused({ code: "not-found" }) : done({ run, code: row.code });
    },

    async stopRun({ params }, caller) {
      const running = live.get(params.run);
      if (running === undefined || running.row.ownerId !== caller.ownerId)
        return endedOrMissing(parts, caller, params.run);
      running.cancelled.abort();
      running.execution?.stop("stopped");
      return done(toRun(running.row, running.sums()));
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

    async listCalls({ params }, caller) {
      if ((await viewOf(caller, params.run)) === null) return refused({ code: "not-found" });
      return done({ calls: (await parts.calls.list(caller.ownerId, params.run)).map(toCall) });
    },

    async getCall({ params }, caller) {
      const found = await parts.calls.find(caller.ownerId, params.run, Number(params.number));
      return found === null ? refused({ code: "not-found" }) : done(toCallRecord(found.row, found.recording));
    },
  };

  return {
    handlers,
    following: createFollowing({
      runs: parts.runs,
      calls: parts.calls,
      live: (id) => live.get(id),
      failed: (error, run) => parts.log.warn({ run, err: error }, "a reader of a run was given up"),
    }),
    async close() {
      isClosing = true;
      for (const run of live.values()) {
        run.cancelled.abort();
        run.execution?.stop("shutting-down");
      }
      await Promise.all(driving);
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
  model: string | null,
  simulated: boolean,
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
    model,
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
    simulated,
  };
}

/** Takes one run from queued to its end. Never rejects: what goes wrong becomes the run's end and a line in the log. */
async function drive(
  parts: RunsParts,
  places: Places,
  run: LiveRun,
  caller: Caller,
  upstream: Upstream,
): Promise<void> {
  const leave = await places.claim(caller.ownerId, run.cancelled.signal);
  try {
    if (leave === null)
      await settle(parts, run, { state: "stopped", reason: "stopped by you before it started" });
    else await runToEnd(parts, run, upstream);
  } catch (error) {
    parts.log.error({ run: run.row.id, err: error }, "a run broke");
    await giveUp(parts, run);
  } finally {
    leave?.();
    run.over();
    const { id, state, reason, wallMs, cpuMs, peakBytes, outputBytes } = run.row;
    const { callCount } = run.sums();
    parts.log.info({ run: id, state, reason, wallMs, cpuMs, peakBytes, outputBytes, callCount }, "run ended");
  }
}

async function runToEnd(parts: RunsParts, run: LiveRun, upstream: Upstream): Promise<void> {
  await write(parts, run, { state: "starting" });
  const { row } = run;
  const job = {
    fileName: row.fileName,
    source: Buffer.from(row.code, "utf8"),
    args: row.args,
    environment: runEnvironment(placeholderKey(), row.model),
    files: new Map<string, Uint8Array>(),
    memoryBytes: parts.memoryBytes,
    input: true,
  };
  const started = await execute(
    parts,
    job,
    { runId: row.id, ownerId: row.ownerId, upstream, changed: (call) => run.called(call) },
    row.timeoutMs,
    {
      output: (stream, bytes) => run.log.append(stream, bytes),
      waiting: (waiting) => run.waits(waiting),
    },
  );
  if (!started.ok) {
    const reason = `not started: ${started.error.says} ${started.error.hint}`;
    await settle(parts, run, { state: "refused", reason });
    return;
  }
  run.execution = started.value;
  // A stop that came while the sandbox was starting found nothing to stop.
  if (run.cancelled.signal.aborted) started.value.stop("stopped");
  await write(parts, run, { state: "running", startedAt: parts.clock.now() });
  const end = await started.value.ended;
  await settle(parts, run, endOf(end));
}

const endOf = (end: ExecutionEnd): RunChange & { readonly state: RunRow["state"] } => ({
  state: end.state,
  reason: end.reason,
  exitCode: end.exitCode,
  signal: end.signal,
  wallMs: end.wallMs,
  cpuMs: end.cpuMs,
  peakBytes: end.peakBytes,
});

async function settle(
  parts: RunsParts,
  run: LiveRun,
  end: RunChange & { readonly state: RunRow["state"] },
): Promise<void> {
  await run.log.end();
  const { outputBytes, droppedBytes } = run.log;
  await write(parts, run, { ...end, endedAt: parts.clock.now(), outputBytes, droppedBytes });
}

async function write(
  parts: RunsParts,
  run: LiveRun,
  change: RunChange & { readonly state: RunRow["state"] },
): Promise<void> {
  if (!mayFollow(run.row.state, change.state)) {
    throw new Error(`a run can't go from ${run.row.state} to ${change.state}`);
  }
  await parts.runs.update(run.row.id, change);
  run.change(change);
}

/** The store or our own code failed: the program is stopped, and the run says so even if that can't be written now. */
async function giveUp(parts: RunsParts, run: LiveRun): Promise<void> {
  run.execution?.stop("shutting-down");
  await run.execution?.ended;
  if (hasEnded(run.row.state)) return;
  const change = {
    state: "lost",
    reason: "lost because the server failed; its log has the cause",
    endedAt: parts.clock.now(),
  } as const;
  run.change(change);
  await parts.runs
    .update(run.row.id, change)
    .catch((error: unknown) =>
      parts.log.error({ run: run.row.id, err: error }, "a run's end could not be written"),
    );
}
